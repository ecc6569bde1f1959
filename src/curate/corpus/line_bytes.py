"""Bytes of a file of text as whole lines: opened, unpacked, converted, and cut at newlines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from curate.amounts import size
from curate.corpus.archives import is_whole
from curate.corpus.array_lines import array_lines
from curate.corpus.csv_lines import NoHead, csv_lines
from curate.corpus.line_limits import LINE_BYTES, LineLimit, line_limit
from curate.corpus.mended import Mended
from curate.corpus.opened import open_bytes, rest_of_archive
from curate.corpus.other_text import DELIMITERS
from curate.corpus.remote.fetched import on_disk
from curate.corpus.text_lines import text_units, whole_text
from curate.memory import PARSED, SHORTER, check, share
from curate.schema import TEXT_UNITS, Shard


class Torn(Exception):
    """The bytes end before the file does; its text is the reason."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line of so many bytes that was passed over."""

    bytes: int


def line_bytes(shard: Shard, block_bytes: int, longest: int, passed: list[Mended]) -> Iterator[bytes | TooLong]:
    """passed: takes the rows that are not read, before the empty line that stands for each.

    Raises Torn: of a torn archive behind its last whole line, of a whole one with a tail behind its last line.
    """
    behind: list[str] = []
    yield from _line_bytes(shard, block_bytes, longest, passed, behind)
    if behind:
        raise Torn(behind[0])


def _line_bytes(
    shard: Shard, block_bytes: int, longest: int, passed: list[Mended], behind: list[str]
) -> Iterator[bytes | TooLong]:
    limit = line_limit(longest)
    if shard.format in DELIMITERS:
        chunks = _decompressed(shard, block_bytes, behind)
        bound = LineLimit("record", longest, shard.name)
        yield from _whole(csv_lines(chunks, DELIMITERS[shard.format], bound, passed))
        return
    if shard.format in TEXT_UNITS.values():
        chunks = _decompressed(shard, block_bytes, behind)
        yield from _whole(_text_lines(shard.format, chunks, longest, shard.name, passed))
        return
    if shard.compression or shard.format == "json":
        chunks = _decompressed(shard, block_bytes, behind)
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


def _cut_at_newlines(chunks: Iterator[bytes], budget: int | None, begun: _Line) -> Iterator[bytes | TooLong]:
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

    def ended(self, rest: bytes) -> Iterator[bytes | TooLong]:
        """The line with its end, and the whole lines around it."""
        end = rest.find(b"\n")
        length = self._bytes + max(end, 0)
        if length > self._limit:
            yield from [self._before] if self._before else []
            yield TooLong(length)
            rest = rest[end + 1 :]
        elif length > self._fits:
            shorter = SHORTER if length > LINE_BYTES else ""
            check(PARSED * length, f"a line of {size(length)}", self._where, instead=shorter)
        elif self._before or any(self._held):
            rest = b"".join([self._before, *self._held, rest])
        self._before, self._held, self._bytes = b"", [], 0
        if rest:
            yield rest


def _decompressed(shard: Shard, chunk_bytes: int, behind: list[str]) -> Iterator[bytes]:
    """Everything an archive still gives: a failed read loses what it had, so that is read again in small pieces.

    behind: takes the error of an archive that is whole but for a tail, whose last line needs no end; others raise.
    """
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
    if rest := rest_of_archive(shard.path, shard.compression, position, chunk_bytes):
        yield rest
    if not is_whole(shard.path, shard.compression, str(reason)):
        raise reason
    behind.append(str(reason))
