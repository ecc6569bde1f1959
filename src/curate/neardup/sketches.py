"""What clustering reads of a corpus: the columns of `Signature` and `Fingerprint` as arrays; no text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import binary_values

Shingles = tuple[NDArray[np.uint32], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Sketches:
    """Sketches of n documents, in any order.

    slots uint32[n, num_perm]; count int32[n]: distinct n-grams, 0 where there is no signature; fingerprints
    uint64[n, 2]; shingles: for rows int64[m], the kept shingle hashes, values uint32 and start int64[m + 1] (called
    with the rows that have candidates, so that the shingles of a corpus need not lie in memory).
    """

    slots: NDArray[np.uint32]
    count: NDArray[np.int32]
    fingerprints: NDArray[np.uint64]
    shingles: Callable[[NDArray[np.int64]], Shingles]

    def __len__(self) -> int:
        """Documents."""
        return len(self.count)

    @classmethod
    def from_annotations(cls, table: pa.Table) -> Sketches:
        """From the columns minhash_signature, minhash_shingles, minhash_count, fingerprint_high and fingerprint_low."""
        slots = np.zeros((table.num_rows, table.schema.field("minhash_signature").type.list_size), np.uint32)
        row = 0
        for chunk in table.column("minhash_signature").chunks:
            present = chunk.is_valid().to_numpy(zero_copy_only=False)
            slots[row : row + len(chunk)][present] = chunk.flatten().to_numpy().reshape(-1, slots.shape[1])
            row += len(chunk)
        count = table.column("minhash_count").to_numpy().astype(np.int32, copy=False)
        high, low = (table.column(f"fingerprint_{part}").to_numpy() for part in ("high", "low"))
        lists = table.column("minhash_shingles")
        return cls(slots, count, np.stack([high, low], axis=1), lambda rows: _take(lists, rows))


def _take(lists: pa.ChunkedArray, rows: NDArray[np.int64]) -> Shingles:
    return shingles_of(lists.take(pa.array(rows)))


def shingles_of(column: pa.ChunkedArray) -> Shingles:
    """Column minhash_shingles as values uint32 and start int64[len + 1]."""
    if not len(column):
        return np.zeros(0, np.uint32), np.zeros(1, np.int64)
    joined = pa.concat_arrays(column.chunks)
    values, start = binary_values(joined, np.uint32)
    return values, start
