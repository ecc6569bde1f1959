"""Texts without what readers do not see as a part of a phrase: other blanks, emphasis, invisible marks, line ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import text_buffers
from curate.kernels.compile import kernel

_SPACE, _TAB, _NEWLINE, _RETURN, _STAR, _LINE = 0x20, 0x09, 0x0A, 0x0D, 0x2A, 0x5F
_KEPT, _DROPPED, _BLANK, _WIDE = range(4)


def unformatted(text: pa.LargeStringArray, *, join_lines: bool) -> pa.LargeStringArray:
    """large_string of the length of `text`, for phrases to be found in; join_lines: a single line end is a blank.

    Tabs, no-break and wide blanks become blanks, runs of blanks one, full-width letters and digits ASCII; zero-width
    marks, soft hyphens, marks of Markdown's emphasis and blanks beside Han and Kana are left out. A null text is "".
    """
    values, offsets = text_buffers(text)
    out = np.empty(int(offsets[-1] - offsets[0]), np.uint8)
    ends = np.empty(len(offsets), np.int64)
    size = _write(values, offsets, join_lines, out, ends)
    return pa.LargeStringArray.from_buffers(len(text), pa.py_buffer(ends), pa.py_buffer(out[:size]))


def oddly_set(text: pa.LargeStringArray) -> NDArray[np.bool_]:
    """bool[n]: the text may hold blanks, letters or invisible marks that `unformatted` replaces."""
    values, offsets = text_buffers(text)
    found = np.zeros(len(text), np.bool_)
    _odd(values, offsets, found)
    return found


@kernel
def _odd(values: Any, offsets: Any, out: Any) -> None:
    for i in range(offsets.size - 1):
        text = values[offsets[i] : offsets[i + 1]]
        found = False
        for k in range(text.size - 2):  # in vector instructions
            a, b, c = text[k], text[k + 1], text[k + 2]
            found |= (a == 0xC2) & ((b == 0xA0) | (b == 0xAD))
            found |= (a == 0xE2) & ((b == 0x80) & ((c <= 0x8F) | (c == 0xAF)) | ((b == 0x81) & (c == 0xA0)))
            wide = ((b == 0xBC) & (c >= 0xA1)) | ((b == 0xBD) & (c <= 0x9A))
            found |= (a == 0xEF) & (((b == 0xBB) & (c == 0xBF)) | wide)
        out[i] = found


@kernel
def _what(values: Any, k: int, end: int) -> Any:
    """Character at k: kind, size in bytes, and of a wide letter the narrow one."""
    a = values[k]
    if a == _STAR:
        return _DROPPED, 1, 0
    if a == _TAB:
        return _BLANK, 1, 0
    b = values[k + 1] if k + 1 < end else 0
    if a == 0xC2:
        return (_BLANK, 2, 0) if b == 0xA0 else (_DROPPED, 2, 0) if b == 0xAD else (_KEPT, 1, 0)
    c = values[k + 2] if k + 2 < end else 0
    if a == 0xE2 and b == 0x80 and c != 0:
        if c <= 0x8A or 0xA8 <= c <= 0xA9 or c == 0xAF:  # U+2028 and U+2029 end lines
            return _BLANK, 3, 0
        return (_DROPPED, 3, 0) if c <= 0x8F else (_KEPT, 1, 0)
    if a == 0xE2 and b == 0x81 and (c == 0x9F or c == 0xA0):
        return (_BLANK, 3, 0) if c == 0x9F else (_DROPPED, 3, 0)
    if a == 0xE3 and b == 0x80 and c == 0x80:
        return _BLANK, 3, 0
    if a == 0xEF and b == 0xBB and c == 0xBF:
        return _DROPPED, 3, 0
    if a == 0xEF and b == 0xBC and (0x90 <= c <= 0x99 or 0xA1 <= c <= 0xBA):
        return _WIDE, 3, c - 0x60
    if a == 0xEF and b == 0xBD and 0x81 <= c <= 0x9A:
        return _WIDE, 3, c - 0x20
    return _KEPT, 1, 0


@kernel
def _is_word(value: int) -> bool:
    return value >= 0x80 or 0x30 <= value <= 0x39 or 0x61 <= value | 0x20 <= 0x7A


@kernel
def _word_follows(values: Any, k: int, end: int) -> bool:
    """Return whether a letter or digit is the next that a reader sees from k on."""
    while k < end:
        kind, size, _ = _what(values, k, end)
        if kind != _DROPPED and values[k] != _RETURN:
            return kind == _WIDE or (kind == _KEPT and _is_word(values[k]))
        k += size
    return False


@kernel
def _needs_no_blank(first: int, second: int) -> bool:
    """Of the first two bytes of a character: Han and Kana, in whose scripts blanks part no words."""
    return 0xE4 <= first <= 0xE9 or (first == 0xE3 and 0x81 <= second <= 0x83)


@kernel
def _write(values: Any, offsets: Any, join_lines: Any, out: Any, ends: Any) -> int:
    """Fill out uint8 and ends int64[n + 1]; returns the bytes written."""
    at = 0
    ends[0] = 0
    for i in range(offsets.size - 1):
        begin, end = offsets[i], offsets[i + 1]
        first, k, after_line = at, begin, False
        while k < end:
            value = values[k]
            if _SPACE < value < 0x80 and value != _STAR and value != _LINE:  # most bytes
                out[at] = value
                at += 1
                k += 1
                after_line = False
                continue
            if value == _LINE:
                inside = at > first and not after_line and _is_word(out[at - 1]) and _word_follows(values, k + 1, end)
                if inside:
                    out[at] = value
                    at += 1
                after_line = True
                k += 1
                continue
            if value == _NEWLINE and join_lines and at > first and out[at - 1] != _NEWLINE:
                nxt = k + 1
                while nxt < end and (values[nxt] == _SPACE or values[nxt] == _RETURN or values[nxt] == _TAB):
                    nxt += 1
                if nxt < end and values[nxt] != _NEWLINE:
                    value = _SPACE
            if value == _RETURN:
                k += 1
                continue
            kind, size, narrow = _what(values, k, end)
            if value == _SPACE or kind == _BLANK:
                apart = at - 3 < first or not _needs_no_blank(out[at - 3], out[at - 2])
                if at == first or (out[at - 1] != _SPACE and apart):
                    out[at] = _SPACE
                    at += 1
                after_line = True  # also of a blank that is left out: an underscore after it begins a word
            elif kind != _DROPPED:
                if at > first and out[at - 1] == _SPACE and _needs_no_blank(value, values[k + 1] if k + 1 < end else 0):
                    at -= 1
                out[at] = narrow if kind == _WIDE else value
                at += 1
                after_line = False
            k += size
        ends[i + 1] = at
    return at
