"""Prose that a change brings in columns that are not judged: a loader would give it to training all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curate.corpus.files import DataFile
from curate.corpus.prose_beside import MORE
from curate.corpus.prose_inside import prose_in, without_blanks
from curate.corpus.row_strings import line_hashes, row_strings
from curate.jobs.run.selection import Settled
from curate.schema import Columns

_FEW, _MANY = 5, 20  # different values in more rows than that are labels
_PLACES = 3  # of a column in a file
_SEEN = 240  # characters of a value that is shown


@dataclass(frozen=True, slots=True)
class Unjudged:
    """New prose in one column of one file.

    rows: that hold it; bytes, text_bytes: UTF-8 of it and of their judged text. prose: share of the column's new
    values. places: rows of a few, and how each begins.
    """

    file: str
    column: str
    rows: int
    bytes: int
    text_bytes: int
    prose: float
    places: tuple[tuple[int, str], ...]

    @property
    def is_more(self) -> bool:
        """Return whether there is more of it than of the text."""
        return self.bytes > self.text_bytes


@dataclass(slots=True)
class _Column:
    filled: int = 0
    values: set[str] = field(default_factory=set)  # a few
    rows: Counter[int] = field(default_factory=Counter)  # bytes by row
    text_bytes: int = 0
    places: list[tuple[int, str]] = field(default_factory=list)


def unjudged_of(old: Sequence[Settled], new: Sequence[Settled]) -> tuple[Unjudged, ...]:
    """Of changed files as they were and as they are. A value that its column held before, in any of them, is not new.

    Prose that stands in the text of its row too was judged with it.
    """
    left = set().union(*(line_hashes(*one) for one in old))
    known = {hash(one) for file in old for _, _, strings in row_strings(*file, ()) for one in strings}
    return tuple(each for file, columns in new for each in _of_file(file, columns, left, known))


def _of_file(file: DataFile, columns: Columns, left: Collection[int], known: Collection[int]) -> Iterable[Unjudged]:
    found: dict[str, _Column] = {}
    for row, text, strings in row_strings(file, columns, left):
        for name, value in strings:
            if value in text or (known and hash((name, value)) in known):
                continue
            column = found.setdefault(name, _Column())
            column.filled += 1
            told = "\n".join(_not_in(text, prose_in(value)))
            if not told:
                continue
            if len(column.values) <= _FEW:
                column.values.add(told)
            if row not in column.rows:
                column.text_bytes += len(text.encode(errors="replace"))
                if len(column.places) < _PLACES:
                    column.places.append((row, told[:_SEEN]))
            column.rows[row] += len(told.encode(errors="replace"))
    for name, one in found.items():
        if one.rows and not (len(one.values) <= _FEW and len(one.rows) > _MANY):
            prose = len(one.rows) / one.filled
            size = sum(one.rows.values())
            yield Unjudged(file.name, name, len(one.rows), size, one.text_bytes, prose, tuple(one.places))


def _not_in(text: str, found: Sequence[str]) -> list[str]:
    """Values that are not in the text, however it was cut into words."""
    left = [one for one in found if one not in text]
    bare = without_blanks(text) if left else ""
    return [one for one in left if without_blanks(one) not in bare]


def asked_columns(
    found: Sequence[Unjudged], before: Mapping[str, Any] | None, allowed: Collection[str]
) -> dict[str, Any]:
    """As `check --json` has it: `columns` is how many of them a gate counts, `named` is all of them.

    A gate counts those that the baseline has not, and those that hold more than the judged text. before: figures of
    the baseline, None for none. allowed: by the policy.
    """
    there = None if before is None else {
        one["column"] for layout in before.get("columns", ()) for one in layout.get("beside", ())
    }  # fmt: skip
    named = [_told(name, [one for one in found if one.column == name], there, allowed) for name in _names(found)]
    return {"columns": sum(one["counts"] for one in named), "named": named}


def counted_columns(figures: Mapping[str, Any] | None) -> list[str]:
    """Of the figures of a change: those that a gate counts."""
    return [one["column"] for one in (figures or {}).get("unjudged", {}).get("named", ()) if one["counts"]]


def _names(found: Sequence[Unjudged]) -> list[str]:
    return list(dict.fromkeys(one.column for one in found))


def _told(
    name: str, parts: Sequence[Unjudged], there: Collection[str] | None, allowed: Collection[str]
) -> dict[str, Any]:
    rows, size, text = (sum(getattr(one, key) for one in parts) for key in ("rows", "bytes", "text_bytes"))
    is_new = there is not None and name not in there and any(2 * one.prose > 1 for one in parts)
    why = MORE if size > text else "the baseline has no prose in it" if is_new else ""
    is_allowed = name in allowed
    return {
        "column": name, "files": len(parts), "rows": rows, "bytes": size, "why": why,
        "allowed": is_allowed, "counts": bool(why) and not is_allowed,
    }  # fmt: skip
