"""Which columns were taken of which files: a line or two of a report, and all of it for -v."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.text import Text

from curate.cli.plain import one_line, visible
from curate.corpus.columns import NO_TEXT
from curate.corpus.taken_columns import ROLES, Taken, TakenColumns
from curate.report.columns import count_of_files, taken_sentences

_SHOWN = 3  # files


def column_lines(layouts: Sequence[TakenColumns]) -> tuple[list[Text], list[Text]]:
    """Lines on files that were not read, and lines on the columns that were taken."""
    lost = [layout for layout in layouts if layout.text.column is None]
    read = [layout for layout in layouts if layout.text.column is not None]
    lines = [Text(visible(line), "dim") for line in taken_sentences(read)]
    return [Text(_not_read(lost, layouts), "bold yellow")] if lost else [], lines


def say_columns(layouts: Sequence[TakenColumns]) -> None:
    """Every column of every layout and why it was taken, on stderr."""
    for layout in layouts:
        names = ", ".join(layout.examples) + (", ..." if layout.files > len(layout.examples) else "")
        print(f"{count_of_files(layout.files)} ({one_line(names, 200)}):", file=sys.stderr)
        for role in ROLES:
            taken: Taken = getattr(layout, role)
            column = one_line(taken.column or "none", 200)
            print(f"  {role} = {column}  ({one_line(taken.why, 300)})", file=sys.stderr)
        for one in layout.beside:
            print(f"  beside = {one_line(one.column or '', 200)}  ({one_line(one.why, 300)})", file=sys.stderr)


def _not_read(lost: Sequence[TakenColumns], layouts: Sequence[TakenColumns]) -> str:
    files, size = sum(layout.files for layout in lost), sum(layout.bytes for layout in lost)
    names = [name for layout in lost for name in layout.examples][:_SHOWN]
    more = ", ..." if files > len(names) else ""
    reason = lost[0].text.why.removeprefix("none: ")
    way = "" if NO_TEXT in reason else "; name the text: --text-column"
    return visible(
        f"NOT READ: {files:,} of {count_of_files(sum(layout.files for layout in layouts))} ({size:,} bytes, documents "
        f"unknown): {', '.join(names)}{more}: {reason}{way}"
    )
