"""In which order documents are drawn: by a hash of seed and text, never by path, shard or order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.kernels.sorting import order_by

# MurmurHash3's 64-bit finaliser (Appleby 2011), a bijection; the lanes are odd constants of the golden ratio family.
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_LANE = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(33)

TIE_COLUMNS = ("label", "source", "id", "path", "row")


def occurrences(high: NDArray[np.uint64], low: NDArray[np.uint64], ties: pa.Table) -> NDArray[np.int64]:
    """out[i] = how many documents of the same text stand before document i by (label, source, id, path, row).

    `high`, `low` are the fingerprint of each text; `ties` has those columns of TIE_COLUMNS that there are, null last.
    The rank does not depend on the order of the rows. 0 for every text that stands alone.
    """
    order = order_by(high, low)
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (high[order[1:]] != high[order[:-1]]) | (low[order[1:]] != low[order[:-1]])
    group = np.cumsum(starts) - 1
    repeated = order[np.bincount(group)[group] > 1] if len(order) else order
    out = np.zeros(len(order), dtype=np.int64)
    if len(repeated):
        number = np.empty(len(order), dtype=np.int64)
        number[order] = group
        out[repeated] = _ranks(number[repeated], ties.take(pa.array(repeated)))
    return out


def priorities(
    high: NDArray[np.uint64], low: NDArray[np.uint64], occurrence: NDArray[np.int64], *, seed: int
) -> NDArray[np.uint64]:
    """A uniform uint64 per document, smallest drawn first.

    Two documents share one by chance only: 3 in a million that any pair does among ten million documents.
    """
    mixed = np.full(len(high), seed, dtype=np.uint64)
    for lane in (high, low, occurrence.astype(np.uint64)):
        mixed = _mix((mixed * _LANE) ^ lane)
    return _mix(mixed)


def rehashed(priority: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A second uniform uint64 of each document, independent of the order that the first gives."""
    return _mix(priority ^ _LANE)


def copies(priority: NDArray[np.uint64], number: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The priority of the number-th copy of each document; of the first, 0, its own."""
    return np.where(number > 0, _mix(priority + number.astype(np.uint64) * _LANE), priority)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> _HALF)) * _MIX_1
    values = (values ^ (values >> _HALF)) * _MIX_2
    return values ^ (values >> _HALF)


def _ranks(group: NDArray[np.int64], ties: pa.Table) -> NDArray[np.int64]:
    """Position of each row inside its group, in the order of TIE_COLUMNS."""
    columns = [name for name in TIE_COLUMNS if name in ties.column_names]
    table = ties.select(columns).append_column("group", pa.array(group))
    keys = [("group", "ascending"), *((name, "ascending") for name in columns)]
    order = np.asarray(pc.sort_indices(table, sort_keys=keys), dtype=np.int64)
    ordered = group[order]
    first = np.searchsorted(ordered, ordered, side="left")
    out = np.empty(len(group), dtype=np.int64)
    out[order] = np.arange(len(group)) - first
    return out
