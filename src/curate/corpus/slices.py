"""Consecutive rows of a table file, and how many of them are read at a time."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from curate.memory import share

SLICE_BYTES = 8 << 20
MERGED_BYTES = 1 << 20
_SLICE_ROWS = 1 << 10  # sizes on disk are of dictionaries: one text of 100 KB may stand in every row
_SLICE_SHARE = 16  # of memory, what a slice may take where each of its rows holds the longest value of a dictionary


@dataclass(frozen=True, slots=True)
class Slice:
    """Consecutive rows of a file."""

    first_row: int
    batch: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Lost:
    """Consecutive rows that could not be read; stop -1: to the end of the file."""

    first_row: int
    stop: int
    reason: str


def rows_by_average(size: int, rows: int, slice_bytes: int) -> int:
    """Rows that take about `slice_bytes`, if every row takes as much as the average one."""
    return max(1, min(_SLICE_ROWS, slice_bytes * rows // max(size, 1)))


def rows_by_widest(row_bytes: int) -> int:
    """Rows that fit if each takes so much, whatever their order."""
    return max(1, share(_SLICE_SHARE) // max(row_bytes, 1))


def joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """One after the other; a single one is not copied, which Arrow would."""
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)
