"""Which document a label is of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.labels import Label
from curate.errors import DataError

Rows = NDArray[np.int64]


def places(documents: pa.Table, rows: Rows, labels: Sequence[Label]) -> list[int]:
    """The place among these rows of each label's document, -1 where it is none of them.

    By id; where that names several documents, by file and row, if the labels give them. Raises DataError, which counts
    the labels of no document.
    """
    ids = documents.column("id").combine_chunks()
    wanted = pa.array([label.id for label in labels], pa.string())
    hits = np.flatnonzero(np.asarray(pc.is_in(ids, wanted)))
    named: dict[str, list[int]] = {}
    for hit, name in zip(hits.tolist(), ids.take(pa.array(hits)).to_pylist(), strict=True):
        named.setdefault(name, []).append(hit)
    inside = np.full(documents.num_rows, -1, np.int64)
    inside[rows] = np.arange(rows.size)
    strangers = [label for label in labels if label.id not in named]
    if strangers:
        first, more = strangers[0], f"; so it is of {len(strangers):,} of {len(labels):,} labels"
        raise DataError(
            f"no document has the id {first.id[:60]!r}{more if len(strangers) > 1 else ''}",
            where=first.where,
            hint="ids are those of the corpus; --id-column names their column",
        )
    return [int(inside[_row_of(documents, label, named[label.id])]) for label in labels]


def _row_of(documents: pa.Table, label: Label, rows: list[int]) -> int:
    if len(rows) == 1:
        return rows[0]
    path, number = documents.column("path"), documents.column("row")
    same = [row for row in rows if path[row].as_py() == label.path and number[row].as_py() == label.row]
    if len(same) != 1:
        raise DataError(
            f"{len(rows)} documents have the id {label.id[:60]!r}",
            where=label.where,
            hint="ids must name one document; or keep the columns path and row of the draw",
        )
    return same[0]


def writers(labels: Sequence[Label], place: Sequence[int]) -> dict[int, float]:
    """1 for machine, 0 for human, nan for not judged, by place."""
    found: dict[int, tuple[str | None, Label]] = {}
    for label, where in zip(labels, place, strict=True):
        before, first = found.get(where, (None, label))
        if where >= 0 and before and label.writer and before != label.writer:
            raise DataError(
                f"says {label.writer} of {label.id[:60]!r}, and {first.where} says {before}",
                where=label.where,
                hint="one label a document",
            )
        if where >= 0:
            found[where] = (label.writer or before, first if before else label)
    return {where: np.nan if writer is None else float(writer == "machine") for where, (writer, _) in found.items()}
