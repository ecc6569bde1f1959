"""Sizes that an Arrow file states of its batches and dictionaries: what reading one takes, known before it is read.

What is not compressed is mapped and takes no memory of its own. Messages are tables of FlatBuffers, after
https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format and the schemas beside it. Every function
raises struct.error or ValueError for a file that is damaged.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

MAGIC = b"ARROW1"
_DICTIONARY, _BATCH = 2, 3  # kinds of message
_CONTINUES = b"\xff\xff\xff\xff"
_MOST_ROWS = 1 << 48
_DENSEST = 1 << 15  # bytes that a packed one may hold: zstd packs 128 KB of one byte into four
_RAW = -1  # the size of a buffer that stands as it is among packed ones


@dataclass(frozen=True, slots=True)
class Part:
    """A dictionary, or a batch of so many rows.

    bytes: of its buffers, as they are used. unpacked: what reading those that are packed takes, 0 where none is.
    """

    rows: int
    bytes: int
    unpacked: int


class _Table(NamedTuple):
    """A table of FlatBuffers, and where it begins."""

    data: memoryview
    at: int

    def field(self, number: int, form: str) -> int | None:
        """A field of that `struct` form; None where it is absent."""
        place = self._place(number)
        return None if place is None else int(struct.unpack_from(form, self.data, place)[0])

    def table(self, number: int) -> _Table | None:
        """A table that the field points to."""
        place = self._place(number)
        return None if place is None else _Table(self.data, place + struct.unpack_from("<I", self.data, place)[0])

    def rows(self, number: int, form: str) -> list[tuple[int, ...]]:
        """Elements of a vector of structs."""
        found = self.table(number)
        if found is None:
            return []
        (count,) = struct.unpack_from("<I", self.data, found.at)
        end = found.at + 4 + count * struct.calcsize(form)
        if end > len(self.data):
            raise ValueError("a list runs beyond its message")
        return list(struct.iter_unpack(form, self.data[found.at + 4 : end]))

    def _place(self, number: int) -> int | None:
        fields = self.at - struct.unpack_from("<i", self.data, self.at)[0]
        if fields < 0 or 4 + 2 * number >= struct.unpack_from("<H", self.data, fields)[0]:
            return None
        offset: int = struct.unpack_from("<H", self.data, fields + 4 + 2 * number)[0]
        return self.at + offset if offset else None


def is_file(source: memoryview) -> bool:
    """Return whether the bytes are Arrow's file format, which lists its batches, and not a stream."""
    return bytes(source[:6]) == MAGIC


def file_parts(source: memoryview, kept: Sequence[bool] | None = None) -> tuple[list[Part], list[Part]]:
    """Dictionaries and batches as a file lists them; kept: which buffers of a batch are read, None for all."""
    end = len(source) - len(MAGIC) - 4
    (size,) = struct.unpack_from("<i", source, end)
    if not 0 < size <= end:
        raise ValueError("the footer is damaged")
    footer = _root(source[end - size : end])
    both = (footer.rows(2, "<qi4xq"), None), (footer.rows(3, "<qi4xq"), kept)
    found = [[_part(source, at, at + length, these) for at, length, _ in blocks] for blocks, these in both]
    return [part for _, part, _ in found[0]], [part for _, part, _ in found[1]]


def stream_parts(source: memoryview, kept: Sequence[bool] | None = None) -> Iterator[tuple[bool, Part]]:
    """Dictionaries (False) and batches (True) of a stream, in order; what follows a broken one is not told."""
    at = 0
    while at + 8 <= len(source):
        head = 8 if source[at : at + 4] == _CONTINUES else 4
        (size,) = struct.unpack_from("<i", source, at + head - 4)
        if size <= 0:
            return
        body = at + head + size
        kind, part, length = _part(source, at, body, kept)
        if kind in (_DICTIONARY, _BATCH):
            yield kind == _BATCH, part
        at = body + length


def _part(source: memoryview, at: int, body: int, kept: Sequence[bool] | None) -> tuple[int, Part, int]:
    """The kind of a message, its sizes, the bytes of its body."""
    if min(at, body) < 0 or body > len(source):
        raise ValueError("a message begins outside the file")
    begin = at + (8 if source[at : at + 4] == _CONTINUES else 4)
    message = _root(source[begin:body])
    kind, length, batch = message.field(1, "<B") or 0, message.field(3, "<q") or 0, message.table(2)
    if batch is None or not 0 <= length <= len(source) - body:
        raise ValueError("a message without a header, or that runs beyond the file")
    if kind == _DICTIONARY:
        batch, kept = batch.table(1), None
    if kind not in (_DICTIONARY, _BATCH) or batch is None:
        return kind, Part(0, 0, 0), length
    buffers, rows = batch.rows(2, "<qq"), batch.field(0, "<q") or 0
    if not 0 <= rows <= _MOST_ROWS:
        raise ValueError(f"a batch of {rows} rows")
    if any(offset < 0 or not 0 <= size <= length - offset for offset, size in buffers):
        raise ValueError("a buffer runs beyond its message")
    if batch.table(3) is None:
        return kind, Part(rows, sum(size for _, size in buffers), 0), length
    sizes = [_unpacked(source, body + offset, size) for offset, size in buffers]
    both = [size + packed for size, (_, packed) in zip(sizes, buffers, strict=True)]
    chosen = both if kept is None else [size for size, is_kept in zip(both, kept, strict=False) if is_kept]
    return kind, Part(rows, sum(sizes), sum(chosen)), length


def _unpacked(source: memoryview, at: int, size: int) -> int:
    if size < 8:
        return 0
    (unpacked,) = struct.unpack_from("<q", source, at)
    if unpacked != _RAW and not 0 <= unpacked <= _DENSEST * size:
        raise ValueError(f"{size} bytes that say they hold {unpacked}")
    return size if unpacked == _RAW else unpacked


def _root(data: memoryview) -> _Table:
    return _Table(data, struct.unpack_from("<I", data, 0)[0])


def kept_buffers(schema: pa.Schema, columns: Sequence[str]) -> list[bool] | None:
    """Which buffers of a batch belong to these columns; None where the types do not say."""
    kept: list[bool] = []
    for field in schema:
        count = _buffers(field.type)
        if count is None:
            return None
        kept += [field.name in columns] * count
    return kept


def _buffers(type: pa.DataType) -> int | None:
    if isinstance(type, pa.BaseExtensionType):
        return _buffers(type.storage_type)
    if pa.types.is_dictionary(type):
        return 2
    views = pa.types.is_string_view(type) or pa.types.is_binary_view(type)
    if views or pa.types.is_union(type) or pa.types.is_run_end_encoded(type) or pa.types.is_null(type):
        return None
    children = [_buffers(type.field(number).type) for number in range(type.num_fields)]
    return None if None in children else type.num_buffers + sum(filter(None, children))
