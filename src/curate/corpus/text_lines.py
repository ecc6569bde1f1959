"""A file of plain text as lines of JSON, a document each."""

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
    try:
        text = b"".join(pieces).removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        reason = f"invalid UTF-8 at byte {error.start}; convert it, perhaps: iconv -f LATIN1 -t UTF-8 FILE"
        remarks.append(Mended(0, True, reason, lost=True))
        yield b"\n"
        return
    yield f'{{"{COLUMN}": {encode_basestring(text)}}}\n'.encode()
