"""Verified pairs of similar documents among distinct texts; it groups nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.candidates import (
    CROWD,
    Band,
    Limits,
    band_keys,
    bucket_pairs,
    first_of_group,
    jaccard,
    largest_bucket,
)
from curate.neardup.bands import choose_bands
from curate.neardup.sketches import Sketches

DEVIATIONS = 4.0  # a pair whose slots lie further below the threshold is not verified: 1 in 30,000 at the threshold
PENDING = 1 << 24  # candidate pairs held before repeated ones are dropped, 128 MB


@dataclass(frozen=True, slots=True)
class Pairs:
    """left, right int64[m]: nodes, left < right, no pair twice; similarity float64[m]; crowded: not all were tried."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.float64]
    crowded: bool


def verify(sketches: Sketches, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Jaccard similarity of rows left[k] and right[k] of the sketches, float64[m]; loads their shingles."""
    needed = np.zeros(len(sketches), bool)
    needed[left] = needed[right] = True
    rows = np.flatnonzero(needed)
    position = np.cumsum(needed) - 1
    values, start = sketches.shingles(rows)
    out = np.empty(len(left), np.float64)
    jaccard(values, start, sketches.count[rows], position[left], position[right], out)
    return out


def twins(sketches: Sketches, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `rows` the position of the first one with the same shingles; its own where there is none before."""
    bits = _index_bits(len(rows))
    first = first_of_group(_sorted_keys(sketches, rows, np.argsort(rows), Band(0, 0, bits)), bits)
    later = np.flatnonzero(first != np.arange(len(rows)))
    differ = later[verify(sketches, rows[first[later]], rows[later]) < 1.0]
    first[differ] = differ
    return first


def similar_pairs(sketches: Sketches, rows: NDArray[np.int64], threshold: float) -> Pairs:
    """Pairs of positions in `rows` whose similarity is at least the threshold."""
    num_perm = sketches.slots.shape[1]
    cut = choose_bands(threshold, num_perm)
    spread = math.sqrt(num_perm * threshold * (1.0 - threshold))
    least = math.floor(num_perm * threshold - DEVIATIONS * spread)
    limits = Limits(threshold, max(1, least), math.ceil(num_perm * threshold))
    bits = _index_bits(len(rows))
    in_memory = np.argsort(rows)
    found = np.zeros(0, np.uint64)
    pending: list[NDArray[np.uint64]] = []
    crowded = False
    for band in range(cut.bands):
        keys = _sorted_keys(sketches, rows, in_memory, Band(band * cut.rows, cut.rows, bits))
        crowded |= largest_bucket(keys, bits) > CROWD
        pending.append(bucket_pairs(keys, bits, sketches.slots, sketches.count, rows, limits))
        if band == cut.bands - 1 or sum(map(len, pending)) > PENDING:
            found = _distinct(np.concatenate([found, *pending]))
            pending = []
    left, right = (found >> np.uint64(32)).astype(np.int64), (found & np.uint64(0xFFFFFFFF)).astype(np.int64)
    similarity = verify(sketches, rows[left], rows[right])
    enough = similarity >= threshold
    return Pairs(left[enough], right[enough], similarity[enough], crowded)


def _sorted_keys(
    sketches: Sketches, rows: NDArray[np.int64], in_memory: NDArray[np.int64], band: Band
) -> NDArray[np.uint64]:
    keys = np.empty(len(rows), np.uint64)
    band_keys(sketches.slots, sketches.count, rows[in_memory], band, in_memory, keys)
    keys.sort()
    return keys


def _distinct(pairs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """As np.unique, which hashes since numpy 2.3: 8.2 s for ten million pairs, sorting 0.12 s."""
    pairs.sort()
    new = np.ones(len(pairs), bool)
    new[1:] = pairs[1:] != pairs[:-1]
    return pairs[new]


def _index_bits(n: int) -> int:
    return max(1, (n - 1).bit_length())
