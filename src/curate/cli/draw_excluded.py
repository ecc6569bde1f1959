"""Excluded texts that a corpus holds, as a section of the report of a mix: which, in how many documents, by what."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from curate.amounts import count, counted
from curate.cli.pieces import right, section, snippet
from curate.cli.plain import one_line, visible
from curate.jobs.scan.excluded_found import Excluded
from curate.jobs.scan.excluded_texts import ExcludedFile

RUN = 60  # columns
NAME = 30


def draw_excluded(console: Console, found: Excluded | None) -> None:
    """Nothing where no text was to be excluded."""
    if found is None:
        return
    table = Table.grid(padding=(0, 2))
    for one in found.found:
        table.add_row(
            Text(one_line(f"{one.file}#{one.row}", NAME)),
            right(counted(one.documents, "document")),
            snippet(f"{one.run}", RUN),
        )
    rest = found.texts - len(found.found)
    least = "at least " if found.texts_at_least else ""
    if rest:
        table.add_row(Text(f"and {least}{count(rest)} more", "dim"))
    said = f"{least}{counted(found.texts, 'text')} of those to exclude found in {counted(found.documents, 'document')}"
    remarks = [*map(_file, found.files), *([_common(found)] if found.only_common else [])]
    lines = [Text(f"· {remark}", "dim") for remark in remarks if remark]
    console.print(section("Excluded texts", *([table] if found.found else []), *lines, note=said))


def _common(found: Excluded) -> str:
    return (
        f"{counted(found.only_common, 'document')} of them share nothing but words that are common in the corpus (in "
        f"{count(found.common)} documents or more), such as headers or licences: left out all the same, and marked "
        "only_common in excluded.parquet"
    )


def _file(file: ExcludedFile) -> str:
    """One line on an excluded file: texts read, and texts without effect."""
    name = f"{visible(file.name)}, column {visible(file.column)}"
    parts = [f"{name}: {counted(file.rows, 'text')}"]
    if file.short:
        all_ = "all" if file.short == file.rows else count(file.short)
        parts.append(f"{all_} of fewer than 13 words, which exclude nothing")
    if file.unreadable:
        parts.append(f"{counted(file.unreadable, 'row')} cannot be read ({visible(file.first_unreadable)})")
    return "; ".join(parts)
