"""Small slices of a table joined with their neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from curate.corpus.damage import DAMAGE
from curate.corpus.held_bytes import held_bytes as held_bytes_of
from curate.corpus.slices import MERGED_BYTES, joined


def merged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Small neighbours joined, for each slice has its price; what was read before an error is given out first."""
    held: list[pa.RecordBatch] = []
    held_bytes = 0
    try:
        for batch in batches:
            held.append(batch)
            held_bytes += held_bytes_of(batch)
            if held_bytes >= MERGED_BYTES:
                yield joined(held)
                held, held_bytes = [], 0
    except DAMAGE:
        if held:
            yield joined(held)
        raise
    if held:
        yield joined(held)
