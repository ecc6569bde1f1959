"""Hostile documents of any length, cut into pages of a terminal's size, no further than somebody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from rich.cells import cell_len, chop_cells

from curate.visible import visible_text

_PIECE = 4096  # characters of a line without an end that are wrapped at once
_WORDS = re.compile(r"\s*\S+|\s+")


class Pages:
    """Pages of one text, made when first asked for; every text has one at least."""

    def __init__(self, text: str, width: int, height: int) -> None:
        self.size = (width, height)
        self._height = max(1, height)
        self._made: list[list[str]] = []
        self._lines = screen_lines(text, max(10, width))

    def page(self, number: int) -> list[str] | None:
        """Its lines, or None behind the last page."""
        while len(self._made) <= number:
            lines = list(islice(self._lines, self._height))
            if not lines and self._made:
                return None
            self._made.append(lines or ["(no text)"])
        return self._made[number]

    def is_last(self, number: int) -> bool:
        """Return whether nothing follows this page."""
        return self.page(number + 1) is None


def screen_lines(text: str, width: int) -> Iterator[str]:
    """The text in lines of a terminal, everything in it made visible, wrapped at blanks where there are any."""
    start = 0
    while start < len(text):
        end = text.find("\n", start, start + _PIECE)
        stop = end if end >= 0 else min(start + _PIECE, len(text))
        yield from _wrapped(visible_text(text[start:stop]), width)
        start = stop + (end >= 0)


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Lines of at most so many cells."""
    full = ""
    for word in _WORDS.findall(line):
        if full and cell_len(full) + cell_len(word) > width:
            yield full
            full, word = "", word.lstrip()
        *whole, full = chop_cells(full + word, width) or [""]
        yield from whole
    yield full
