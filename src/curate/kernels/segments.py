"""Arrays of an index segment, and where its band hashes and texts stand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.hashing import pair_hash

S32 = np.uint64(32)
LOW_32 = np.uint64(0xFFFFFFFF)


class SegmentArrays(NamedTuple):
    """n texts, m of them with shingles.

    prints uint64[n, 2]: fingerprints; equal uint64[n] and bands uint64[b, m]: keys, ascending, each 32 bits of hash
    over 32 bits of row; counts int32[n]: distinct shingles; starts int64[n]: where the kept ones begin in values
    uint32, ascending.
    """

    prints: NDArray[np.uint64]
    equal: NDArray[np.uint64]
    bands: NDArray[np.uint64]
    counts: NDArray[np.int32]
    starts: NDArray[np.int64]
    values: NDArray[np.uint32]


@kernel
def band_hashes(slots: Any, rows: int, out: Any) -> None:
    """out[b, i] uint32 = hash of slots b * rows .. (b + 1) * rows of signature i."""
    for band in range(out.shape[0]):
        for i in range(out.shape[1]):
            h = np.uint64(band)
            for k in range(band * rows, (band + 1) * rows):
                h = pair_hash(h, np.uint64(slots[i, k]))
            out[band, i] = np.uint32(h >> S32)


@kernel
def first_at_least(keys: Any, key: Any) -> int:
    """The first position in ascending uint64 keys that is not below the key; keys are spread evenly.

    From where an even spread would put it outwards in doubling steps, so that few pages of the disk are touched.
    """
    n = keys.size
    low = high = min(np.int64((key >> S32) * np.uint64(n) >> S32), n - 1) if n else 0
    step = 1
    while low > 0 and keys[low - 1] >= key:
        high = low - 1
        low = max(0, low - step)
        step *= 2
    step = 1
    while high < n and keys[high] < key:
        low = high + 1
        high = min(n, high + step)
        step *= 2
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def equal_texts(prints: Any, segment: SegmentArrays, limit: int, out: Any) -> None:
    """out[i] int64[q] = the row below `limit` that has fingerprint prints[i] uint64[q, 2], -1 where none has."""
    for i in range(out.size):
        key = (prints[i, 0] >> S32) << S32
        at = first_at_least(segment.equal, key)
        out[i] = -1
        while at < segment.equal.size and segment.equal[at] >> S32 == key >> S32:
            row = np.int64(segment.equal[at] & LOW_32)
            if row < limit and segment.prints[row, 0] == prints[i, 0] and segment.prints[row, 1] == prints[i, 1]:
                out[i] = row
                break
            at += 1
