"""Thrift's compact protocol, as far as the headers and the footer of a Parquet file are read here.

Every function raises IndexError where the bytes end first and ValueError for what no reader of Thrift takes.
https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

STOP, BINARY, LISTS, MAP, STRUCT = 0, 8, (9, 10), 11, 12  # kinds of value
_TRUTHS, _NUMBERS = (1, 2), (4, 5, 6)
_FIXED = {3: 1, 7: 8}  # bytes of a byte, a double
DEEPEST = 64  # Arrow reads nothing deeper
Reader: TypeAlias = "Callable[[bytes, int, int], tuple[Any, int]]"  # bytes, place, kind: the value, and where it ends


def plain_number(data: bytes, at: int) -> tuple[int, int]:
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
            raise ValueError("a number of more than 64 bits")


def whole(data: bytes, at: int, kind: int) -> tuple[int | None, int]:
    """A number with its sign; None of another kind, which is passed over."""
    if kind not in _NUMBERS:
        return None, skip(data, at, kind)
    number, at = plain_number(data, at)
    return (number >> 1) ^ -(number & 1), at


def text(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Bytes; none of another kind."""
    if kind != BINARY:
        return b"", skip(data, at, kind)
    length, at = plain_number(data, at)
    if at + length > len(data):
        raise IndexError
    return data[at : at + length], at + length


def struct(wanted: Mapping[int, Reader]) -> Reader:
    """Reader of a struct: these fields by their numbers."""

    def read(data: bytes, at: int, kind: int = STRUCT) -> tuple[dict[int, Any], int]:
        found: dict[int, Any] = {}
        if kind != STRUCT:
            return found, skip(data, at, kind)
        number = 0
        while (head := data[at]) & 15 != STOP:
            at += 1
            if head >> 4:
                number += head >> 4
            else:
                signed, at = plain_number(data, at)
                number = (signed >> 1) ^ -(signed & 1)
            reader = wanted.get(number)
            if reader is not None:
                found[number], at = reader(data, at, head & 15)
            elif head & 15 not in _TRUTHS:
                at = skip(data, at, head & 15)
        return found, at + 1

    return read


def many(reader: Reader) -> Reader:
    """Reader of a list."""

    def read(data: bytes, at: int, kind: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        if kind not in LISTS:
            return found, skip(data, at, kind)
        count, each, at = _list_head(data, at)
        for _ in range(count):
            one, at = reader(data, at, each)
            found.append(one)
        return found, at

    return read


def _list_head(data: bytes, at: int) -> tuple[int, int, int]:
    count, each = data[at] >> 4, data[at] & 15
    count, at = plain_number(data, at + 1) if count == 15 else (count, at + 1)
    return count, each, at


def skip(data: bytes, at: int, kind: int, deepest: int = DEEPEST) -> int:
    """Where a value ends that nobody asks for, or a truth in a list, which takes a byte."""
    if at > len(data):
        raise IndexError
    if deepest < 0:
        raise ValueError("nested too deeply")
    if kind in _NUMBERS:
        return plain_number(data, at)[1]
    if kind == BINARY:
        length, at = plain_number(data, at)
        return at + length
    if kind in _TRUTHS or kind in _FIXED:
        return at + _FIXED.get(kind, 1)
    if kind == STRUCT:
        while (head := data[at]) & 15 != STOP:
            at = at + 1 if head >> 4 else plain_number(data, at + 1)[1]
            at = at if head & 15 in _TRUTHS else skip(data, at, head & 15, deepest - 1)
        return at + 1
    if kind in LISTS:
        count, each, at = _list_head(data, at)
        kinds = [each]
    elif kind == MAP:
        count, at = plain_number(data, at)
        kinds, at = ([data[at] >> 4, data[at] & 15], at + 1) if count else ([], at)
    else:
        raise ValueError(f"a value of kind {kind}")
    for _ in range(count):
        for each in kinds:
            at = skip(data, at, each, deepest - 1)
    return at
