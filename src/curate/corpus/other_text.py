"""Is a file of text that is no JSON lines what its suffix says? Only its decompressed beginning is looked at."""

from __future__ import annotations

import codecs

from curate.corpus.csv_lines import NoHead, names_of
from curate.corpus.csv_records import first_record, lacks_head
from curate.corpus.not_lines import in_bytes

_CONVERT = "convert it, perhaps: iconv -f LATIN1 -t UTF-8 FILE"
_FEW_ZEROS = 1000  # bytes of a table that a NUL may stand among: text has none, a damaged cell may
DELIMITERS = {"csv": ",", "tsv": "\t"}


def is_array(head: bytes) -> bool:
    """Tell whether JSON begins as an array does."""
    return _begin(head).startswith(b"[")


def why_no_array(head: bytes) -> str:
    """Why an array has no rows to read; "" where it may have."""
    inner = _begin(head)[1:].lstrip()
    if inner.startswith(b"]"):
        return "is an empty JSON array"
    if inner.startswith(b"{") or not inner:
        return ""
    return 'is a JSON array whose elements are no objects; write objects such as {"text": ...}'


def why_no_csv(head: bytes, format: str, *, is_whole: bool) -> str:
    """Why a file is no CSV that can be read; "" where it may be. is_whole: the head is all of the file."""
    begin = _begin(head)
    if not begin:
        return "is empty" if not head else "holds only blank lines"
    sound = head.replace(b"\0", b"") if head.count(0) * _FEW_ZEROS < len(head) else head
    if said := in_bytes(sound):
        return f"is not CSV: {said}"
    if begin.startswith((b"{", b"[", b"<")):
        return f"is not CSV: it begins like {'HTML or XML' if begin.startswith(b'<') else 'JSON'}"
    if said := _not_unicode(head):
        return said
    try:
        delimiter, _ = names_of(head, DELIMITERS[format])
    except NoHead as error:
        return str(error)
    if lacks_head(head, delimiter):
        return "names no columns: its first record reads like the others; write a head such as id,text above it"
    first = first_record(begin, delimiter)
    return "holds no rows, only the names of its columns" if is_whole and not begin[len(first) :].strip() else ""


def why_no_text(head: bytes) -> str:
    """Why a file is no text in UTF-8; "" where it may be."""
    if not _begin(head):
        return "is empty" if not head else "holds nothing but blanks"
    if (said := in_bytes(head)) and b"\0" in head:
        return f"is not text: {said}"
    return ""


def _begin(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _not_unicode(head: bytes) -> str:
    """Of a file in which no line with letters beyond ASCII is UTF-8; one bad line among many is told of as a row."""
    every = head.split(b"\n")[:-1]
    lines = [line for line in every if not line.isascii()]
    if not lines or any(map(_is_unicode, lines)) or (len(lines) == 1 and len(every) > 2):
        return ""
    byte = next(byte for byte in lines[0] if byte > 127)
    return f"is not UTF-8 (it has the byte {byte:02X}); {_CONVERT}"


def _is_unicode(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
