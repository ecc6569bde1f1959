"""Where the records of CSV end (RFC 4180): at a line end outside quotes, as Python's csv reads it."""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from curate.corpus.long_cells import LONG_CELLS

_QUOTE, _NEWLINE, _RETURN = b'"\n\r'
_SEEN, _PROSE, _NAME = 50, 12, 6  # records that are compared; words of a cell that no name has, and that one may have
_DELIMITERS = (",", "\t", ";", "|")


class Records:
    """Cuts bytes that come in pieces; a quote opens a cell only where the cell begins."""

    def __init__(self, delimiter: str) -> None:
        self._begins = frozenset((ord(delimiter), _NEWLINE, _RETURN))
        self._last, self._inside, self._unsure = _NEWLINE, False, False

    @property
    def is_open(self) -> bool:
        """Tell whether the bytes so far end inside a quoted cell."""
        return self._inside and not self._unsure

    def ends(self, piece: bytes) -> list[int]:
        """Places behind the line ends of the next piece that end a record."""
        data = np.frombuffer(piece, np.uint8)
        newlines = np.flatnonzero(data == _NEWLINE)
        opened, closed = self._quoted(piece, np.flatnonzero(data == _QUOTE).tolist())
        self._last = piece[-1]
        quoted = np.searchsorted(opened, newlines) > np.searchsorted(closed, newlines)
        return (newlines[~quoted] + 1).tolist()  # type: ignore[no-any-return]

    def _quoted(self, piece: bytes, quotes: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where quoted cells begin and end; of one that goes on, the first place or the last of the piece."""
        at = 0
        if self._unsure:  # the piece before ended with a quote: a second one is a letter of the cell
            self._unsure, doubled = False, bool(piece) and piece[0] == _QUOTE
            self._inside, at = doubled, int(doubled)
        opened, closed = [-1] if self._inside else [], []
        while at < len(quotes):
            place, at = quotes[at], at + 1
            if not self._inside:
                self._inside = (piece[place - 1] if place else self._last) in self._begins
                opened += [place] if self._inside else []
            elif place + 1 == len(piece):
                self._unsure = True
            elif at < len(quotes) and quotes[at] == place + 1:
                at += 1
            else:
                self._inside = False
                closed.append(place)
        return np.array(opened, np.int64), np.array([*closed, len(piece)] if self._inside else closed, np.int64)


def cells_of(record: str, delimiter: str) -> list[str]:
    """The cells of one record. Raises csv.Error."""
    with LONG_CELLS:
        return next(csv.reader([record], delimiter=delimiter), [])


def first_record(head: bytes, delimiter: str) -> bytes:
    """Of a file's beginning; all of it where the record does not end there. Blank lines before are left out."""
    ends = [0, *Records(delimiter).ends(head)] if head else []
    return next((head[a:b] for a, b in pairwise(ends) if head[a:b].strip()), head)


def delimiter_of(head: bytes, own: str) -> str:
    """Return what parts the cells of the first record: `own`, of the suffix, where it does, else the commonest."""
    if len(_cells(head, own)) > 1:
        return own
    return max((own, *_DELIMITERS), key=lambda mark: len(_cells(head, mark)))


def _cells(head: bytes, mark: str) -> list[str]:
    try:
        return cells_of(first_record(head, mark).decode(errors="replace"), mark)
    except csv.Error:
        return []


def lacks_head(head: bytes, delimiter: str) -> bool:
    """Tell whether the first record of a file's beginning is a row: a cell of it is prose, and no cell is a name.

    A name holds few words and begins with a letter, and no record below has a cell of its form in that column: digits
    count as one, so that `d0` is a row's own above `d1`.
    """
    text = head.decode(errors="replace").removeprefix("\ufeff")
    try:
        with LONG_CELLS:
            first, *below = islice(filter(None, csv.reader(StringIO(text, newline=""), delimiter=delimiter)), _SEEN)
    except (csv.Error, ValueError):
        return False
    if not any(len(cell.split()) >= _PROSE for cell in first):
        return False
    return not any(
        _is_name(cell, [row[place] for row in below if place < len(row)]) for place, cell in enumerate(first)
    )


def _is_name(cell: str, below: list[str]) -> bool:
    few = len(cell.split()) <= _NAME and cell[:1].isalpha() and cell.isprintable()
    return few and _form(cell) not in map(_form, below)


def _form(cell: str) -> str:
    return re.sub(r"\d+", "0", cell)
