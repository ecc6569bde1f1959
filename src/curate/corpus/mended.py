"""Bytes that stand around rows and are no part of them: byte order marks and NULs are left out, and said."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

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
    kept: list[bytes] = []
    found: list[Mended] = []
    row = first_row
    for piece, count in _pieces(data):
        lines = piece.split(b"\n")
        for index, line in enumerate(lines):
            clean, reason = _clean(line)
            if reason:
                lines[index] = clean
                found.append(Mended(row + index, bool(clean.strip()), reason, lines=count))
        kept.append(b"\n".join(lines) if count == 1 else lines[0] + b"\n" * count)
        row += count if count > 1 else len(lines) - 1
    return b"".join(kept), tuple(_together(found))


def _pieces(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Parts of the data; of equal lines of NULs in a row, which a file may be full of, one and their number."""
    done = 0
    values = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(values == ord("\n")) + 1
    if len(ends):
        starts = np.concatenate([[0], ends[:-1]])
        zeros = np.add.reduceat(values[: ends[-1]] == 0, starts, dtype=np.int64)
        alike = np.where(zeros + 1 == ends - starts, zeros, 0)
        runs = np.flatnonzero(np.diff(alike, prepend=-1, append=-1))
        for first, stop in zip(runs[:-1].tolist(), runs[1:].tolist(), strict=True):
            if stop - first > 1 and alike[first]:
                if starts[first] > done:
                    yield data[done : starts[first]], 1
                done = int(ends[stop - 1])
                yield bytes(int(alike[first])), stop - first
    if done < len(data):
        yield data[done:], 1


def _together(found: list[Mended]) -> Iterator[Mended]:
    """Neighbours without a row, of which the same was left out, as one."""
    run: list[Mended] = []
    for one in [*found, None]:
        last = run[-1] if run else None
        if last and (one is None or one.has_row or (one.row, one.reason) != (last.row + last.lines, last.reason)):
            yield _as_one(run)
            run = []
        if one:
            run.append(one)


def _as_one(run: list[Mended]) -> Mended:
    first, count = run[0], sum(one.lines for one in run)
    if count == 1:
        return first
    reason = f"{count:,} lines without a row hold {first.reason.removeprefix(_NO_ROW)} each"
    return replace(first, reason=reason, lines=count)


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
