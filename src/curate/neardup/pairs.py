"""Candidate pairs of similar texts: documents that agree on a band; it verifies nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.candidates import CROWD, Cut, Limits, band_keys, bucket_pairs, largest_bucket, lowest_bits
from curate.neardup.bands import choose_bands
from curate.neardup.means import Means
from curate.neardup.sketches import Sketches
from curate.neardup.spill import Spill

DEVIATIONS = 4.0  # a pair whose bits differ so much more than at the threshold is dropped: 1 in 30,000 at the threshold
PENDING = 1 << 24  # candidate pairs held before repeated ones are dropped, 128 MB


@dataclass(frozen=True, slots=True)
class Candidates:
    """left, right int64[m]: nodes, left < right, no pair twice, ascending; crowded: not all were tried."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    crowded: bool


@dataclass(frozen=True, slots=True)
class Nodes:
    """Which documents are compared: of[k] int64[n] is the node that row k stands for, -1 for none; total of them."""

    of: NDArray[np.int64]
    count: NDArray[np.int32]  # distinct n-grams of each node

    @property
    def index_bits(self) -> int:
        """Bits that hold any node."""
        return max(1, (len(self.count) - 1).bit_length())


def candidate_pairs(sketches: Sketches, nodes: Nodes, threshold: float, means: Means) -> Candidates:
    """Pairs of nodes that agree on a band, and on enough of the lowest bits of all slots to reach the threshold.

    Keys are computed part by part, and sorted band by band and prefix by prefix: what lies in memory at a time is
    `means.memory` and num_perm bits a document.
    """
    best = choose_bands(threshold, sketches.num_perm)
    cut = Cut(best.bands, best.rows, nodes.index_bits)
    bits = np.zeros((len(nodes.count), -(-sketches.num_perm // 64)), np.uint64)
    prefixes = _prefixes(len(nodes.count), means.memory)
    limits = _limits(threshold, sketches.num_perm)

    def keys_of(part: int) -> NDArray[np.uint64]:
        begin, end = sketches.starts[part : part + 2]
        of = nodes.of[begin:end]
        rows = np.flatnonzero(of >= 0)
        keys = np.empty((cut.bands, len(rows)), np.uint64)
        if len(rows):
            slots = sketches.slots(part)
            lowest_bits(slots, rows, of[rows], bits)
            band_keys(slots, rows, of[rows], cut, keys)
        return keys

    def pairs_of(partition: int) -> tuple[NDArray[np.uint64], int]:
        keys = spill.take(partition)
        keys.sort()
        pairs = _distinct(bucket_pairs(keys, cut.index_bits, bits, nodes.count, limits))
        return pairs, largest_bucket(keys, cut.index_bits)

    with Spill(cut.bands * prefixes, means.memory, means.folder) as spill:
        for keys in means.engine.map(keys_of, sketches.parts):
            _add(spill, keys, prefixes)
        return _gathered(means.engine.map(pairs_of, range(cut.bands * prefixes)))


def _add(spill: Spill, keys: NDArray[np.uint64], prefixes: int) -> None:
    """Put keys uint64[bands, n] into the partition of their band and prefix."""
    for band, of_band in enumerate(keys):
        for prefix, some in enumerate(_by_prefix(of_band, prefixes)):
            spill.add(band * prefixes + prefix, some)


def _gathered(partitions: Iterable[tuple[NDArray[np.uint64], int]]) -> Candidates:
    """Pairs of all partitions, each once; a partition has its pairs and the size of its largest bucket."""
    found = np.zeros(0, np.uint64)
    pending: list[NDArray[np.uint64]] = []
    largest = 0
    for pairs, size in partitions:
        largest = max(largest, size)
        pending.append(pairs)
        if sum(map(len, pending)) > PENDING:
            found, pending = _distinct(np.concatenate([found, *pending])), []
    found = _distinct(np.concatenate([found, *pending]))
    left, right = (found >> np.uint64(32)).astype(np.int64), (found & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return Candidates(left, right, largest > CROWD)


def _limits(threshold: float, num_perm: int) -> Limits:
    """Bits of different values agree by chance, half of them: of b slots b (1 - s) / 2 bits differ on average."""
    differ = (1.0 - threshold) / 2
    spread = math.sqrt(num_perm * differ * (1.0 - differ))
    return Limits(threshold, math.ceil(num_perm * differ + DEVIATIONS * spread), math.floor(num_perm * differ))


def _prefixes(nodes: int, memory: int) -> int:
    """Partitions of a band, a power of two: one of them, its sorted copy and its members fit in an eighth of memory."""
    return 1 << max(0, math.ceil(math.log2(max(1, nodes * 8 * 8 / memory))))


def _by_prefix(keys: NDArray[np.uint64], prefixes: int) -> list[NDArray[np.uint64]]:
    if prefixes == 1:
        return [keys]
    ordered = np.sort(keys)
    shift = 64 - (prefixes.bit_length() - 1)
    bounds = np.arange(1, prefixes, dtype=np.uint64) << np.uint64(shift)
    return np.split(ordered, np.searchsorted(ordered, bounds))


def _distinct(pairs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """As np.unique, which hashes since numpy 2.3: 8.2 s for ten million pairs, sorting 0.12 s."""
    pairs.sort()
    new = np.ones(len(pairs), bool)
    new[1:] = pairs[1:] != pairs[:-1]
    return pairs[new]
