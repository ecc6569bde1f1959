"""The rows of a file of text as lines of JSON, in blocks of about 1 MB cut at newlines; no JSON is parsed here."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.amounts import size
from curate.corpus.array_lines import array_lines
from curate.corpus.csv_lines import NoHead, csv_lines
from curate.corpus.line_limits import LINE_BYTES, LineLimit, line_limit, too_long
from curate.corpus.mended import Mended, mended
from curate.corpus.opened import open_bytes
from curate.corpus.other_text import DELIMITERS
from curate.corpus.remote.fetched import on_disk
from curate.corpus.text_lines import text_units, whole_text
from curate.memory import PARSED, SHORTER, check, share
from curate.schema import LONGEST, TEXT_UNITS, Shard

_NO_ELEMENT = "the array has a comma here without an element before or behind it"
BLOCK_BYTES = 1 << 20  # pyarrow.json: 770 MB/s at 1 MB, 660 at 4 and 16 MB, 570 at 256 KB
_MARK = codecs.BOM_UTF8[0]  # no JSON begins with it
_NEWLINE, _RETURN, _OPEN, _CLOSE = b"\n\r{}"


class Torn(Exception):
    """The bytes end before the file does; its text is the reason."""


@dataclass(frozen=True, slots=True)
class _TooLong:
    """A line of so many bytes that was passed over."""

    bytes: int


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
    for data in _line_bytes(shard, block_bytes, longest, passed):
        found = tuple(passed)
        passed.clear()
        if isinstance(data, _TooLong):
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


def _line_bytes(shard: Shard, block_bytes: int, longest: int, passed: list[Mended]) -> Iterator[bytes | _TooLong]:
    """passed: takes the rows that are not read, before the empty line that stands for each."""
    limit = line_limit(longest)
    if shard.format in DELIMITERS:
        chunks = _decompressed(shard, block_bytes)
        bound = LineLimit("record", longest, shard.name)
        yield from _whole(csv_lines(chunks, DELIMITERS[shard.format], bound, passed))
        return
    if shard.format in TEXT_UNITS.values():
        chunks = _decompressed(shard, block_bytes)
        yield from _whole(_text_lines(shard.format, chunks, longest, shard.name, passed))
        return
    if shard.compression or shard.format == "json":
        chunks = _decompressed(shard, block_bytes)
        lines = array_lines(chunks) if shard.format == "json" else chunks
        yield from _cut_at_newlines(lines, None, _Line(limit, shard.name))
        return
    with pa.OSFile(os.fsencode(on_disk(shard.path))) as stream:
        begin = _first_line_begin(stream.read, stream.seek, shard.start, block_bytes)
        stream.seek(begin)
        if begin < shard.stop:
            chunks = iter(lambda: stream.read(block_bytes), b"")
            yield from _cut_at_newlines(chunks, shard.stop - begin, _Line(limit, shard.name))


def _text_lines(
    format: str, chunks: Iterator[bytes], longest: int, where: str, passed: list[Mended]
) -> Iterator[bytes]:
    if format == TEXT_UNITS["file"]:
        return whole_text(chunks, LineLimit("file", longest, where), passed)
    unit = "line" if format == TEXT_UNITS["lines"] else "paragraph"
    return text_units(chunks, LineLimit(unit, longest, where), passed)


def _whole(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines as they come. Raises Torn."""
    try:
        yield from lines
    except (FileNotFoundError, PermissionError):
        raise
    except (OSError, NoHead) as error:
        raise Torn(str(error)) from error


def _first_line_begin(read: Callable[[int], bytes], seek: Callable[[int], object], start: int, block_bytes: int) -> int:
    """Byte after the first newline at or after `start - 1`: the line that begins before belongs to the shard before."""
    if start == 0:
        return 0
    position = start - 1
    seek(position)
    while chunk := read(block_bytes):
        found = chunk.find(b"\n")
        if found >= 0:
            return position + found + 1
        position += len(chunk)
    return position


def _cut_at_newlines(chunks: Iterator[bytes], budget: int | None, begun: _Line) -> Iterator[bytes | _TooLong]:
    """Chunks joined and cut again so that lines stay whole, up to the last line that begins before byte `budget`."""
    position = 0
    try:
        for chunk in chunks:
            last = budget is not None and position + len(chunk) >= budget
            cut = chunk.find(b"\n", max(0, budget - 1 - position)) if last and budget else chunk.rfind(b"\n")
            position += len(chunk)
            if cut < 0:
                begun.add(chunk if chunk.strip(b"\0") else b"\0")  # room that a writer reserved may be of any size
                continue
            yield from begun.ended(chunk[: cut + 1])
            begun.add(chunk[cut + 1 :])
            if last:
                return
    except (FileNotFoundError, PermissionError):
        raise
    except OSError as error:
        raise Torn(str(error)) from error
    yield from begun.ended(b"")


class _Line:
    """The beginning of a line, with whole lines before it; nothing of it is held once it is too long to be read."""

    def __init__(self, limit: int, where: str) -> None:
        self._limit, self._where, self._fits = limit, where, share(PARSED)
        self._before, self._held, self._bytes = b"", list[bytes](), 0

    def add(self, piece: bytes) -> None:
        """More of the line, or its beginning behind whole lines."""
        begin = piece.rfind(b"\n") + 1
        if begin:
            self._before, piece = b"".join([self._before, *self._held, piece[:begin]]), piece[begin:]
            self._held, self._bytes = [], 0
        self._bytes += len(piece)
        self._held.append(piece)
        if self._bytes > min(self._limit, self._fits):
            self._held.clear()

    def ended(self, rest: bytes) -> Iterator[bytes | _TooLong]:
        """The line with its end, and the whole lines around it."""
        end = rest.find(b"\n")
        length = self._bytes + max(end, 0)
        if length > self._limit:
            yield from [self._before] if self._before else []
            yield _TooLong(length)
            rest = rest[end + 1 :]
        elif length > self._fits:
            shorter = SHORTER if length > LINE_BYTES else ""
            check(PARSED * length, f"a line of {size(length)}", self._where, instead=shorter)
        elif self._before or any(self._held):
            rest = b"".join([self._before, *self._held, rest])
        self._before, self._held, self._bytes = b"", [], 0
        if rest:
            yield rest


def _decompressed(shard: Shard, chunk_bytes: int) -> Iterator[bytes]:
    """Everything an archive still gives: a failed read loses what it had, so that is read again in small pieces."""
    position = 0
    with open_bytes(shard.path, shard.compression) as stream:
        try:
            while chunk := stream.read(chunk_bytes):
                yield chunk
                position += len(chunk)
        except OSError as error:
            reason = error
        else:
            return
    yield _rest_of_archive(shard, position, chunk_bytes)
    raise reason


def _rest_of_archive(shard: Shard, position: int, chunk_bytes: int) -> bytes:
    """Return the rest after byte `position`, one byte per read until a read fails."""
    rest = bytearray()
    with open_bytes(shard.path, shard.compression) as stream:
        while position:
            position -= len(stream.read(min(position, chunk_bytes)))
        with suppress(OSError):
            while byte := stream.read(1):
                rest += byte
    return bytes(rest)
