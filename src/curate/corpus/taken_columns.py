"""Which columns were taken of which files, and why: one entry for files whose columns are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

ROLES = ("text", "id", "source", "label", "date")
_EXAMPLES = 3


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
            **dict(zip(ROLES, taken, strict=True)),
            beside=beside,
            judged=judged,
        )
        for (taken, beside, judged), same in groups.items()
    ]
    return tuple(sorted(found, key=lambda layout: (layout.text.column is None, -layout.files)))


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
