"""Which of several layouts each row of a written file was read by.

Files of one mix may name texts and speakers differently, and a written file has the columns and fields of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.stretches import read_stretches
from curate.corpus.turns import unnamed
from curate.schema import JUDGED, Columns, Quarantined, Shard

_HAS_TEXT, _HAS_WORDS, _NAMES_SPEAKERS = 1, 2, 3  # how well a layout fits a row


def rows_by_layout(shard: Shard, layouts: Sequence[Columns]) -> list[NDArray[np.int64]]:
    """Rows of each layout, ascending: a row has the first of those that fit it best, and none where it has no text."""
    found = [_fits(shard, layout) for layout in layouts]
    rows = reduce(np.union1d, [there for there, _ in found])
    fits = np.zeros((len(found), len(rows)), np.int8)
    for place, (there, fit) in enumerate(found):
        fits[place, np.searchsorted(rows, there)] = fit
    first = fits.argmax(axis=0)
    return [rows[first == place] for place in range(len(found))]


def _fits(shard: Shard, layout: Columns) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Rows that have a text by this layout, and how well it fits each."""
    rows, fits = [np.zeros(0, np.int64)], [np.zeros(0, np.int8)]
    nobody = unnamed(layout.judged)
    nobody = "" if nobody == layout.judged else nobody  # a column of answers names nobody
    for stretch in read_stretches(shard, Columns(layout.text, longest=layout.longest, judged=nobody)):
        if not isinstance(stretch, Quarantined):
            rows.append(stretch.rows)
            fits.append(_fit(stretch.text, stretch.values[JUDGED.name] if nobody else None))
    return np.concatenate(rows), np.concatenate(fits)


def _fit(text: pa.Array, of_nobody: pa.Array | None) -> NDArray[np.int8]:
    """A chat whose messages lack the field of the text joins nothing by newlines; `of_nobody` names no speaker."""
    has_words = np.asarray(pc.greater(pc.binary_length(pc.ascii_trim(text, "\n")), 0))
    fit = np.where(has_words, _HAS_WORDS, _HAS_TEXT)
    if of_nobody is None:
        return np.where(has_words, _NAMES_SPEAKERS, fit).astype(np.int8)
    names = np.asarray(pc.not_equal(text, of_nobody))
    return np.where(has_words & names, _NAMES_SPEAKERS, fit).astype(np.int8)
