"""Sizes that the page headers of a Parquet file state: what reading a row group takes, known before it is read.

A page is decompressed whole, and the sizes in a file's footer need not be true. Headers are Thrift's compact protocol.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pyarrow.parquet as pq

_HEADER_BYTES = 512
_LONGEST_HEADER = 16 << 20  # Arrow reads no longer one
_DICTIONARY = 2  # a page's kind
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_KIND, _UNPACKED, _PACKED = 1, 2, 3  # fields of a page header
_OWN, _VALUES = (5, 7, 8), 1  # the header of each kind of page in it, and there the number of values
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """Bytes, of the columns together: the largest page, all dictionaries, a value at most on average of any page."""

    page: int = 0
    dictionaries: int = 0
    value: int = 0


def group_sizes(handle: int, group: pq.RowGroupMetaData, columns: frozenset[str] | None) -> GroupSizes:
    """The sizes of a row group's pages; handle: the open file; columns: top names, None for all.

    Of pages whose headers cannot be read nothing is said: reading them fails too.
    """
    page = dictionaries = value = 0
    for index in range(group.num_columns):
        chunk = group.column(index)
        if columns is not None and chunk.path_in_schema.split(".", 1)[0] not in columns:
            continue
        widest = 0
        for kind, size, values in _pages(handle, chunk):
            page = max(page, size)
            if kind == _DICTIONARY:
                dictionaries += size
            elif values:
                widest = max(widest, size // values)
        value += widest
    return GroupSizes(page, dictionaries, value)


def _pages(handle: int, chunk: pq.ColumnChunkMetaData) -> Iterator[tuple[int, int, int]]:
    """Kind, bytes unpacked, values of each page."""
    place = chunk.data_page_offset
    if chunk.has_dictionary_page and chunk.dictionary_page_offset:
        place = min(place, chunk.dictionary_page_offset)
    end = place + chunk.total_compressed_size
    while place < end:
        header = _header(handle, place)
        if header is None:
            return
        length, kind, unpacked, packed, values = header
        yield kind, unpacked, values
        place += length + packed


def _header(handle: int, place: int) -> tuple[int, int, int, int, int] | None:
    """Its length, kind, bytes unpacked, bytes packed, values; None where there is none."""
    wanted = _HEADER_BYTES
    while wanted <= _LONGEST_HEADER:
        data = os.pread(handle, wanted, place)
        with suppress(IndexError):
            try:
                return _told(*_struct(data, 0, 0))
            except (KeyError, ValueError):
                return None
        if len(data) < wanted:
            return None
        wanted *= 8
    return None


def _told(fields: dict[int, object], length: int) -> tuple[int, int, int, int, int]:
    """Raises KeyError and ValueError for what is no page header."""
    kind, unpacked, packed = (_size(fields[name]) for name in (_KIND, _UNPACKED, _PACKED))
    own = next((fields[name] for name in _OWN if name in fields), {})
    return length, kind, unpacked, packed, _size(own.get(_VALUES, 0)) if isinstance(own, dict) else 0


def _size(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, object], int]:
    """Whole numbers and structs by field, and where the struct ends. Raises IndexError where the data ends first."""
    if depth > _DEEPEST:
        raise ValueError
    fields: dict[int, object] = {}
    name = 0
    while (head := data[at]) != _STOP:
        at += 1
        kind, step = head & 15, head >> 4
        if step:
            name += step
        else:
            number, at = _whole(data, at)
            name = number
        fields[name], at = (kind == _TRUE, at) if kind in (_TRUE, _FALSE) else _value(data, at, kind, depth)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[object, int]:
    if kind == _STRUCT:
        return _struct(data, at, depth + 1)
    if kind == _BINARY:
        size, at = _unsigned(data, at)
        if at + size > len(data):
            raise IndexError
        return None, at + size
    if kind in (_BYTE, _DOUBLE):
        return None, at + (1 if kind == _BYTE else 8)
    if kind in (_LIST, _SET, _MAP):  # no page header has one
        raise ValueError
    return _whole(data, at)


def _whole(data: bytes, at: int) -> tuple[int, int]:
    number, at = _unsigned(data, at)
    return (number >> 1) ^ -(number & 1), at


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
        if shift > 70:
            raise ValueError
