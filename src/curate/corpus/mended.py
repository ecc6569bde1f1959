"""Bytes that stand around rows and are no part of them: byte order marks and NULs are left out, and said."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

BOM = codecs.BOM_UTF8
_NO_ROW = "a line without a row holds "


@dataclass(frozen=True, slots=True)
class Mended:
    """A line whose row, if it has one, is kept, and what was left out of it; or, `lost`, a line that was not read."""

    row: int
    has_row: bool
    reason: str
    lost: bool = False
    lines: int = 1  # neighbours of which the same is to be told


def mended(data: bytes, first_row: int) -> tuple[bytes, tuple[Mended, ...]]:
    """Whole lines without what is no part of their rows; `first_row` is the number of the first line.

    Neighbours without a row, of which the same was left out, are told of once, however many they are. A byte order mark
    begins a line where files were joined; NULs stand where a writer reserved room or crashed. Inside
    a row both are left as they are.
    """
    lines = data.split(b"\n")
    found = []
    for index, line in enumerate(lines):
        clean, reason = _clean(line)
        if reason:
            lines[index] = clean
            found.append(Mended(first_row + index, bool(clean.strip()), reason))
    return b"\n".join(lines), tuple(_together(found))


def _together(found: list[Mended]) -> Iterator[Mended]:
    for _, same in groupby(enumerate(found), lambda pair: _run(*pair)):
        run = [one for _, one in same]
        reason = run[0].reason
        if len(run) > 1:
            reason = f"{len(run):,} lines without a row hold {reason.removeprefix(_NO_ROW)} each"
        yield replace(run[0], reason=reason, lines=len(run))


def _run(place: int, one: Mended) -> tuple[object, ...]:
    """Equal for neighbours that are told of together."""
    return (one.row, True) if one.has_row else (one.row - place, one.reason)


def _clean(line: bytes) -> tuple[bytes, str]:
    inner = line.strip(b"\0")
    zeros = len(line) - len(inner)
    while inner.startswith(BOM):
        inner = inner[len(BOM) :].lstrip(b"\0")
    if inner == line:
        return line, ""
    parts = [f"{zeros:,} NUL byte{'' if zeros == 1 else 's'}"] if zeros else []
    parts += ["a byte order mark"] if len(inner) < len(line) - zeros else []
    kept = "the row is kept without " if inner.strip() else _NO_ROW
    return inner, f"{kept}{' and '.join(parts)}"
