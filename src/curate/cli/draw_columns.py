"""Which columns were taken of which files: a line or two of a report, and all of it for -v."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.text import Text

from curate.cli.plain import one_line, visible
from curate.corpus.taken_columns import ROLES, Taken, TakenColumns

_SHOWN = 3  # layouts, and files
_LACKING = "; rows that lack it are numbered"
_FROM = {"text": "text from", "id": "ids from", "source": "sources from", "label": "labels from", "date": "date column"}
_STAND_IN = {"id": "rows numbered", "source": "sources by file name"}


def column_lines(layouts: Sequence[TakenColumns]) -> tuple[list[Text], list[Text]]:
    """What was not read, to stand first; and what was taken."""
    lost = [layout for layout in layouts if layout.text.column is None]
    read = [layout for layout in layouts if layout.text.column is not None]
    lines = [Text(visible(line), "dim") for line in _taken(read)]
    return [Text(_not_read(lost, layouts), "bold yellow")] if lost else [], lines


def say_columns(layouts: Sequence[TakenColumns]) -> None:
    """Every column of every layout and why it was taken, on stderr."""
    for layout in layouts:
        names = ", ".join(layout.examples) + (", ..." if layout.files > len(layout.examples) else "")
        print(f"{_files(layout.files)} ({one_line(names, 200)}):", file=sys.stderr)
        for role in ROLES:
            taken: Taken = getattr(layout, role)
            column = one_line(taken.column or "none", 200)
            print(f"  {role} = {column}  ({one_line(taken.why, 300)})", file=sys.stderr)


def _not_read(lost: Sequence[TakenColumns], layouts: Sequence[TakenColumns]) -> str:
    files, size = sum(layout.files for layout in lost), sum(layout.bytes for layout in lost)
    names = [name for layout in lost for name in layout.examples][:_SHOWN]
    more = ", ..." if files > len(names) else ""
    reason = lost[0].text.why.removeprefix("none: ")
    return visible(
        f"NOT READ: {files:,} of {_files(sum(layout.files for layout in layouts))} ({size:,} bytes, documents "
        f"unknown): {', '.join(names)}{more}: {reason}; name the text: --text-column"
    )


def _taken(read: Sequence[TakenColumns]) -> Iterator[str]:
    """A line for layouts that differ in their text alone, else one each."""
    others = {"; ".join(_parts(layout, ROLES[1:])) for layout in read}
    texts = [next(_parts(layout, ROLES[:1])) for layout in read[:_SHOWN]]
    more = f" and {len(read) - _SHOWN} more layouts (-v names them)" if len(read) > _SHOWN else ""
    if len(read) == 1 or len(others) == 1:
        counts = [f" in {_files(layout.files)}" if len(read) > 1 else "" for layout in read]
        text = ", ".join(f"{text}{count}" for text, count in zip(texts, counts, strict=False))
        yield f"columns: {text}{more}; {others.pop()}"
        return
    for layout, text in zip(read, texts, strict=False):
        yield f"columns of {_files(layout.files)}: {'; '.join((text, *_parts(layout, ROLES[1:])))}"
    yield from [more.strip()] if more else []


def _parts(layout: TakenColumns, roles: Sequence[str]) -> Iterator[str]:
    """Every column that was taken, with the reason where it was no usual name; what stands in for others."""
    for role in roles:
        taken: Taken = getattr(layout, role)
        if taken.column is not None:
            why = taken.why.removeprefix("found: ")
            plain = why.removesuffix(_LACKING) == "its name" or why.startswith(("named", "their"))
            name = taken.column.replace("|", ", else ") if why.startswith("their") else taken.column
            yield f"{_FROM[role]} {name}" + ("" if plain else f" ({why})")
        elif "repeat" in taken.why or "not in these files" in taken.why:
            yield f"{role}: {taken.why}"
        elif role in _STAND_IN:
            yield _STAND_IN[role]


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"
