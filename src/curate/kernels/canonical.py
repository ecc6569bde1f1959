"""Texts in Unicode's composed form (NFC), so that canonically equivalent texts give the same tokens."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.kernels.buffers import text_buffers
from curate.kernels.characters import COMPOSES, IGNORED, MARK, Characters, characters
from curate.kernels.compile import BLOCK, bytes_between, kernel
from curate.kernels.decode import decode


def composed(values: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The same texts, UTF-8, in NFC where that may change a token; the arrays themselves where no text is changed.

    Nearly all text is composed already, and composing costs more than finding tokens: only texts that need it pay.
    """
    changes = np.zeros(max(0, offsets.size - 1), np.bool_)
    if not find_decomposed(values, offsets, characters(), changes):
        return values, offsets
    size = len(changes)
    texts = pa.LargeStringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(values))
    mask = pa.array(changes)
    try:
        found = texts.filter(mask).to_pylist()  # few; pyarrow before 26 leaves Hangul decomposed
    except UnicodeDecodeError:  # malformed bytes: readers let none through
        return values, offsets
    changed = pa.array([normalize("NFC", text) for text in found], pa.large_string())
    return text_buffers(pc.replace_with_mask(texts, mask, changed))


@kernel
def find_decomposed(values: Any, offsets: Any, tables: Characters, out: Any) -> Any:
    """Set out[i] bool for each text that composing may change; returns how many. A text is decoded if it may be one."""
    found = 0
    for i in range(out.size):
        begin, end = offsets[i], offsets[i + 1]
        if may_hold_marks(values, begin, end) and holds_decomposed(values, begin, end, tables):
            out[i] = True
            found += 1
    return found


@kernel
def may_hold_marks(values: Any, begin: Any, end: Any) -> Any:
    """Tell texts that begin a character as marks, jamo and their like do; false for all ASCII, Chinese, Cyrillic.

    64 bytes at a time. A block that begins in the text may reach into the next one, which only costs a look.
    """
    at: Any = np.uint64(begin)
    until, size = np.uint64(end), np.uint64(values.size)
    while at < until and at + np.uint64(BLOCK) < size:
        if bytes_between(values, at, 0xCC, 0xFF) != np.uint64(0):
            behind = at + np.uint64(1)
            marks = bytes_between(values, at, 0xCC, 0xCD) | bytes_between(values, at, 0xDC, 0xE0)
            marks |= bytes_between(values, at, 0xCE, 0xCE) & bytes_between(values, behind, 0x87, 0x87)
            marks |= bytes_between(values, at, 0xE1, 0xE1) & ~bytes_between(values, behind, 0xB8, 0xBE)
            marks |= bytes_between(values, at, 0xE2, 0xE2) & (
                bytes_between(values, behind, 0x83, 0x84) | bytes_between(values, behind, 0xAB, 0xB7)
            )
            marks |= bytes_between(values, at, 0xEA, 0xEA) & bytes_between(values, behind, 0x80, 0xAF)
            marks |= bytes_between(values, at, 0xF0, 0xF0) & bytes_between(values, behind, 0x90, 0x9E)
            if marks != np.uint64(0):
                return True
        at += np.uint64(BLOCK)
    left = 0
    for k in range(np.int64(at), end):  # of the last texts, where no whole block is left
        left += values[k] >= 0xCC
    return left > 0


@kernel
def holds_decomposed(values: Any, begin: Any, end: Any, tables: Characters) -> Any:
    """Tell texts with a character that composes with others, or with marks that composing may put in another order.

    Two marks change places where the second has the lower class. Or where the letter takes up the second one first:
    marks above and below (classes from 200 on), nukta and kana voicing (7 and 8).
    """
    position, before = begin, np.uint8(0)
    while position < end:
        point, position = decode(values, position, end)
        order = tables.combining[point]
        if order == COMPOSES:
            return True
        moves = before > order or (before < order and (order <= 8 or order >= 200))
        what = tables.classes[point]
        if before != 0 and order != 0 and moves and (what == MARK or what == IGNORED):  # noqa: SIM109 (`in` loads lists)
            return True
        before = order
    return False
