"""Rows of Parquet and Arrow shards, in slices whose memory is bounded, whatever the size of a row group or batch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.amounts import size as shown
from curate.corpus.damage import DAMAGE, arrow_fault
from curate.corpus.parquet_pages import GroupSizes, group_sizes
from curate.memory import check, share
from curate.schema import Shard

SLICE_BYTES = 8 << 20
_SLICE_ROWS = 1 << 10  # sizes on disk are of dictionaries: one text of 100 KB may stand in every row
_MERGED_BYTES = 1 << 20
_READ_BYTES = 1 << 16  # of a column at a time; mapping files would count all that was read as memory in use
_SLICE_SHARE = 16  # of memory, what a slice may take where each of its rows holds the longest value of a dictionary
SMALLER = ", or write the file with smaller pages"
_UNPACKED = 2  # times a page: unpacked, and again as values


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


def table_schema(path: str, format: str) -> pa.Schema:
    """The columns of a Parquet or Arrow file as it declares them."""
    if format == "parquet":
        return pq.read_schema(pa.OSFile(os.fsencode(path)))
    with pa.memory_map(os.fsencode(path)) as source:
        return _open_arrow(source).schema


def head_batch(place: Shard, columns: Sequence[str], rows: int) -> pa.RecordBatch | None:
    """The first rows of a shard, about 1 MB of them at most; None where they cannot be read or there are none."""
    try:
        if place.format == "parquet":
            with open_parquet(place.path) as file:
                sizes = _checked_sizes(place, file, place.start, columns)
                group = file.metadata.row_group(place.start)
                average = _slice_rows(group.total_byte_size, group.num_rows, _MERGED_BYTES)
                size = min(rows, average, _rows_at_most(sizes))
                return next(file.iter_batches(size, [place.start], columns, use_threads=False), None)
        with pa.memory_map(os.fsencode(place.path)) as source:
            held: list[pa.RecordBatch] = []
            for batch in _arrow_batches(source, place):
                held.append(batch.select(list(columns)).slice(0, rows - sum(map(len, held))))
                _check_offsets(held[-1])
                if sum(map(len, held)) >= rows:
                    break
            return joined(held) if held else None
    except DAMAGE:
        return None


def within(rows: NDArray[np.int64], first: int, stop: int) -> NDArray[np.int64]:
    """Those of the ascending rows that lie in [first, stop)."""
    return rows[np.searchsorted(rows, first) : np.searchsorted(rows, stop)]


def table_slices(
    shard: Shard,
    columns: Sequence[str] | None,
    *,
    rows: NDArray[np.int64] | None = None,
    slice_bytes: int = SLICE_BYTES,
) -> Iterator[Slice | Lost]:
    """The shard's rows with the named columns (None: all). Broken row groups and batches come as Lost.

    Row groups that hold none of `rows` (ascending) are passed over.
    """
    if shard.format == "parquet":
        return _parquet_slices(shard, columns, rows, slice_bytes)
    return _arrow_slices(shard, columns, slice_bytes)


def _parquet_slices(
    shard: Shard, columns: Sequence[str] | None, rows: NDArray[np.int64] | None, slice_bytes: int
) -> Iterator[Slice | Lost]:
    with open_parquet(shard.path) as file:
        end = shard.first_row
        for group in range(shard.start, shard.stop):
            metadata = file.metadata.row_group(group)
            row, end = end, end + metadata.num_rows
            if rows is not None and not len(within(rows, row, end)):
                continue
            sizes = _checked_sizes(shard, file, group, columns)
            size = min(_slice_rows(metadata.total_byte_size, end - row, slice_bytes), _rows_at_most(sizes))
            try:
                for batch in _merged(file.iter_batches(size, [group], columns, use_threads=False)):
                    yield Slice(row, batch)
                    row += batch.num_rows
                if row < end:
                    yield Lost(row, end, "the row group holds fewer rows than it says")
            except DAMAGE as error:
                yield Lost(row, end, str(error) or type(error).__name__)


def open_parquet(path: str) -> pq.ParquetFile:
    """A Parquet file of which some bytes are read at a time."""
    return pq.ParquetFile(pa.OSFile(os.fsencode(path)), buffer_size=_READ_BYTES)


def unpacked_bytes(shard: Shard, columns: Sequence[str]) -> int:
    """Memory that the largest page of a Parquet shard takes; 0 for other formats, and where no page is large."""
    if shard.format != "parquet":
        return 0
    with open_parquet(shard.path) as file, Path(shard.path).open("rb", buffering=0) as stream:
        groups = [file.metadata.row_group(group) for group in range(shard.start, shard.stop)]
        top = frozenset(columns)
        return _UNPACKED * max((group_sizes(stream.fileno(), group, top).page for group in groups), default=0)


def _checked_sizes(shard: Shard, file: pq.ParquetFile, group: int, columns: Sequence[str] | None) -> GroupSizes:
    """Of the pages to read. Raises MachineError for one that does not fit into memory."""
    with Path(shard.path).open("rb", buffering=0) as stream:
        top = None if columns is None else frozenset(columns)
        sizes = group_sizes(stream.fileno(), file.metadata.row_group(group), top)
    check(_UNPACKED * sizes.page, f"a page of {shown(sizes.page)} in row group {group}", shard.name, instead=SMALLER)
    return sizes


def _rows_at_most(sizes: GroupSizes) -> int:
    """Rows that fit, whatever their order: pages of few large values among small ones, one value in every row."""
    return max(1, share(_SLICE_SHARE) // max(sizes.value, sizes.dictionaries, 1))


def _merged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Small neighbours joined, for each slice has its price; what was read before an error is given out first."""
    held: list[pa.RecordBatch] = []
    held_bytes = 0
    try:
        for batch in batches:
            held.append(batch)
            held_bytes += batch.nbytes
            if held_bytes >= _MERGED_BYTES:
                yield joined(held)
                held, held_bytes = [], 0
    except DAMAGE:
        if held:
            yield joined(held)
        raise
    if held:
        yield joined(held)


def joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """One after the other; a single one is not copied, which Arrow would."""
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _arrow_slices(shard: Shard, columns: Sequence[str] | None, slice_bytes: int) -> Iterator[Slice | Lost]:
    with pa.memory_map(os.fsencode(shard.path)) as source:
        row = shard.first_row
        try:
            for batch in _arrow_batches(source, shard):
                narrow = batch if columns is None else batch.select(list(columns))
                size = _slice_rows(narrow.get_total_buffer_size(), narrow.num_rows, slice_bytes)
                size = min(size, _dictionary_rows(narrow))
                for start in range(0, narrow.num_rows, size):
                    piece = narrow.slice(start, size)
                    _check_offsets(piece)
                    yield Slice(row, piece)
                    row += piece.num_rows
        except DAMAGE as error:
            yield Lost(row, -1, arrow_fault(error))


def _dictionary_rows(batch: pa.RecordBatch) -> int:
    """Rows that fit where each has the longest value of its dictionary."""
    dictionaries = [column.dictionary for column in batch.columns if pa.types.is_dictionary(column.type)]
    widest = sum(_longest_value(values) for values in dictionaries)
    return max(1, share(_SLICE_SHARE) // max(widest, 1))


def _longest_value(values: pa.Array) -> int:
    kind = values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return 0
    _check(values)
    return int(pc.max(pc.binary_length(values)).as_py() or 0)


def _check_offsets(batch: pa.RecordBatch) -> None:
    """Raises ArrowInvalid for offsets, indices and run ends that point out of their buffers, as damage makes them.

    Kernels would read beyond the buffers, and show what lies there. Texts that are not UTF-8 are told of by row later;
    as Arrow stops at the first fault, the rest of such a column is looked at part by part.
    """
    for column in batch.columns:
        _check(column)


def _check(array: pa.Array) -> None:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        if "UTF8" not in str(error):
            raise
        for part in _parts(array):
            _check(part)


def _parts(array: pa.Array) -> list[pa.Array]:
    """What a column is made of, one level down; of texts nothing. Raises ArrowInvalid for what is not known."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return [array.storage]
    if pa.types.is_dictionary(kind):
        whole = pa.DictionaryArray.from_arrays(array.indices, pa.nulls(len(array.dictionary)))
        return [array.dictionary, whole]
    if pa.types.is_run_end_encoded(kind):
        return [array.run_ends, array.values]
    if pa.types.is_struct(kind):
        return [array.field(place) for place in range(kind.num_fields)]
    if pa.types.is_map(kind):
        return [array.keys, array.items]
    if pa.types.is_nested(kind):
        if not hasattr(array, "values"):
            raise pa.ArrowInvalid(f"a column of type {kind} holds text that is not UTF-8")
        return [array.values]
    return []


def _arrow_batches(source: pa.NativeFile, shard: Shard) -> Iterator[pa.RecordBatch]:
    reader = _open_arrow(source)
    if isinstance(reader, pa.RecordBatchFileReader):
        return (reader.get_batch(index) for index in range(shard.start, shard.stop))
    return iter(reader)


def _open_arrow(source: pa.NativeFile) -> pa.RecordBatchFileReader | pa.RecordBatchStreamReader:
    is_file = source.read(6) == b"ARROW1"
    source.seek(0)
    return pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)


def _slice_rows(size: int, rows: int, slice_bytes: int) -> int:
    """Rows that take about `slice_bytes`, if every row takes as much as the average one."""
    return max(1, min(_SLICE_ROWS, slice_bytes * rows // max(size, 1)))
