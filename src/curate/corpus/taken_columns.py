"""Which columns were taken of which files, and why: one entry for files whose columns are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from shlex import quote

ROLES = ("text", "id", "source", "label", "date")
_EXAMPLES = 3
_WORDS = 4  # of a column that looks like labels
UNNAMED = "looks like labels"


@dataclass(frozen=True, slots=True)
class Taken:
    """A column, None for none, and why."""

    column: str | None
    why: str


@dataclass(frozen=True, slots=True)
class FileColumns:
    """Columns taken of one file; without a text column the file is not read."""

    file: str
    bytes: int  # on disk
    text: Taken
    id: Taken
    source: Taken
    label: Taken
    date: Taken
    beside: tuple[Taken, ...] = ()  # prose that was not judged
    judged: str = ""  # turns of the text that the machine share judges; "": all of it
    unnamed: tuple[tuple[str, tuple[str, ...]], ...] = ()  # columns that look like labels, and some of their words


@dataclass(frozen=True, slots=True)
class TakenColumns:
    """Files of which the same columns were taken for the same reasons; text.column None: files that are not read."""

    files: int
    bytes: int  # on disk
    examples: tuple[str, ...]  # names of a few
    text: Taken
    id: Taken
    source: Taken
    label: Taken
    date: Taken
    beside: tuple[Taken, ...] = ()  # prose that was not judged
    judged: str = ""  # turns of the text that the machine share judges; "": all of it


def grouped_columns(files: Iterable[FileColumns], origins: Mapping[str, str]) -> tuple[TakenColumns, ...]:
    """Layouts of columns, the most frequent first, unread files last; origins: of the settings that name columns."""
    groups: dict[tuple[tuple[Taken, ...], tuple[Taken, ...], str], list[FileColumns]] = {}
    for one in files:
        taken = tuple(_with_origin(getattr(one, role), origins.get(f"{role}_column", "flag")) for role in ROLES)
        groups.setdefault((taken, one.beside, one.judged), []).append(one)
    found = [
        TakenColumns(
            files=len(same),
            bytes=sum(one.bytes for one in same),
            examples=tuple(one.file for one in same[:_EXAMPLES]),
            **_with_unnamed(dict(zip(ROLES, taken, strict=True)), same),
            beside=beside,
            judged=judged,
        )
        for (taken, beside, judged), same in groups.items()
    ]
    return tuple(sorted(found, key=lambda layout: (layout.text.column is None, -layout.files)))


def _with_unnamed(taken: dict[str, Taken], same: Iterable[FileColumns]) -> dict[str, Taken]:
    """Beside a label that nobody named stands what looks like one in any of these files."""
    label = taken["label"]
    told = _told(one for file in same for one in file.unnamed) if label.column is None else ""
    return {**taken, "label": replace(label, why=f"{label.why}; {told}")} if told else taken


def _told(found: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Which columns nobody named, what they hold, and how to use them; "" for none."""
    words: dict[str, set[str]] = {}
    for column, some in found:
        words.setdefault(column, set()).update(some)
    return "; ".join(
        f"column {column!r} {UNNAMED} ({', '.join(sorted(some)[:_WORDS])}): --label-column {quote(column)} reads it"
        for column, some in words.items()
    )


def _with_origin(taken: Taken, origin: str) -> Taken:
    """A name may stand in a configuration file."""
    in_file = taken.why.startswith("named by") and origin != "flag"
    return replace(taken, why=f"{taken.why} in {origin}") if in_file else taken


def read_columns(found: object) -> tuple[TakenColumns, ...]:
    """Columns as scan.json holds them; none where an earlier version wrote it."""
    return tuple(
        TakenColumns(
            files=one["files"],
            bytes=one["bytes"],
            examples=tuple(one["examples"]),
            **{role: _read(one[role]) for role in ROLES},
            beside=tuple(map(_read, one.get("beside", ()))),
            judged=one.get("judged", ""),
        )
        for one in (found if isinstance(found, (list, tuple)) else ())
    )


def _read(found: Mapping[str, str]) -> Taken:
    return Taken(found["column"], found["why"])
