"""One endless row of random draws per corpus, by its texts alone: fewer draws are the beginning of more.

Whoever draws again, under another name, number or seed, gets the same documents. Numbers come from BLAKE2b, not from a
library's generator, so that another version or processor draws the same.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


def seed_of(prints: NDArray[np.uint64]) -> bytes:
    """32 bytes from the fingerprints uint64[n, 2] of all texts, whatever their order, files or formats."""
    order = np.lexsort((prints[:, 1], prints[:, 0]))
    return hashlib.blake2b(np.ascontiguousarray(prints[order], "<u8").tobytes(), digest_size=32).digest()


def drawn_places(seed: bytes, mass: NDArray[np.int64], start: int, count: int) -> NDArray[np.int64]:
    """Draws `start` to `start + count` of the row: places, with replacement and probability proportional to mass."""
    ends = np.cumsum(mass)
    total = int(ends[-1])
    spots = [_number(seed, index) * total >> 128 for index in range(start, start + count)]
    return np.searchsorted(ends, np.array(spots, np.int64), side="right").astype(np.int64)


def _number(seed: bytes, index: int) -> int:
    """Whole number below 2^128."""
    return int.from_bytes(hashlib.blake2b(index.to_bytes(8, "little"), key=seed, digest_size=16).digest(), "little")
