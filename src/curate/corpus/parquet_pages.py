"""Sizes that the page headers of a Parquet file state: what reading a row group takes, known before it is read.

A page is decompressed whole, and the sizes in a file's footer need not be true. Headers are Thrift's compact protocol.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from curate.amounts import size
from curate.memory import PARSED, check

_HEADER_BYTES = 512
_LONGEST_HEADER = 16 << 20  # Arrow reads no longer one
_DICTIONARY = 2  # a page's kind
_STOP, _BINARY, _STRUCT = 0, 8, 12
_FIXED = {1: 0, 2: 0, 3: 1, 7: 8}  # bytes of true, false, a byte, a double
_LISTS, _MAP = (9, 10), 11  # no page header has one that is known, and readers skip what they do not know
_KIND, _UNPACKED, _PACKED = 1, 2, 3  # fields of a page header
_OWN, _VALUES = (5, 7, 8), 1  # the header of each kind of page in it, and there the number of values
_DEEPEST = 64  # Arrow reads nothing deeper
_OPEN_AT_ONCE = 4  # whoever measures, reads ahead, asks for sizes and for columns has parsed a footer
_FOOTER_END = 8  # its length, and the magic bytes


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """Bytes, of the columns together: the largest page, all dictionaries, a value at most on average of any page."""

    page: int = 0
    dictionaries: int = 0
    value: int = 0


def check_footer(path: str, name: str) -> None:
    """Raises MachineError for a file whose footer does not fit into memory once it is parsed."""
    with Path(path).open("rb", buffering=0) as stream:
        length = os.fstat(stream.fileno()).st_size
        end = os.pread(stream.fileno(), _FOOTER_END, max(0, length - _FOOTER_END))
    footer = min(length, int.from_bytes(end[:4], "little"))
    check(
        _OPEN_AT_ONCE * PARSED * footer,
        f"a footer of {size(footer)}",
        name,
        instead=", or write the file with fewer row groups",
    )


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
        for kind, unpacked, values in _pages(handle, chunk):
            page = max(page, unpacked)
            if kind == _DICTIONARY:
                dictionaries += unpacked
            elif values:
                widest = max(widest, unpacked // values)
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
                found, length = _numbers(data)
                kind, unpacked, packed = found[_KIND,], found[_UNPACKED,], found[_PACKED,]
            except (KeyError, ValueError):
                return None
            values = next((found[of, _VALUES] for of in _OWN if (of, _VALUES) in found), 0)
            return None if min(kind, unpacked, packed, values) < 0 else (length, kind, unpacked, packed, values)
        if len(data) < wanted:
            return None
        wanted *= 8
    return None


def _numbers(data: bytes) -> tuple[dict[tuple[int, ...], int], int]:
    """Whole numbers by the fields that lead to them, and where the struct ends.

    Raises IndexError where the data ends first, ValueError for what no page header has.
    """
    found: dict[tuple[int, ...], int] = {}
    path, at = [0], 0
    while path:
        kind, step = data[at] & 15, data[at] >> 4
        at += 1
        if kind == _STOP:
            path.pop()
            continue
        if len(path) > _DEEPEST:
            raise ValueError
        if step == 0:  # the field's own number follows, with a sign
            number, at = _number(data, at)
            step = ((number >> 1) ^ -(number & 1)) - path[-1]
        path[-1] += step
        if kind == _STRUCT:
            path.append(0)
        elif kind in _FIXED:
            at += _FIXED[kind]
        elif kind in _LISTS or kind == _MAP:
            at = _skip(data, at, kind, _DEEPEST - len(path))
        else:
            number, at = _number(data, at)
            if kind == _BINARY:
                at += number
            else:
                found[tuple(path)] = (number >> 1) ^ -(number & 1)
    if at > len(data):
        raise IndexError
    return found, at


def _skip(data: bytes, at: int, kind: int, deepest: int) -> int:
    """Where a value of a list, or a list itself, ends. Raises as `_numbers`."""
    if deepest < 0 or at > len(data):
        raise IndexError if at > len(data) else ValueError
    if kind in (1, 2, 3):
        return at + 1  # in a list a boolean takes a byte
    if kind in _FIXED:
        return at + _FIXED[kind]
    if kind == _STRUCT:
        while (field := data[at]) & 15 != _STOP:
            at = at + 1 if field >> 4 else _number(data, at + 1)[1]
            at = at if field & 15 in (1, 2) else _skip(data, at, field & 15, deepest - 1)
        return at + 1
    if kind in _LISTS:
        count, kinds, at = data[at] >> 4, [data[at] & 15], at + 1
        count, at = _number(data, at) if count == 15 else (count, at)
    elif kind == _MAP:
        count, at = _number(data, at)
        kinds, at = ([data[at] >> 4, data[at] & 15], at + 1) if count else ([], at)
    else:
        number, at = _number(data, at)
        return at + number if kind == _BINARY else at
    for _ in range(count):
        for one in kinds:
            at = _skip(data, at, one, deepest - 1)
    return at


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Without a sign, seven bits a byte, the lowest first; and where it ends."""
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
