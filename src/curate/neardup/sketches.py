"""Input of clustering: the columns of `Signature` and `Fingerprint` as arrays; no text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import binary_values

SLOT_BYTES = 4

Shingles = tuple[NDArray[np.uint32], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Sketches:
    """Sketches of n documents, in any order, in parts that are read when they are asked for.

    count int32[n]: distinct n-grams, 0 where there is no signature; sets uint64[n]: equal for equal sets of n-grams;
    fingerprints uint64[n, 2]; starts int64[parts + 1]: rows at which each part begins. slots: a part's uint32[rows,
    num_perm], anything where there is no signature; shingles: a part's kept n-gram hashes, values uint32 and start
    int64[rows + 1]. Both are called from several threads, for one part each.
    """

    num_perm: int
    count: NDArray[np.int32]
    sets: NDArray[np.uint64]
    fingerprints: NDArray[np.uint64]
    starts: NDArray[np.int64]
    slots: Callable[[int], NDArray[np.uint32]]
    shingles: Callable[[int], Shingles]

    def __len__(self) -> int:
        """Documents."""
        return len(self.count)

    @property
    def parts(self) -> range:
        """Range of arguments of `slots` and `shingles`."""
        return range(len(self.starts) - 1)

    @classmethod
    def from_annotations(cls, table: pa.Table) -> Sketches:
        """Return sketches from the columns minhash_* and fingerprint_*; every batch is a part."""
        batches = table.to_batches()
        return cls(
            num_perm=num_perm_of(table.schema),
            count=table.column("minhash_count").to_numpy().astype(np.int32, copy=False),
            sets=table.column("minhash_set").to_numpy().astype(np.uint64, copy=False),
            fingerprints=np.stack([table.column(f"fingerprint_{part}").to_numpy() for part in ("high", "low")], axis=1),
            starts=np.cumsum([0, *map(len, batches)], dtype=np.int64),
            slots=lambda part: slots_of(batches[part].column("minhash_signature")),
            shingles=lambda part: shingles_of(batches[part].column("minhash_shingles")),
        )


def num_perm_of(schema: pa.Schema) -> int:
    """Slots of the signatures in a table of annotations."""
    return int(schema.field("minhash_signature").type.byte_width) // SLOT_BYTES


def slots_of(column: pa.FixedSizeBinaryArray) -> NDArray[np.uint32]:
    """Column minhash_signature, without nulls, as uint32[len, num_perm], read-only."""
    width = column.type.byte_width // SLOT_BYTES
    _, content = column.buffers()
    slots = np.frombuffer(content or b"", np.uint32)[column.offset * width : (column.offset + len(column)) * width]
    slots.flags.writeable = False  # kernels are compiled for one kind only
    return slots.reshape(-1, width)


def shingles_of(column: pa.LargeBinaryArray) -> Shingles:
    """Column minhash_shingles as values uint32 and start int64[len + 1]."""
    values, start = binary_values(column, np.uint32)
    return values, start
