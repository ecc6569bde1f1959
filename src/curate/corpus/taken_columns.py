"""Which columns were taken of which files, and why: one entry for files whose columns are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from curate.corpus.unnamed_labels import Unnamed

ROLES = ("text", "id", "source", "label", "date")
_EXAMPLES = 3
_WORDS = 4  # of a column that looks like labels
UNNAMED = "looks like labels"
SPLITS = "names splits"


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
    unnamed: tuple[Unnamed, ...] = ()  # columns that look like labels
    splits: tuple[tuple[str, tuple[str, ...]], ...] = ()  # columns that name splits, and some of those


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


def _with_unnamed(taken: dict[str, Taken], same: Sequence[FileColumns]) -> dict[str, Taken]:
    """Beside label and source stand columns that nobody named: what looks like labels, and names of splits."""
    label, source = taken["label"], taken["source"]
    if label.column is None and (told := _told(one for file in same for one in file.unnamed)):
        taken = {**taken, "label": replace(label, why=f"{label.why}; {told}")}
    if told := _splits(one for file in same for one in file.splits):
        taken = {**taken, "source": replace(source, why=f"{source.why}; column {told}: check holds rows to it")}
    return taken


def _told(found: Iterable[Unnamed]) -> str:
    """Which columns nobody named, what they hold, and how to use them; "" for none."""
    columns: dict[str, list[Unnamed]] = {}
    for one in found:
        columns.setdefault(one.column, []).append(one)
    return "; ".join(f"column {column!r} {UNNAMED} {_way(column, some)}" for column, some in columns.items())


def _way(column: str, some: Sequence[Unnamed]) -> str:
    """Words of the column in these files, and the options that read it."""
    unknown = min((one.open_word for one in some if one.open_word), key=len, default="")
    words = sorted({word for one in some for word in one.words}, key=lambda word: (word != unknown, word))
    shown = f"({', '.join(sorted(words[:_WORDS]))})"
    named = f"--label-column {quote(column)}"
    mapped = f"--label-map {quote(f'{unknown}=human')} (or {quote(f'{unknown}=machine')})"
    if not any(one.reads for one in some):
        return f"{shown}: if it says who wrote, {named} with {mapped} for each word reads it"
    return f"{shown}: {named} reads it" + (f", and {mapped} says what an unknown word means" if unknown else "")


def _splits(found: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Which columns name splits, and some of them; "" for none."""
    words: dict[str, set[str]] = {}
    for column, some in found:
        words.setdefault(column, set()).update(some)
    return ", ".join(f"{name!r} {SPLITS} ({', '.join(sorted(some)[:_WORDS])})" for name, some in words.items())


def _with_origin(taken: Taken, origin: str) -> Taken:
    """A name may stand in a configuration file."""
    in_file = taken.why.startswith("named by") and origin != "flag"
    return replace(taken, why=f"{taken.why} in {origin}") if in_file else taken


def read_columns(found: object) -> tuple[TakenColumns, ...]:
    """Read the layouts of columns from scan.json; empty for a file by an earlier version."""
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
