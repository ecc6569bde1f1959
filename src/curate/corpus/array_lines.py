"""The elements of a JSON array as lines, one each, whatever line ends and blanks stand around them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_QUOTE, _BACKSLASH, _COMMA, _NEWLINE, _RETURN, _TAB, _BLANK, _OPEN, _CLOSE = b'"\\,\n\r\t {}'
_CONTROL = 1  # no JSON string holds this byte as it stands, nor a newline
_BLANKS = b" \t\r\n\0"
Places = NDArray[np.int64]


def array_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, with newlines in place of the commas between elements and nowhere else.

    Blanks take the place of line ends inside elements, so that a value comes out as it went in; a newline inside
    a string, which JSON forbids, becomes another forbidden byte, so that its row is still refused. Raises OSError
    where the array ends before the file does, or not at all.
    """
    state, last = _State(), b"\n"
    for chunk in chunks:
        if state.depth == 0 and state.begun:
            state.check_end(chunk)
            continue
        lines = state.lines(chunk)
        last = lines[-1:] or last
        yield lines
        if state.rest:
            state.check_end(state.rest)
    if not state.begun or state.depth > 0:
        if state.depth == 1 and not state.inside and last != b"\n":  # a comma has ended the last element
            yield b"\n"
        raise OSError("the array has no end")


class _State:
    """Where the bytes so far have led to: into a string, behind a backslash, so many brackets deep."""

    def __init__(self) -> None:
        self.inside, self.escaped, self.depth, self.begun, self.rest = False, False, 0, False, b""

    def check_end(self, rest: bytes) -> None:
        """Raises OSError for anything but blanks behind the array."""
        if rest.strip(_BLANKS):
            raise OSError("bytes follow the end of the array")

    def lines(self, chunk: bytes) -> bytes:
        """A chunk with its commas and newlines changed."""
        data = np.frombuffer(chunk, np.uint8).copy()
        quotes = self._quotes(data)
        folded = data | 0x20  # "[" and "{" differ in one bit, and so do "]" and "}"
        brackets = self._outside(np.flatnonzero((folded == _OPEN) | (folded == _CLOSE)), quotes)
        depths = self.depth + np.cumsum(np.where(folded[brackets] == _OPEN, 1, -1))
        end = self._end(brackets, depths, len(data))
        self._change(data, quotes, brackets, depths)
        between = self._between(brackets, depths, len(data))
        if not self.begun and not len(brackets):  # blanks, or a byte order mark
            return b""
        if not self.begun:
            data[: brackets[0] + 1], between[: brackets[0] + 1], self.begun = _BLANK, True, True
        if end < len(data):
            self.depth, self.rest = 0, chunk[end + 1 :]
            data[end], between[end] = _NEWLINE, False
        else:
            self.depth = int(depths[-1]) if len(depths) else self.depth
        self.inside ^= bool(len(quotes) % 2)
        kept = ~(between & (data == _BLANK))[: end + 1]
        return bytes(data[: end + 1][kept])

    def _quotes(self, data: NDArray[np.uint8]) -> Places:
        """Return the quotes that begin or end a string."""
        escaped = np.zeros(len(data) + 1, bool)
        escaped[0], self.escaped = self.escaped, False
        backs = np.flatnonzero(data == _BACKSLASH)
        if len(backs):
            begins = np.concatenate([[True], np.diff(backs) > 1])
            begin = np.maximum.accumulate(np.where(begins, backs, 0))
            odd = ((backs - begin) % 2 == 0) ^ (escaped[0] & (begin == 0))
            escaped[backs[odd] + 1] = True
            self.escaped = bool(escaped[-1])
        quotes = np.flatnonzero(data == _QUOTE)
        ends: Places = quotes[~escaped[quotes]]
        return ends

    def _outside(self, places: Places, quotes: Places) -> Places:
        """Return the places that stand in no string."""
        found: Places = places[(np.searchsorted(quotes, places) + self.inside) % 2 == 0]
        return found

    def _end(self, brackets: Places, depths: Places, length: int) -> int:
        """Place of the bracket that closes the array; the length where it is not there."""
        closed = np.flatnonzero(depths <= 0)
        return int(brackets[closed[0]]) if len(closed) else length

    def _change(self, data: NDArray[np.uint8], quotes: Places, brackets: Places, depths: Places) -> None:
        """Newlines for the commas between elements, blanks for other line ends and tabs."""
        newlines = np.flatnonzero(data == _NEWLINE)
        data[newlines] = _CONTROL
        around = np.concatenate([newlines, np.flatnonzero((data == _RETURN) | (data == _TAB))])
        data[self._outside(around, quotes)] = _BLANK
        commas = self._outside(np.flatnonzero(data == _COMMA), quotes)
        at = np.concatenate([[self.depth], depths])[np.searchsorted(brackets, commas)]
        data[commas[at == 1]] = _NEWLINE

    def _between(self, brackets: Places, depths: Places, length: int) -> NDArray[np.bool_]:
        """Bytes that are in the array and in none of its elements."""
        steps = np.zeros(length + 1, np.int8)
        steps[0] = self.depth == 1
        before = np.concatenate([[self.depth], depths[:-1]]) if len(depths) else depths
        steps[brackets[before == 1]] -= 1
        steps[brackets[depths == 1] + 1] += 1
        return np.cumsum(steps[:-1], dtype=np.int8) > 0
