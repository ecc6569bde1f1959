"""Bytes that stand around rows and are no part of them: byte order marks and NULs are left out, and said."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

BOM = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Mended:
    """A line whose row, if it has one, is kept, and what was left out of it; or, `lost`, a line that was not read."""

    row: int
    has_row: bool
    reason: str
    lost: bool = False


def mended(data: bytes, first_row: int) -> tuple[bytes, tuple[Mended, ...]]:
    """Whole lines without what is no part of their rows; `first_row` is the number of the first line.

    A byte order mark begins a line where files were joined; NULs stand where a writer reserved room or crashed. Inside
    a row both are left as they are.
    """
    lines = data.split(b"\n")
    found = []
    for index, line in enumerate(lines):
        clean, reason = _clean(line)
        if reason:
            lines[index] = clean
            found.append(Mended(first_row + index, bool(clean.strip()), reason))
    return b"\n".join(lines), tuple(found)


def _clean(line: bytes) -> tuple[bytes, str]:
    inner = line.strip(b"\0")
    zeros = len(line) - len(inner)
    while inner.startswith(BOM):
        inner = inner[len(BOM) :].lstrip(b"\0")
    if inner == line:
        return line, ""
    parts = [f"{zeros:,} NUL byte{'' if zeros == 1 else 's'}"] if zeros else []
    parts += ["a byte order mark"] if len(inner) < len(line) - zeros else []
    kept = "the row is kept without" if inner.strip() else "a line without a row holds"
    return inner, f"{kept} {' and '.join(parts)}"
