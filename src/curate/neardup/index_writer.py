"""Writes a segment of an index from blocks of sketches in any order; memory holds no shingle and no band but one."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.lookup import Queries
from curate.kernels.minhash import KEPT_SHINGLES
from curate.neardup.index_segment import Segment, print_hashes, sorted_keys, write_array, write_documents, written


class SegmentWriter:
    """A segment of texts uint64[n, 2] of one corpus. `add` each text that has shingles once, then `finish`.

    Rows are numbered as the fingerprints come, whatever the order of the blocks: give them sorted, and the same
    corpus makes the same index. Band hashes wait in a file (4 bytes a text and band) until all are known.
    """

    def __init__(self, folder: Path, prints: NDArray[np.uint64], bands: int) -> None:
        self._folder = folder
        self._prints = prints
        self._counts = np.zeros(len(prints), np.int32)
        self._starts = np.zeros(len(prints), np.int64)
        self._values = 0
        self._file = written(folder / "values.bin")
        self._sink = self._file.__enter__()
        self._spool = folder / "spool.bin"
        shape = (bands, max(1, len(prints)))
        self._hashes = np.memmap(self._spool, np.uint32, mode="w+", shape=shape)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, error, trace)

    def add(self, block: Queries, chosen: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """The sets `chosen` of a block become the texts `rows`."""
        kept = np.minimum(block.counts[chosen], KEPT_SHINGLES)
        starts = np.cumsum(kept, dtype=np.int64) - kept
        inside = np.arange(int(kept.sum())) - np.repeat(starts - block.starts[chosen], kept)
        self._sink.write(block.values[inside].data)
        self._hashes[:, rows] = block.hashes[:, chosen]
        self._counts[rows] = block.counts[chosen]
        self._starts[rows] = self._values + starts
        self._values += len(inside)

    def finish(self, corpus: int, documents: pa.Table) -> Segment:
        """Write the rest; `documents` (id, source) has a row a text."""
        signed = np.flatnonzero(self._counts)
        with written(self._folder / "bands.bin") as file:
            for hashes in self._hashes:
                file.write(sorted_keys(np.asarray(hashes)[signed], signed).data)
        del self._hashes
        self._spool.unlink()
        write_array(self._folder / "prints.bin", self._prints)
        rows = np.arange(len(self._prints))
        write_array(self._folder / "equal.bin", sorted_keys(print_hashes(self._prints), rows))
        write_array(self._folder / "counts.bin", self._counts)
        write_array(self._folder / "starts.bin", self._starts)
        write_documents(self._folder, [documents])
        return Segment(self._folder.name, len(rows), len(signed), self._values, ((corpus, len(rows)),))
