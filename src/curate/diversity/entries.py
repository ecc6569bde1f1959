"""Types of a sample with the documents that they stand in, and figures of both sides of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.sides import entries

AT_ONCE = 256  # ways: counts of all of them for one type stay in cache


@dataclass(frozen=True, slots=True)
class Sides:
    """values float64[2, ways] before and after; log_ratios float64[ways], with half a count where there is none."""

    values: NDArray[np.float64]
    log_ratios: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entries:
    """Types with the documents they occur in; entries starts[t]:starts[t + 1] of the other arrays are of type t.

    counts: occurrences of the type in the document.
    """

    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    counts: NDArray[np.int32]

    @classmethod
    def of(cls, values: NDArray[np.uint64], documents: NDArray[np.int64], size: int) -> Entries:
        """Group equal runs by document, of `size` documents. Types are compared by at least 43 bits."""
        bits = np.uint64(max(1, (size - 1).bit_length()))
        keys = values >> bits << bits | documents.astype(np.uint64)
        keys.sort()
        starts = np.empty(keys.size + 1, np.int64)
        holders, counts = np.empty(keys.size, np.int32), np.empty(keys.size, np.int32)
        types, count = entries(keys, bits, starts, holders, counts)
        return cls(starts[: types + 1], holders[:count], counts[:count])
