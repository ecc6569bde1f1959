"""Rows of Arrow files, which are mapped: no more than a slice is held at a time, and of what is packed a batch."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from curate.amounts import size as shown
from curate.corpus.arrow_parts import Part, file_parts, is_file, kept_buffers, stream_parts
from curate.corpus.damage import DAMAGE, arrow_fault
from curate.corpus.held_bytes import held_bytes
from curate.corpus.remote.fetched import on_disk
from curate.corpus.slices import MERGED_BYTES, Lost, Slice, joined, rows_by_average, rows_by_widest
from curate.memory import check
from curate.schema import Shard

SMALLER_BATCHES = ", or write the file with smaller record batches, or without compression"


class ArrowFile:
    """A file as it lies mapped; what was read of it is given back to the system on demand."""

    def __init__(self, path: str) -> None:
        with Path(on_disk(path)).open("rb") as stream:
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._buffer = pa.py_buffer(self._map)
        self.bytes = memoryview(self._map)
        self.is_file = is_file(self.bytes)
        self.schema: pa.Schema = self._open(None).schema

    def _open(self, kept: Sequence[int] | None) -> pa.RecordBatchFileReader | pa.RecordBatchStreamReader:
        options = pa.ipc.IpcReadOptions(included_fields=kept)
        source = pa.BufferReader(self._buffer)
        return (pa.ipc.open_file if self.is_file else pa.ipc.open_stream)(source, options=options)

    def forget(self) -> None:
        """Let go of the pages that were read: they count as memory of the process, and are in the file."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def parts(self, columns: Sequence[str] | None = None) -> tuple[list[Part], list[Part], Exception | None]:
        """Sizes of dictionaries and batches, and what is wrong with a stream after the last of them.

        unpacked: of these columns of a batch, None for all. Raises struct.error or ValueError for a file that is torn.
        """
        kept = kept_buffers(self.schema, columns) if columns else None
        if self.is_file:
            return *file_parts(self.bytes, kept), None
        found: tuple[list[Part], list[Part]] = [], []
        try:
            for is_batch, part in stream_parts(self.bytes, kept):
                found[is_batch].append(part)
        except (struct.error, ValueError) as error:
            return *found, error
        return *found, None

    def batches(self, shard: Shard, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
        """Batches of the shard with these columns (None: all). Raises MachineError for what does not fit unpacked."""
        dictionaries, parts, torn = self.parts(columns)
        kept = sum(part.unpacked for part in dictionaries)
        check(kept, f"its dictionaries of {shown(kept)}", shard.name, instead=SMALLER_BATCHES)
        names = self.schema.names
        packed = any(part.unpacked for part in parts)  # of these Arrow copies what it reads, of others all of a batch
        reader = self._open(sorted(map(names.index, columns)) if columns and packed else None)
        for index in range(shard.start, len(parts) if shard.stop < 0 else shard.stop):
            need = kept + parts[index].unpacked
            check(need, f"record batch {index} of {shown(need)}", shard.name, instead=SMALLER_BATCHES)
            batch = reader.get_batch(index) if self.is_file else reader.read_next_batch()
            yield batch if columns is None else batch.select(list(columns))
        if torn is not None:
            raise torn


def arrow_unpacked(shard: Shard, columns: Sequence[str]) -> int:
    """Memory that the largest batch of a shard takes where it is compressed, with the dictionaries of its file."""
    dictionaries, batches, _ = ArrowFile(shard.path).parts(columns)
    chosen = batches if shard.stop < 0 else batches[shard.start : shard.stop]
    return sum(one.unpacked for one in dictionaries) + max((one.unpacked for one in chosen), default=0)


def arrow_rows(shard: Shard) -> int:
    """Rows of a shard as its batches state them."""
    _, batches, _ = ArrowFile(shard.path).parts()
    return sum(one.rows for one in (batches if shard.stop < 0 else batches[shard.start : shard.stop]))


def arrow_head(place: Shard, columns: Sequence[str], rows: int) -> pa.RecordBatch | None:
    """The first rows of a shard, about 1 MB of them at most; None where there are none. Raises as reading does."""
    file = ArrowFile(place.path)
    held: list[pa.RecordBatch] = []
    left = MERGED_BYTES
    for batch in file.batches(place, columns):
        count = _rows_within(batch, 0, rows - sum(map(len, held)), left)
        held.append(batch.slice(0, count))
        check_offsets(held[-1])
        left -= held_bytes(held[-1])
        if count < len(batch) or sum(map(len, held)) >= rows or left <= 0:
            break
    return joined(held) if held else None


def arrow_slices(shard: Shard, columns: Sequence[str] | None, slice_bytes: int) -> Iterator[Slice | Lost]:
    """As `table_slices`."""
    row = shard.first_row
    try:
        file = ArrowFile(shard.path)
        for batch in file.batches(shard, columns):
            most = rows_by_average(batch.get_total_buffer_size(), batch.num_rows, slice_bytes)
            most = min(most, _dictionary_rows(batch))
            start = 0
            while start < batch.num_rows:
                piece = batch.slice(start, _rows_within(batch, start, most, slice_bytes))
                check_offsets(piece)
                yield Slice(row, piece)
                file.forget()
                start += piece.num_rows
                row += piece.num_rows
    except DAMAGE as error:
        yield Lost(row, -1, arrow_fault(error))


def _rows_within(batch: pa.RecordBatch, start: int, rows: int, slice_bytes: int) -> int:
    """At most so many, fewer where they take more: large values may stand side by side among small ones."""
    rows = min(rows, batch.num_rows - start)
    while rows > 1:
        piece = batch.slice(start, rows)
        piece.validate()  # of the offsets at its ends, of which the size is made
        if held_bytes(piece) - held_bytes(piece.slice(0, 0)) <= 2 * slice_bytes:
            break
        rows //= 2
    return rows


def _dictionary_rows(batch: pa.RecordBatch) -> int:
    """Rows that fit where each has the longest value of its dictionary."""
    dictionaries = [column.dictionary for column in batch.columns if pa.types.is_dictionary(column.type)]
    widest = sum(_longest_value(values) for values in dictionaries)
    return rows_by_widest(widest)


def _longest_value(values: pa.Array) -> int:
    kind = values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return 0
    _check(values)
    return int(pc.max(pc.binary_length(values)).as_py() or 0)


def check_offsets(batch: pa.RecordBatch) -> None:
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
    """Children of a column, one level down; none of a text. Raises ArrowInvalid for what is not known."""
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
