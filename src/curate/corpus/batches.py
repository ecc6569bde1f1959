"""Batches cut and joined to about 1 MB of text, so that a batch stays in cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.held_bytes import held_bytes as held_bytes_of
from curate.corpus.slices import joined
from curate.schema import Quarantined

_BATCH_ROWS = 1 << 16
_BESIDE = 4  # times as much as text, of all columns


def cut_batches(
    pieces: Iterator[pa.RecordBatch | Quarantined], batch_bytes: int
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Same rows, same order; at most `batch_bytes` of text a batch, or one document. Quarantined pass at once.

    Of all columns together a batch has about four times as many bytes at most.
    """
    held: list[pa.RecordBatch] = []
    held_bytes = held_rows = held_beside = 0
    for piece in pieces:
        if isinstance(piece, Quarantined):
            yield piece
            continue
        beside = held_bytes_of(piece) // max(1, piece.num_rows)  # a row
        for batch, size in _cut(piece, batch_bytes, max(1, _BESIDE * batch_bytes // max(1, beside))):
            most = held_bytes + size > batch_bytes or held_rows + batch.num_rows > _BATCH_ROWS
            if held and (most or held_beside + beside * batch.num_rows > _BESIDE * batch_bytes):
                yield joined(held)
                held, held_bytes, held_rows, held_beside = [], 0, 0, 0
            held.append(batch)
            held_bytes += size
            held_rows += batch.num_rows
            held_beside += beside * batch.num_rows
    if held:
        yield joined(held)


def _cut(batch: pa.RecordBatch, batch_bytes: int, rows: int) -> Iterator[tuple[pa.RecordBatch, int]]:
    ends = np.cumsum(pc.binary_length(batch.column("text")).to_numpy(zero_copy_only=False))
    start = before = 0
    while start < batch.num_rows:
        stop = max(start + 1, int(np.searchsorted(ends, before + batch_bytes, side="right")))
        stop = min(stop, start + _BATCH_ROWS, start + rows)
        yield batch.slice(start, stop - start), int(ends[stop - 1]) - before
        start, before = stop, int(ends[stop - 1])
