"""Hashes: of one token's code points, of sequences of tokens, and 128 bits of a whole text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel

# Constants are numpy scalars: numba promotes int64 with uint64 to float64.
FNV_OFFSET = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
LANE_1 = np.uint64(0x9E3779B97F4A7C15)
LANE_2 = np.uint64(0xC2B2AE3D27D4EB4F)
S33 = np.uint64(33)
S31 = np.uint64(31)
S29 = np.uint64(29)
EIGHT = np.uint64(8)


@kernel
def mix64(h: Any) -> Any:
    """MurmurHash3's 64-bit finaliser (Appleby 2011): a bijection of uint64 that spreads every bit."""
    h ^= h >> S33
    h *= MIX_1
    h ^= h >> S33
    h *= MIX_2
    return h ^ (h >> S33)


def mix_each(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """mix64 of every value, in their shape."""
    mixed = np.empty(values.shape, np.uint64)
    _mix_each(values.reshape(-1), mixed.reshape(-1))
    return mixed


@kernel
def _mix_each(values: Any, mixed: Any) -> None:
    """mixed[i] for values[i]: as an expression over the array it would need numba's whole table of array functions."""
    for i in range(values.size):
        mixed[i] = mix64(values[i])


@kernel
def pair_hash(left: Any, right: Any) -> Any:
    """Hash of an ordered pair of uint64 hashes; n-grams fold from the left: ((a, b), c)."""
    return mix64((left * LANE_1) ^ right)


@kernel
def fingerprints(values: NDArray[np.uint8], offsets: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    """out[i] = 128 bits of the raw bytes of text i: equal texts and only they (up to chance) share them.

    values uint8[n_bytes], offsets int64[n + 1], out uint64[n, 2]. Two multiply-rotate lanes over 8-byte words, not
    cryptographic: whoever must not be cheated compares SHA-256 of files, not this.
    """
    for i in range(offsets.size - 1):
        start, end = np.uint64(offsets[i]), np.uint64(offsets[i + 1])
        a = LANE_1 ^ (end - start)
        b = LANE_2 + (end - start)
        position = start
        while position + EIGHT <= end:
            word = np.uint64(0)
            for k in range(8):  # one load: `position` is unsigned
                word |= np.uint64(values[position + np.uint64(k)]) << np.uint64(8 * k)
            a = (a ^ word) * MIX_1
            a = (a << S31) | (a >> S33)
            b = (b + word) * MIX_2
            b = (b << S29) | (b >> np.uint64(35))
            position += EIGHT
        word = np.uint64(0)
        while position < end:
            word = (word << EIGHT) | np.uint64(values[position])
            position += np.uint64(1)
        a = (a ^ word) * MIX_1
        b = (b + word) * MIX_2
        out[i, 0] = mix64(a ^ (b >> S33))
        out[i, 1] = mix64(b ^ (a << EIGHT))
