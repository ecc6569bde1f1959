"""Plain text as lines of JSON: a document a file, a line or a paragraph."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from json.encoder import encode_basestring

from curate.corpus.line_limits import LineLimit
from curate.corpus.mended import Mended

COLUMN = "text"


def whole_text(chunks: Iterator[bytes], limit: LineLimit, remarks: list[Mended]) -> Iterator[bytes]:
    """One line, of all that the file says; an empty one where it is too long, with the reason among the remarks.

    Raises OSError of a torn archive.
    """
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        pieces.append(chunk)
        if not limit.holds(size):
            pieces.clear()
    if reason := limit.why_not(size):
        remarks.append(Mended(0, True, reason, lost=True))
        yield b"\n"
        return
    yield _line(b"".join(pieces), 0, "the file", remarks)


def text_units(chunks: Iterator[bytes], limit: LineLimit, remarks: list[Mended]) -> Iterator[bytes]:
    """A line for each unit: a line, blank ones counted, or a paragraph, which blank lines part, as `limit.what` says.

    No more is held than a chunk and a unit. Raises OSError of a torn archive; the unit that it breaks is no document.
    """
    units = _Paragraphs(limit, remarks) if limit.what == "paragraph" else _Lines(limit, remarks)
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        units.add(first)
        for piece in others:
            units.end_line()
            units.add(piece)
        yield from units.taken()
    units.end()
    yield from units.taken()


class _Lines:
    """The unit that is read, and the lines of JSON made of those before; nothing is held of one that is too long."""

    def __init__(self, limit: LineLimit, remarks: list[Mended]) -> None:
        self._limit, self._remarks = limit, remarks
        self._held, self._bytes = list[bytes](), 0
        self._made, self.row = list[bytes](), 0

    def add(self, piece: bytes) -> None:
        """More of the unit."""
        self._bytes += len(piece)
        self._held.append(piece)
        if not self._limit.holds(self._bytes):
            self._held.clear()

    def end_line(self) -> None:
        """Make a line of JSON, an empty one of what is blank or lost."""
        self._made.append(self._ended() or b"\n")
        self.row += 1

    def end(self) -> None:
        """Of a last line without its end too."""
        if self._bytes:
            self.end_line()

    def taken(self) -> Iterator[bytes]:
        """All that was made since."""
        made, self._made = b"".join(self._made), []
        yield from [made] if made else []

    def _ended(self) -> bytes:
        """The unit as a line of JSON; nothing of one that holds nothing."""
        data, size = b"".join(self._held).rstrip(b"\r\n"), self._bytes
        self._held, self._bytes = [], 0
        if reason := self._limit.why_not(size):
            self._remarks.append(Mended(self.row, True, reason, lost=True))
            return b"\n"
        return _line(data, self.row, f"the {self._limit.what}", self._remarks) if data.strip() else b""


class _Paragraphs(_Lines):
    """The same of paragraphs; only those that hold something are numbered."""

    def __init__(self, limit: LineLimit, remarks: list[Mended]) -> None:
        super().__init__(limit, remarks)
        self._is_blank = True  # the line so far

    def add(self, piece: bytes) -> None:
        """More of the line."""
        super().add(piece)
        self._is_blank = self._is_blank and not piece.strip()

    def end_line(self) -> None:
        """End the paragraph if the line is blank."""
        if self._is_blank:
            self.end()
        else:
            super().add(b"\n")
        self._is_blank = True

    def end(self) -> None:
        """Make a line of JSON, unless there is nothing."""
        if made := self._ended():
            self._made.append(made)
            self.row += 1


def _line(data: bytes, row: int, what: str, remarks: list[Mended]) -> bytes:
    """An empty line where the text is none, with the reason among the remarks."""
    try:
        text = (data.removeprefix(codecs.BOM_UTF8) if row == 0 else data).decode()
    except UnicodeDecodeError as error:
        of = "" if what == "the file" else f" of {what}"
        reason = f"invalid UTF-8 at byte {error.start}{of}; convert it, perhaps: iconv -f LATIN1 -t UTF-8 FILE"
        remarks.append(Mended(row, True, reason, lost=True))
        return b"\n"
    return f'{{"{COLUMN}": {encode_basestring(text)}}}\n'.encode()
