"""Code points out of UTF-8 bytes, and the written forms the token pass knows: line breaks, URLs, clitics."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.characters import Characters
from curate.kernels.compile import kernel
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, mix64


@kernel
def decode(values: Any, position: Any, end: Any) -> Any:
    """The code point at `position` and where the next begins; a malformed sequence is a space, one byte long."""
    a = np.int64(values[position])
    if a < 0x80:
        return a, position + 1
    if 0xC2 <= a < 0xE0 and position + 1 < end:
        b = np.int64(values[position + 1])
        if b & 0xC0 == 0x80:
            return (a & 0x1F) << 6 | (b & 0x3F), position + 2
    elif 0xE0 <= a < 0xF0 and position + 2 < end:
        b, c = np.int64(values[position + 1]), np.int64(values[position + 2])
        if b & 0xC0 == 0x80 and c & 0xC0 == 0x80:
            return (a & 0x0F) << 12 | (b & 0x3F) << 6 | (c & 0x3F), position + 3
    elif 0xF0 <= a < 0xF5 and position + 3 < end:
        b, c, d = np.int64(values[position + 1]), np.int64(values[position + 2]), np.int64(values[position + 3])
        if b & 0xC0 == 0x80 and c & 0xC0 == 0x80 and d & 0xC0 == 0x80:
            point = (a & 0x07) << 18 | (b & 0x3F) << 12 | (c & 0x3F) << 6 | (d & 0x3F)
            if point < 0x110000:
                return point, position + 4
    return np.int64(32), position + 1


@kernel
def decode_four(first: Any, second: Any, third: Any, fourth: Any, position: Any) -> Any:
    """Decode a code point from the four bytes at hand, as `decode` does; without an array a call costs nothing."""
    b, c, d = np.int64(second), np.int64(third), np.int64(fourth)
    if b & 0xC0 == 0x80:
        if first >= 0xC2 and first < 0xE0:
            return (first & 0x1F) << 6 | (b & 0x3F), position + 2
        if c & 0xC0 == 0x80:
            if first >= 0xE0 and first < 0xF0:
                return (first & 0x0F) << 12 | (b & 0x3F) << 6 | (c & 0x3F), position + 3
            if first >= 0xF0 and first < 0xF5 and d & 0xC0 == 0x80:
                point = (first & 0x07) << 18 | (b & 0x3F) << 12 | (c & 0x3F) << 6 | (d & 0x3F)
                if point < 0x110000:
                    return point, position + 4
    return np.int64(32), position + 1


@kernel
def hash_point(h: Any, point: Any, tables: Characters) -> Any:
    """FNV-1a (Fowler, Noll, Vo) of the folded form of one code point."""
    folded = tables.folded[point]
    if folded < 0x110000:
        return (h ^ np.uint64(folded)) * FNV_PRIME
    at = np.int64(folded) - 0x110000
    for k in range(tables.expansions[at]):
        h = (h ^ np.uint64(tables.expansions[at + 1 + k])) * FNV_PRIME
    return h


@kernel
def line_break(values: Any, position: Any, end: Any) -> Any:
    r"""Bytes of a written-out line break at `position`: \n not followed by a-z, <br>, <br/>, <br />; else 0."""
    if values[position] == 92:
        if position + 1 >= end or values[position + 1] != 110:
            return 0
        if position + 2 < end and 97 <= values[position + 2] <= 122:
            return 0
        return 2
    if position + 3 >= end or values[position] != 60:
        return 0
    b, r = values[position + 1], values[position + 2]
    if not ((b == 98 and r == 114) or (b == 66 and r == 82)):
        return 0
    at = position + 3
    if values[at] == 32 and at + 1 < end and values[at + 1] == 47:
        at += 1
    if values[at] == 47:
        at += 1
    return at + 1 - position if at < end and values[at] == 62 else 0


@kernel
def url_follows(values: Any, begin: Any, position: Any, end: Any) -> Any:
    """Return whether the word values[begin:position] is http or https (any case) and "://" stands behind it."""
    length = position - begin
    if length < 4 or length > 5 or position + 2 >= end:
        return False
    if values[position] != 58 or values[position + 1] != 47 or values[position + 2] != 47:
        return False
    for k in range(length):
        expected = 104 if k == 0 else 116 if k < 3 else 112 if k == 3 else 115  # http s
        if values[begin + k] | 32 != expected:
            return False
    return True


@kernel
def continues(values: Any, position: Any, end: Any, tables: Characters) -> Any:
    """Return whether a word goes on at `position`."""
    if position >= end:
        return False
    point, _ = decode(values, position, end)
    what = tables.classes[point]
    return what == 1 or what == 2 or what == 4 or what == 7


@kernel
def clitic(values: Any, position: Any, end: Any, tables: Characters) -> Any:
    """Where a clitic ("'s", "'t", "'re" ...) that begins at `position` ends and its hash; (0, 0) if there is none."""
    nothing = (0, np.uint64(0))
    if position >= end:
        return nothing
    point, after = decode(values, position, end)
    if tables.folded[point] != 39 or tables.classes[point] != 5 or after >= end:
        return nothing
    a = values[after]
    b = values[after + 1] if after + 1 < end else np.uint8(0)
    x, y = a | np.uint8(32), b | np.uint8(32)
    one_case = (a ^ b) & np.uint8(32) == 0
    length = 2 if one_case and ((x == 114 and y == 101) or (x == 108 and y == 108) or (x == 118 and y == 101)) else 0
    if length == 0 or continues(values, after + length, end, tables):
        lower = a | np.uint8(32)
        if lower != 115 and lower != 116 and lower != 109 and lower != 100:  # s t m d
            return nothing
        length = 1
    if continues(values, after + length, end, tables):
        return nothing
    h = hash_point(FNV_OFFSET, 39, tables)
    for k in range(length):
        h = hash_point(h, np.int64(values[after + k]), tables)
    return after + length, mix64(h)


@kernel
def n_t(values: Any, position: Any, end: Any, tables: Characters) -> Any:
    """Where the "'t" at `position`, behind an n, ends, and the hash of "n't"; (0, 0) if there is none."""
    clitic_end, _ = clitic(values, position, end, tables)
    if clitic_end == 0 or (values[clitic_end - 1] | np.uint8(32)) != 116:
        return 0, np.uint64(0)
    h = hash_point(FNV_OFFSET, 110, tables)
    h = hash_point(h, 39, tables)
    return clitic_end, mix64(hash_point(h, 116, tables))
