"""Documents in an order of their own: equal texts together, whatever order they came in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.hashing import fingerprints as fingerprint_kernel
from curate.kernels.union_find import first_of_runs


@dataclass(frozen=True, slots=True)
class Texts:
    """The d distinct texts of n documents, by rank: smallest priority first, then smallest fingerprint.

    row int64[d]: the first document with the text; of int64[n]: the text of each document. Every empty text is one.
    """

    row: NDArray[np.int64]
    of: NDArray[np.int64]


def distinct_texts(fingerprints: NDArray[np.uint64], priority: NDArray[np.int64]) -> Texts:
    """Texts by fingerprint uint64[n, 2] and priority int64[n]; of equal texts the smallest priority counts."""
    by_text, starts = _runs(fingerprints)
    run = np.empty(len(by_text), np.int64)
    run[by_text] = np.cumsum(starts) - 1
    first = first_of_runs(by_text, starts, priority)
    del by_text, starts
    by_rank = np.argsort(priority[first], kind="stable")
    rank = np.empty(len(first), np.int64)
    rank[by_rank] = np.arange(len(first))
    return Texts(first[by_rank], rank[run])


def _runs(fingerprints: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """An order int64[n] in which equal texts follow each other by fingerprint, and where in it each run starts."""
    order = np.argsort(fingerprints[:, 0])
    starts, clash = _starts(fingerprints, order)
    if clash:  # two texts share the first half: one corpus of a billion in forty
        order = np.lexsort((fingerprints[:, 1], fingerprints[:, 0]))
        starts, _ = _starts(fingerprints, order)
    return order, starts


def _starts(fingerprints: NDArray[np.uint64], order: NDArray[np.int64]) -> tuple[NDArray[np.bool_], bool]:
    """Where a text differs from the one before, and whether texts of one first half differ; empty ones all start."""
    high, low = fingerprints[order, 0], fingerprints[order, 1]
    starts = np.ones(len(order), bool)
    starts[1:] = high[1:] != high[:-1]
    differ = low[1:] != low[:-1]
    clash = bool((differ & ~starts[1:]).any())
    starts[1:] |= differ
    empty = _empty_fingerprint()
    starts |= (high == empty[0]) & (low == empty[1])
    return starts, clash


def _empty_fingerprint() -> NDArray[np.uint64]:
    out = np.empty((1, 2), np.uint64)
    fingerprint_kernel(np.zeros(0, np.uint8), np.zeros(2, np.int64), out)
    return out.reshape(2)
