"""Exact similarity of pairs of texts, from their n-grams, in a bounded memory; it finds no pairs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from curate.kernels.candidates import gather, load_ends
from curate.kernels.minhash import KEPT_SHINGLES
from curate.kernels.set_similarity import jaccard
from curate.kernels.union_find import components
from curate.neardup.means import Means
from curate.neardup.sketches import Shingles, Sketches

PAIRS_AT_A_TIME = 1 << 15


class Verifier:
    """Jaccard similarity of nodes, node k being row[k] of the sketches. Keeps the n-grams that it loaded last."""

    def __init__(self, sketches: Sketches, row: NDArray[np.int64], means: Means) -> None:
        self._sketches = sketches
        self._row = row
        self._means = means
        self._count = sketches.count[row]
        self._place = np.full(len(row), -1, np.int64)  # of each node among those loaded
        self._loaded: Shingles = (np.zeros(0, np.uint32), np.zeros(1, np.int64))

    def similarity(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """Of nodes left[k] and right[k], float64[m]; each node's n-grams are read about once, whatever its pairs."""
        out = np.empty(len(left), np.float64)
        for pairs in self._pieces(left, right):
            a, b = left[pairs], right[pairs]
            self._load(a, b)
            out[pairs] = self._compare(a, b)
        return out

    def _pieces(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """Pairs whose n-grams fit in memory at a time, what is connected together."""
        if len(left) == 0:
            return
        node_bytes = 4 * np.minimum(self._count, KEPT_SHINGLES).astype(np.int64) + 16
        order = np.arange(len(left))
        ends = load_ends(left, right, node_bytes, self._means.memory)
        if len(ends) > 1:
            order = np.argsort(components(left, right, len(self._row))[left], kind="stable")
            ends = load_ends(left[order], right[order], node_bytes, self._means.memory)
        yield from np.split(order, ends[:-1])

    def _load(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
        """The n-grams of these nodes, unless they are there."""
        if len(left) == 0 or min(self._place[left].min(), self._place[right].min()) >= 0:
            return
        needed = np.zeros(len(self._row), bool)
        needed[left] = needed[right] = True
        nodes = np.flatnonzero(needed)
        nodes = nodes[np.argsort(self._row[nodes])]
        self._loaded = (np.zeros(0, np.uint32), np.zeros(1, np.int64))
        self._place[:] = -1
        self._place[nodes] = np.arange(len(nodes))
        starts = self._sketches.starts
        bounds = np.searchsorted(self._row[nodes], starts)
        wanted = [(part, self._row[nodes[a:b]] - starts[part]) for part, (a, b) in enumerate(pairwise(bounds)) if b > a]
        read = list(self._means.engine.map(self._read, wanted))
        sizes = np.concatenate([np.zeros(1, np.int64), *(size for _, size in read)])
        self._loaded = (np.concatenate([values for values, _ in read]), np.cumsum(sizes))

    def _read(self, wanted: tuple[int, NDArray[np.int64]]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The n-grams of some rows of a part, and how many each has."""
        part, rows = wanted
        values, start = self._sketches.shingles(part)
        sizes = start[rows + 1] - start[rows]
        out = np.empty(int(sizes.sum()), np.uint32)
        gather(values, start, rows, out)
        return out, sizes

    def _compare(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        values, start = self._loaded
        a, b = self._place[left], self._place[right]
        count = np.empty(len(start) - 1, np.int32)
        count[a], count[b] = self._count[left], self._count[right]
        out = np.empty(len(left), np.float64)

        def some(begin: int) -> None:
            piece = slice(begin, begin + PAIRS_AT_A_TIME)
            jaccard(values, start, count, a[piece], b[piece], out[piece])

        for _ in self._means.engine.map(some, range(0, len(left), PAIRS_AT_A_TIME)):
            pass
        return out
