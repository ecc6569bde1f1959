"""Diagnosis of a text file that is not JSON lines, and how to convert it."""

from __future__ import annotations

import ast
import codecs
import json
import re
from typing import Any

from curate.corpus.json_numbers import value_of

SEEN_LINES = 50
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BARE_KEY = re.compile(r"\{\s*[A-Za-z_$][\w$]*\s*:")
_ONE_A_LINE = "write one object a line: jq -c . FILE"


def is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object."""
    return isinstance(_parsed(line), dict)


def begins_array(lines: list[bytes]) -> bool:
    """Return whether lines that are not blank are those of a JSON array with one value a line."""
    if not lines[0].startswith(b"[") or _parsed(lines[0]) is not None:
        return False
    values = [line for line in (lines[0][1:], *lines[1:]) if line not in (b"", b"]")]
    return all(line.endswith(b",") for line in values[:-1][:SEEN_LINES])


def fault_of(line: bytes) -> str:
    """Why a line is no JSON object."""
    try:
        value_of(line.decode())
    except json.JSONDecodeError as error:
        return f"torn or invalid JSON: {fault(error.doc, error)}"
    except (ValueError, RecursionError) as error:
        return str(error)
    return "it is no object"


def fault(text: str, error: json.JSONDecodeError) -> str:
    """Fault of a line that is not JSON, with its character."""
    at = error.pos
    before, here = text[max(0, at - 40) : at].rstrip(), text[at : at + 1]
    if error.msg == "Extra data":
        return f"more than one value on the line, at character {at}"
    if text.lstrip().startswith(("//", "#", "/*")):
        return "a comment"
    if here == "'":
        return f"single quotes at character {at}"
    if (before.endswith(",") and here in ("}", "]")) or "trailing comma" in error.msg:
        return f"a comma before a closing bracket at character {at}"
    return f"{error.msg.lower().removesuffix(' at')} at character {at}"


def what_instead(head: bytes, *, is_whole: bool) -> str:
    """Diagnosis of a file's beginning, as "pretty-printed JSON ...; write ..."; "" where it is unknown.

    head: decompressed, no line of it is a JSON object; is_whole: whether that is all of the file.
    """
    if said := in_bytes(head):
        return said
    text = head.decode(errors="replace").lstrip("\ufeff")
    lines = [line for line in text.splitlines() if line.strip()][:SEEN_LINES]
    if not is_whole and len(lines) > 1:
        lines.pop()  # it may be torn
    if not lines:
        return ""
    return _of_encoding(head) or _of_text(text, lines) or _of_lines(lines)


def in_bytes(head: bytes) -> str:
    """Name bytes that are no lines of text; "" where they may be."""
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if begin.startswith(b"\x1e"):
        return "a JSON text sequence, whose rows begin with the byte 1E; take it out: tr -d '\\036' < FILE"
    zeros = [head[side::2].count(0) for side in (0, 1)]
    if len(head) > 3 and max(zeros) > len(head) // 4 > 2 * min(zeros):
        order = "BE" if zeros[0] > zeros[1] else "LE"  # where the zeros of plain letters stand
        return f"UTF-16 text without a byte order mark; convert it: iconv -f UTF-16{order} -t UTF-8 FILE"
    if not head.strip(b"\0"):
        return "nothing but NUL bytes, as a writer leaves that did not finish; write it again"
    if b"\0" in head.strip(b"\0"):
        return "binary data"
    if b"\n" not in head and head.rstrip(b"\r").count(b"\r"):
        return "text whose lines end with CR alone; convert it: tr '\\r' '\\n' < FILE"
    return ""


def _of_text(text: str, lines: list[str]) -> str:
    """Told by how the text as a whole begins."""
    begin = text.lstrip()
    if begin.startswith("["):
        rows = [_parsed(line.encode()) for line in lines]
        if len(rows) > 1 and all(isinstance(row, list) for row in rows):
            return "JSON arrays, one a line; write objects, with a name for each value"
        if _parsed(_TRAILING_COMMA.sub(r"\1", begin).encode()) and not _parsed(begin.encode()):
            return "a JSON array with trailing commas, which is not JSON; take away commas before } and ]"
        return f"it begins with a JSON array; {_ONE_A_LINE.replace(' . ', ' .[] ')}"
    if begin.startswith("<"):
        return "HTML or XML; write one JSON object a line"
    if begin.startswith("{"):
        return _of_object(begin)
    return ""


def _of_object(begin: str) -> str:
    try:
        _, end = json.JSONDecoder().raw_decode(begin)
    except (ValueError, RecursionError):
        first = begin.split("\n", 1)[0].strip()
        is_open = first in ("{", "{}") or (first.endswith((",", "{", "[")) and not first.endswith("},"))
        return f"pretty-printed JSON, one object over many lines; {_ONE_A_LINE}" if is_open and "\n" in begin else ""
    rest = begin[end:].split("\n", 1)[0].strip()
    if "\n" in begin[:end]:
        return f"pretty-printed JSON, one object over many lines; {_ONE_A_LINE}"
    if rest.startswith("{"):
        return f"several JSON objects on a line; {_ONE_A_LINE}"
    if rest.startswith(","):
        return "JSON objects with commas between them, as inside an array; take the commas at the ends of lines away"
    return ""


def _of_lines(lines: list[str]) -> str:
    """Told by what makes a line valid."""
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("{"):
            return _of_line(line.strip(), number)
    if all(isinstance(_parsed(line.encode()), str) for line in lines):
        return 'JSON strings, one a line; write objects such as {"text": ...}'
    marks = ",\t;|"
    if len(lines) > 1 and any(0 < lines[0].count(mark) == lines[1].count(mark) for mark in marks):
        return "a table of separated values, such as CSV; write one JSON object a line"
    return ""


def _of_line(line: str, number: int) -> str:
    if isinstance(_parsed(_TRAILING_COMMA.sub(r"\1", line).encode()), dict):
        return f"JSON with trailing commas (line {number}), which is not JSON; take away commas before }} and ]"
    try:
        literal = ast.literal_eval(line)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        literal = None
    if isinstance(literal, dict):
        return f"rows as Python prints them (line {number}: single quotes, None), not JSON; write them with json.dumps"
    if _BARE_KEY.match(line):
        return f"objects with keys without quotes (line {number}), as JavaScript and JSON5 have them, not JSON"
    if line.startswith("{'"):
        return f"objects with single quotes (line {number}), not JSON"
    return ""


def _of_encoding(head: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        lines = head.decode("latin-1").splitlines()[:SEEN_LINES]
        if any(isinstance(_parsed(line.encode()), dict) for line in lines):
            where = f"byte {error.start} is {head[error.start]:02X}"
            return f"JSON lines that are not UTF-8 ({where}); convert them, perhaps: iconv -f LATIN1 -t UTF-8 FILE"
    return ""


def _parsed(line: bytes) -> Any:
    """None for what is no JSON."""
    try:
        return value_of(line.decode())
    except (ValueError, RecursionError):
        return None
