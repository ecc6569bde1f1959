"""Documents in an order of their own: equal texts together, whatever order they came in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.hashing import fingerprints as fingerprint_kernel


@dataclass(frozen=True, slots=True)
class Texts:
    """The d distinct texts of n documents, by rank: smallest priority first, then smallest fingerprint.

    row int64[d]: the first document with the text; of int64[n]: the text of each document. Every empty text is one.
    """

    row: NDArray[np.int64]
    of: NDArray[np.int64]


def distinct_texts(fingerprints: NDArray[np.uint64], priority: NDArray[np.int64]) -> Texts:
    """Texts by fingerprint uint64[n, 2] and priority int64[n]; of equal texts the smallest priority counts."""
    high, low = fingerprints[:, 0], fingerprints[:, 1]
    by_text = np.lexsort((priority, low, high))
    high, low = high[by_text], low[by_text]
    starts = np.ones(len(by_text), bool)
    starts[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    empty = _empty_fingerprint()
    starts |= (high == empty[0]) & (low == empty[1])
    first = by_text[starts]
    by_rank = np.argsort(priority[first], kind="stable")
    rank = np.empty(len(first), np.int64)
    rank[by_rank] = np.arange(len(first))
    of = np.empty(len(by_text), np.int64)
    of[by_text] = rank[np.cumsum(starts) - 1]
    return Texts(first[by_rank], of)


def _empty_fingerprint() -> NDArray[np.uint64]:
    out = np.empty((1, 2), np.uint64)
    fingerprint_kernel(np.zeros(0, np.uint8), np.zeros(2, np.int64), out)
    return out.reshape(2)
