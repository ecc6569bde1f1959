"""Sizes that the page headers of a Parquet file state: what reading a row group takes, known before it is read.

A page is decompressed whole, and the sizes in a file's footer need not be true. Headers are Thrift's compact protocol.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from curate.corpus.parquet_footer import Chunk
from curate.corpus.thrift import STRUCT, struct, whole

_HEADER_BYTES = 512
_LONGEST_HEADER = 16 << 20  # Arrow reads no longer one
_DICTIONARY = 2  # a page's kind
_KIND, _UNPACKED, _PACKED = 1, 2, 3  # fields of a page header
_OWN, _VALUES = (5, 7, 8), 1  # the header of each kind of page in it, and there the number of values
_HEADER = struct({_KIND: whole, _UNPACKED: whole, _PACKED: whole, **dict.fromkeys(_OWN, struct({_VALUES: whole}))})


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """Bytes, of the columns together: the largest page, all dictionaries, a value at most on average of any page."""

    page: int = 0
    dictionaries: int = 0
    value: int = 0


def together(parts: Iterable[GroupSizes]) -> GroupSizes:
    """Sizes of several columns, read together."""
    each = [(one.page, one.dictionaries, one.value) for one in parts]
    pages, dictionaries, values = zip(*each, strict=True) if each else ((), (), ())
    return GroupSizes(max(pages, default=0), sum(dictionaries), sum(values))


def group_sizes(handle: int, group: Iterable[Chunk], columns: frozenset[str] | None) -> GroupSizes:
    """The sizes of a row group's pages; handle: the open file; group: as of `row_groups`; columns: None for all.

    Of pages whose headers cannot be read nothing is said: reading them fails too.
    """
    page = dictionaries = value = 0
    names = None if columns is None else {name.encode(errors="surrogateescape") for name in columns}
    for chunk in group:
        if names is not None and chunk.name not in names:
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


def _pages(handle: int, chunk: Chunk) -> Iterator[tuple[int, int, int]]:
    """Kind, bytes unpacked, values of each page."""
    place = chunk.start
    while 0 <= place < chunk.stop:
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
                found, length = _HEADER(data, 0, STRUCT)
            except ValueError:
                return None
            values = next((found[of].get(_VALUES) or 0 for of in _OWN if of in found), 0)
            kind, unpacked, packed = (found.get(field) for field in (_KIND, _UNPACKED, _PACKED))
            if kind is None or unpacked is None or packed is None or min(kind, unpacked, packed, values) < 0:
                return None
            return length, kind, unpacked, packed, values
        if len(data) < wanted:
            return None
        wanted *= 8
    return None
