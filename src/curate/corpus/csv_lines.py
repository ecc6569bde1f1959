"""The records of CSV as lines of JSON, an object each: every cell is a string as it stands, an empty one null."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise
from json.encoder import encode_basestring
from operator import length_hint

from curate.corpus.csv_records import Records, cells_of, delimiter_of, first_record
from curate.corpus.line_limits import LineLimit
from curate.corpus.long_cells import LONG_CELLS
from curate.corpus.mended import Mended

HEAD_BYTES = 1 << 16
_SWALLOWED = "and letters follow a closing quote: one that is not closed may hold other records"


class NoHead(ValueError):
    """Error for a first record that names no columns; its message is the reason."""


def names_of(head: bytes, own: str) -> tuple[str, list[str]]:
    """Return delimiter and column names from the beginning of a file. Raises NoHead.

    A column without a name, as an index of pandas is written, is called as pandas calls it.
    """
    head = head.removeprefix(codecs.BOM_UTF8)
    delimiter = delimiter_of(head, own)
    try:
        cells = cells_of(first_record(head, delimiter).decode(), delimiter)
    except UnicodeDecodeError as error:
        raise NoHead("names columns in letters that are not UTF-8") from error
    except csv.Error as error:
        raise NoHead(f"has a first line that is no CSV: {error}") from error
    names = [name or f"Unnamed: {place}" for place, name in enumerate(cells)]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise NoHead(f"has two columns called {twice[0][:100]!r}")
    return delimiter, names


def csv_lines(chunks: Iterator[bytes], own: str, limit: LineLimit, remarks: list[Mended]) -> Iterator[bytes]:
    """A line for each record behind the head; an empty one stands for a record that is not read.

    own: the delimiter that the suffix names. remarks: takes why a record is not read, before its line comes. Raises
    OSError of an archive that is torn behind all whole records, and NoHead.
    """
    head, rest = _head_and_rest(chunks)
    if not head:
        return
    delimiter, names = names_of(head, own)
    rows, records, held = _Rows(delimiter, names, remarks), Records(delimiter), _Held(limit)
    for chunk in chain((head,), rest):
        ends = records.ends(chunk)
        if ends:
            first = held.taken(chunk[: ends[0]])
            yield rows.lines([first, *(chunk[a:b] for a, b in pairwise(ends))], held.reason)
        held.add(chunk[ends[-1] :] if ends else chunk)
    last = held.taken(b"")
    reason = "a quoted cell has no end, and takes the rest of the file" if records.is_open else ""
    yield rows.lines([last], held.reason or reason)


def _head_and_rest(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The beginning without a byte order mark; what breaks an archive meanwhile is raised behind it."""
    head = b""
    try:
        while len(head) < HEAD_BYTES and (chunk := next(chunks, b"")):
            head += chunk
    except OSError as error:
        return head.removeprefix(codecs.BOM_UTF8), _broken(error)
    return head.removeprefix(codecs.BOM_UTF8), chunks


def _broken(error: OSError) -> Iterator[bytes]:
    raise error
    yield b""


class _Held:
    """The beginning of a record; nothing of it is held once it is too long. reason: why what was taken is too long."""

    def __init__(self, limit: LineLimit) -> None:
        self._limit, self._pieces, self._bytes, self.reason = limit, list[bytes](), 0, ""

    def add(self, piece: bytes) -> None:
        self._bytes += len(piece)
        self._pieces.append(piece)
        if not self._limit.holds(self._bytes):
            self._pieces.clear()

    def taken(self, rest: bytes) -> bytes:
        """The whole record; only its last bytes where there is a reason."""
        self.reason = self._limit.why_not(self._bytes + len(rest))
        whole = b"".join([*self._pieces, rest])
        self._pieces, self._bytes = [], 0
        return whole


class _Rows:
    """Records into lines; the first of all is the head, blank ones are no rows."""

    def __init__(self, delimiter: str, names: list[str], remarks: list[Mended]) -> None:
        self._delimiter, self._count, self._remarks = delimiter, len(names), remarks
        keys = (encode_basestring(name).replace("%", "%%") for name in names)
        self._form = "{" + ", ".join(f"{key}: %s" for key in keys) + "}"
        self._row, self._has_head = 0, False

    def lines(self, records: list[bytes], why_not_first: str) -> bytes:
        """An empty line for each record that is not read."""
        found = [self._lost(why_not_first)] if why_not_first else []
        rest = records[1:] if why_not_first else records
        try:
            found += self._lines_of([record.decode() for record in rest])
        except UnicodeDecodeError:
            for record in rest:
                found += self._lines_alone(record)
        return "".join(found).encode()

    def _lines_alone(self, record: bytes) -> list[str]:
        try:
            return self._lines_of([record.decode()])
        except UnicodeDecodeError as error:
            return [self._lost(f"invalid UTF-8 at byte {error.start} of the record")]

    def _lines_of(self, texts: list[str]) -> list[str]:
        found: list[str] = []
        taken = iter(range(len(texts)))
        reader = csv.reader((texts[place] for place in taken), delimiter=self._delimiter, strict=True)
        while True:
            try:
                with LONG_CELLS:
                    found += map(self._line, reader)
            except csv.Error as error:
                found.append(self._line_of_loose(texts[len(texts) - length_hint(taken) - 1], error))
                continue
            return found

    def _line_of_loose(self, record: str, error: csv.Error) -> str:
        """A record that RFC 4180 forbids, read where no cell can have swallowed other records."""
        swallowed = record.rstrip("\r\n").count("\n")
        if swallowed:
            return self._lost(f"the record takes {swallowed + 1:,} lines, {_SWALLOWED}")
        try:
            return self._line(cells_of(record, self._delimiter))
        except csv.Error:
            return self._lost(f"the record is no CSV: {error}")

    def _line(self, cells: list[str]) -> str:
        """With its line end; "" for a blank record and the head."""
        if not cells or not self._has_head:
            self._has_head = self._has_head or bool(cells)
            return ""
        if len(cells) != self._count:
            cells_ = "cell" if len(cells) == 1 else "cells"
            return self._lost(f"has {len(cells)} {cells_} where the head names {self._count}")
        self._row += 1
        return self._form % tuple(encode_basestring(cell) if cell else "null" for cell in cells) + "\n"

    def _lost(self, reason: str) -> str:
        self._remarks.append(Mended(self._row, True, reason, lost=True))
        self._row += 1
        return "\n"
