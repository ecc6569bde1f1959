"""Documents as the machine share judges them: of chats the assistant's turns alone, where roles are there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.run.annotate import ShardTask
from curate.measuring.judged import Judged

COLUMNS = tuple(f"{Judged.name}_{field}" for field in Judged.fields)
TOKENS, BYTES, _LANGUAGE = COLUMNS


def judged_columns(tasks: Sequence[ShardTask]) -> tuple[str, ...]:
    """Columns that annotation files have: none where every text is judged whole."""
    return COLUMNS if any(task.columns.judged for task in tasks) else ()


def judged(documents: pa.Table) -> pa.Table:
    """The same documents with tokens and language of the turns that are judged."""
    return _instead(_instead(documents, "language", _LANGUAGE), "tokens", TOKENS)


def in_judged_tokens(documents: pa.Table) -> pa.Table:
    """The same documents with the tokens of the turns that are judged, as the floor of a mix counts them."""
    return _instead(documents, "tokens", TOKENS)


def without_judged(documents: pa.Table) -> NDArray[np.bool_]:
    """Which chats have no turn that is judged, bool[n]."""
    if BYTES not in documents.column_names:
        return np.zeros(documents.num_rows, np.bool_)
    return np.asarray(pc.fill_null(pc.equal(documents.column(BYTES), 0), False))


def _instead(documents: pa.Table, name: str, other: str) -> pa.Table:
    """A column with the values of another where that has any."""
    if other not in documents.column_names:
        return documents
    values = pc.coalesce(documents.column(other), documents.column(name))
    return documents.set_column(documents.schema.get_field_index(name), name, values)
