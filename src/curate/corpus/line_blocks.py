"""The rows of a file of text as lines of JSON, in blocks of about 1 MB cut at newlines; no JSON is parsed here."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.corpus.line_bytes import TooLong, line_bytes
from curate.corpus.line_limits import too_long
from curate.corpus.mended import Mended, mended
from curate.schema import LONGEST, Shard

_NO_ELEMENT = "the array has a comma here without an element before or behind it"
BLOCK_BYTES = 1 << 20  # pyarrow.json: 770 MB/s at 1 MB, 660 at 4 and 16 MB, 570 at 256 KB
_MARK = codecs.BOM_UTF8[0]  # no JSON begins with it
_NEWLINE, _RETURN, _OPEN, _CLOSE = b"\n\r{}"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, and where those that hold something begin and end (the newline left out)."""

    data: bytes
    rows: NDArray[np.int64]  # line numbers in the file; blank lines are counted, not listed
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: int  # with the blank ones

    def line(self, index: int) -> bytes:
        """One listed line."""
        return self.data[self.starts[index] : self.ends[index]]

    def begins_with(self, byte: int) -> bool:
        """Return whether a listed line does."""
        return bool(np.any(np.frombuffer(self.data, np.uint8)[self.starts] == byte))

    def only(self, rows: NDArray[np.int64]) -> Block:
        """The listed lines with these numbers (ascending; numbers of other lines are passed over)."""
        listed = np.flatnonzero(np.isin(self.rows, rows, assume_unique=True))
        if len(listed) == len(self.rows):
            return self
        data = b"".join(self.line(index) + b"\n" for index in listed.tolist())
        lengths = self.ends[listed] - self.starts[listed]
        ends = np.cumsum(lengths + 1) - 1
        return Block(data, self.rows[listed], ends - lengths, ends, len(listed))

    def parts(self, most: int) -> Iterator[Block]:
        """The same lines, so many at a time: a block of the shortest would be half a million objects."""
        for first in range(0, len(self.rows), most) if len(self.rows) > most else ():
            here = slice(first, first + most)
            starts, ends = self.starts[here], self.ends[here]
            data = self.data[starts[0] : ends[-1]]
            yield Block(data, self.rows[here], starts - starts[0], ends - starts[0], len(starts))
        if len(self.rows) <= most:
            yield self

    def is_plain(self) -> bool:
        """Every listed line runs from { to }, so that a newline always parts two objects.

        pyarrow.json reads a block as one run of JSON values: newlines within an object and two objects
        on a line pass it, and a leading null crashes it (26.0).
        """
        data = np.frombuffer(self.data, np.uint8)
        last = data[self.ends - 1]
        return bool(np.all(data[self.starts] == _OPEN) and np.all(last == _CLOSE))

    def lines_with_brackets(self, count: int) -> list[int]:
        """Indices of the lines that hold more than `count` opening brackets: no other can be nested deeper."""
        if self.data.count(b"[") + self.data.count(b"{") - len(self.rows) <= count:  # every line has one
            return []
        opening = (np.frombuffer(self.data, np.uint8) | 0x20) == _OPEN  # "[" and "{" differ in one bit
        held = np.add.reduceat(opening, self.starts, dtype=np.int64)
        return np.flatnonzero(held > count).tolist()


def line_blocks(
    shard: Shard, *, block_bytes: int = BLOCK_BYTES, remarks: list[Mended] | None = None, longest: int = LONGEST
) -> Iterator[Block]:
    """The lines that begin in the shard's range. Raises Torn after the last whole line of a broken archive.

    remarks: takes the lines of which bytes were left out that are no part of a row, and those that were passed over.
    Whoever gives it empties it at each block, and gets blocks without a row for it.
    longest: bytes of a document; a line that is longer than `line_limit` says is passed over and never held. Raises
    MachineError for a line that is read, and that --memory is too small for.
    """
    row = shard.first_row
    passed: list[Mended] = []
    for data in line_bytes(shard, block_bytes, longest, passed):
        found = tuple(passed)
        passed.clear()
        if isinstance(data, TooLong):
            block = _block(b"", row)
            what = "line" if shard.format == "jsonl" else "element"
            found = (Mended(row, True, f"the {what} {too_long(data.bytes, longest)}", lost=True),)
            row += 1
        else:
            block = _block(data.removeprefix(codecs.BOM_UTF8) if row == 0 else data, row)
            if b"\0" in data or block.begins_with(_MARK):
                clean, more = mended(block.data, row)
                block, found = _block(clean, row), (*found, *more)
            if shard.format == "json" and len(block.rows) < block.lines:
                empty = np.setdiff1d(np.arange(row, row + block.lines), block.rows).tolist()
                found = (*found, *(Mended(one, True, _NO_ELEMENT, lost=True) for one in empty))
            row += block.lines
        if remarks is not None:
            remarks += found
        if len(block.rows) or remarks:
            yield block


def _block(data: bytes, first_row: int) -> Block:
    values = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(values == _NEWLINE)
    if data and values[-1] != _NEWLINE:
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    lines = len(ends)
    rows = np.arange(first_row, first_row + lines)
    ends = ends - ((ends > starts) & (values[np.maximum(ends - 1, 0)] == _RETURN))
    filled = ends > starts
    for index in np.flatnonzero(filled & (values[np.minimum(starts, len(data) - 1)] <= ord(" "))):
        filled[index] = bool(data[starts[index] : ends[index]].strip())
    return Block(data, rows[filled], starts[filled], ends[filled], lines)
