"""Texts matched by their fingerprints, uint64[n, 2], between two sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Prints = NDArray[np.uint64]
Rows = NDArray[np.int64]


def equal_texts(wanted: Prints, there: Prints) -> tuple[Rows, Rows]:
    """All pairs (i, k) with wanted[i] == there[k]; costs little more than a look at each of `there`."""
    order = np.argsort(wanted[:, 0], kind="stable")
    high = wanted[order, 0]
    begin, end = (np.searchsorted(high, there[:, 0], side) for side in ("left", "right"))
    hits = np.flatnonzero(begin < end)
    counts = end[hits] - begin[hits]
    inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    i, k = order[np.repeat(begin[hits], counts) + inside], np.repeat(hits, counts)
    same = wanted[i, 1] == there[k, 1]
    return i[same], k[same]


def gone_and_new(before: Prints, after: Prints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows without a partner that says the same: bool[n] of `before`, bool[m] of `after`; of equal ones the last."""
    both = np.concatenate([before, after])
    order = np.lexsort((both[:, 1], both[:, 0]))  # stable: equal rows keep their order, those of `before` come first
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (both[order[1:]] != both[order[:-1]]).any(axis=1)
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(starts) - 1
    counts = [np.bincount(part, minlength=int(starts.sum())) for part in (group[: len(before)], group[len(before) :])]
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.flatnonzero(starts)[group[order]]
    nth = [place[: len(before)], place[len(before) :] - counts[0][group[len(before) :]]]
    return nth[0] >= counts[1][group[: len(before)]], nth[1] >= counts[0][group[len(before) :]]
