"""Rows of Parquet and Arrow shards, in slices whose memory is bounded, whatever the size of a row group or batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.amounts import size as shown
from curate.corpus.arrow_slices import ArrowFile, arrow_head, arrow_rows, arrow_slices, arrow_unpacked
from curate.corpus.damage import DAMAGE
from curate.corpus.merged_slices import merged
from curate.corpus.parquet_files import open_parquet
from curate.corpus.parquet_footer import Chunk, check_footer, fetch_ahead, fetch_groups, row_groups, with_footer
from curate.corpus.parquet_pages import GroupSizes, group_sizes, together
from curate.corpus.remote.store import is_remote
from curate.corpus.slices import MERGED_BYTES, SLICE_BYTES, Lost, Slice, rows_by_average, rows_by_widest
from curate.memory import check
from curate.schema import Shard

SMALLER = ", or write the file with smaller pages"
Chunks = tuple[Chunk, ...]  # the columns of a row group
_UNPACKED = 2  # times a page: unpacked, and again as values


def table_schema(path: str, format: str) -> pa.Schema:
    """The columns of a Parquet or Arrow file as it declares them."""
    if format != "parquet":
        return ArrowFile(path).schema
    there = Path(with_footer(path)).stat()
    return _parquet_schema(path, there.st_size, there.st_mtime_ns)


@lru_cache(maxsize=1024)
def _parquet_schema(path: str, length: int, changed: int) -> pa.Schema:
    del length, changed  # a file that is another by now is read again
    with open_parquet(path, Path(path).name) as file:
        return file.schema.to_arrow_schema()


def head_batch(place: Shard, columns: Sequence[str], rows: int) -> pa.RecordBatch | None:
    """The first rows of a shard, about 1 MB of them at most; None where they cannot be read or there are none."""
    try:
        if place.format == "parquet":
            with open_parquet(place.path, place.name) as file:
                size = min(rows, rows_in_head(place, columns), average_rows(file, place.start))
                return next(file.iter_batches(size, [place.start], columns, use_threads=False), None)
        return arrow_head(place, columns, rows)
    except DAMAGE:
        return None


def rows_in_head(place: Shard, columns: Sequence[str]) -> int:
    """Rows of a Parquet row group that may be read at a time, whatever their order. Raises as `_checked_sizes`."""
    fetch_groups(place.path, range(place.start, place.start + 1), columns)
    chunks = row_groups(place.path)[place.start]
    return _rows_at_most(_checked_sizes(place, place.start, chunks, columns))


def average_rows(file: pq.ParquetFile, group: int) -> int:
    """Rows of a row group that take 1 MB if each takes as much as the average one."""
    metadata = file.metadata.row_group(group)
    return rows_by_average(metadata.total_byte_size, metadata.num_rows, MERGED_BYTES)


def within(rows: NDArray[np.int64], first: int, stop: int) -> NDArray[np.int64]:
    """Ascending rows inside [first, stop)."""
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
    return arrow_slices(shard, columns, slice_bytes)


def _parquet_slices(
    shard: Shard, columns: Sequence[str] | None, rows: NDArray[np.int64] | None, slice_bytes: int
) -> Iterator[Slice | Lost]:
    with open_parquet(shard.path, shard.name) as file:
        end, groups = shard.first_row, None
        for group in range(shard.start, shard.stop):
            metadata = file.metadata.row_group(group)
            row, end = end, end + metadata.num_rows
            if rows is not None and not len(within(rows, row, end)):
                continue
            try:
                groups = groups or row_groups(shard.path)
                fetch_groups(shard.path, range(group, group + 1), columns)
                if rows is None:
                    fetch_ahead(shard.path, group + 1, columns)
                sizes = _checked_sizes(shard, group, groups[group], columns)
                size = min(rows_by_average(metadata.total_byte_size, end - row, slice_bytes), _rows_at_most(sizes))
                for batch in merged(file.iter_batches(size, [group], columns, use_threads=False)):
                    yield Slice(row, batch)
                    row += batch.num_rows
                if row < end:
                    yield Lost(row, end, "the row group holds fewer rows than it says")
            except DAMAGE as error:
                yield Lost(row, end, str(error) or type(error).__name__)


def column_batches(path: Path, column: str) -> Iterator[pa.Array]:
    """One column of a Parquet file of curate's own. Raises errors of DAMAGE, and MachineError for what does not fit."""
    if not path.is_file():
        raise OSError("no regular file")
    groups = open_parquet(str(path), path.name).num_row_groups
    for piece in table_slices(Shard(str(path), path.name, "parquet", "", 0, groups, 0, ""), [column]):
        if isinstance(piece, Lost):
            raise OSError(piece.reason)
        yield piece.batch.column(column)


def rows_of(shard: Shard) -> int:
    """Rows of a shard as its file states them. Raises errors of DAMAGE."""
    if shard.format == "arrow":
        return arrow_rows(shard)
    metadata = open_parquet(shard.path, shard.name).metadata
    return sum(metadata.row_group(group).num_rows for group in range(shard.start, shard.stop))


def unpacked_bytes(shard: Shard, columns: Sequence[str]) -> int:
    """Memory that the largest page of a Parquet shard or batch of an Arrow shard takes; 0 for other formats."""
    if shard.format == "arrow":
        return arrow_unpacked(shard, columns)
    if shard.format != "parquet":
        return 0
    check_footer(shard.path, shard.name)
    fetch_groups(shard.path, range(shard.start, shard.stop), columns)
    groups = row_groups(shard.path)[shard.start : shard.stop]
    sizes = (_group_sizes(shard.path, chunks, columns) for chunks in groups)
    return _UNPACKED * max((each.page for each in sizes), default=0)


def _checked_sizes(shard: Shard, group: int, chunks: Chunks, columns: Sequence[str] | None) -> GroupSizes:
    """Of the pages to read. Raises MachineError for one that does not fit into memory."""
    sizes = _group_sizes(shard.path, chunks, columns)
    check(_UNPACKED * sizes.page, f"a page of {shown(sizes.page)} in row group {group}", shard.name, instead=SMALLER)
    return sizes


def _group_sizes(path: str, chunks: Chunks, columns: Sequence[str] | None) -> GroupSizes:
    """Sizes of a row group's pages. Those of a remote file are read anew: its copy may have been filled since."""
    here = with_footer(path)
    there = Path(here).stat()
    known = _chunk_sizes.__wrapped__ if is_remote(path) else _chunk_sizes
    top = None if columns is None else {name.encode(errors="surrogateescape") for name in columns}
    wanted = [one for one in chunks if top is None or one.name in top]
    return together(known(here, there.st_size, there.st_mtime_ns, one) for one in wanted)


@lru_cache(maxsize=1 << 13)
def _chunk_sizes(path: str, length: int, changed: int, chunk: Chunk) -> GroupSizes:
    del length, changed  # a file that is another by now is read again
    with Path(path).open("rb", buffering=0) as stream:
        return group_sizes(stream.fileno(), (chunk,), None)


def _rows_at_most(sizes: GroupSizes) -> int:
    """Rows that fit, whatever their order: pages of few large values among small ones, one value in every row."""
    return rows_by_widest(max(sizes.value, sizes.dictionaries))
