"""How many tokens of each document two sides compare: documents as long as the other's, as many tokens of each stratum.

A long document repeats its own words, a cut one is mostly its opening, and both move every figure: halving each
document of a corpus made the alarm ring (docs/evidence/diversity.md). So the longest documents of one side stand
beside the longest of the other, and of both as much as the shorter has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def equal_sizes(lengths: list[NDArray[np.int64]], strata: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Tokens to take from the beginning of each document of both sides, 0 for those left out.

    lengths, strata: int64 by document of each side, in the order of the sample. Of every stratum both sides give the
    same number of tokens: from the first documents on, the last one cut.
    """
    size = 1 + max((int(kinds.max(initial=0)) for kinds in strata), default=0)
    cut = equal_lengths(lengths, strata)
    totals = [np.bincount(kinds, tokens, size).astype(np.int64) for kinds, tokens in zip(strata, cut, strict=True)]
    limits = np.minimum(*totals)
    return [_first(tokens, kinds, limits) for tokens, kinds in zip(cut, strata, strict=True)]


def equal_lengths(lengths: list[NDArray[np.int64]], strata: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Each document's length, at most that of the other side's document of the same rank by length, by stratum.

    Rank r of n stands beside rank r m / n of m. A stratum that the other side lacks keeps its lengths.
    """
    sizes = [np.bincount(kinds, minlength=1 + max(int(k.max(initial=0)) for k in strata)) for kinds in strata]
    orders = [np.lexsort((tokens, kinds)) for tokens, kinds in zip(lengths, strata, strict=True)]
    found = []
    for own, other in ((0, 1), (1, 0)):
        kinds = strata[own][orders[own]]
        starts = [np.cumsum(count) - count for count in sizes]
        rank = np.arange(kinds.size) - starts[own][kinds]
        there = sizes[other][kinds]
        beside = starts[other][kinds] + (2 * rank + 1) * there // (2 * np.maximum(sizes[own][kinds], 1))
        limits = np.where(there > 0, np.append(lengths[other][orders[other]], 0)[beside], np.iinfo(np.int64).max)
        cut = np.empty(kinds.size, np.int64)
        cut[orders[own]] = np.minimum(lengths[own][orders[own]], limits)
        found.append(cut)
    return found


def _first(tokens: NDArray[np.int64], strata: NDArray[np.int64], limits: NDArray[np.int64]) -> NDArray[np.int64]:
    """The tokens of the first documents of each stratum, together limits[stratum]."""
    order = np.argsort(strata, kind="stable")
    before = np.cumsum(tokens[order]) - tokens[order]
    starts = np.searchsorted(strata[order], np.arange(limits.size))
    inside = before - np.append(before, 0)[np.minimum(starts, before.size)][strata[order]]
    taken = np.zeros(tokens.size, np.int64)
    taken[order] = np.clip(limits[strata[order]] - inside, 0, tokens[order])
    return taken
