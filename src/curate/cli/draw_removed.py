"""Removed text as a section of a check's report: how much, of which sources and languages."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from curate.amounts import count, percent
from curate.cli.pieces import right, section
from curate.cli.plain import one_line
from curate.report.findings import losses, unlisted
from curate.report.verdict import Verdict

LISTED = 5
NAME = 40  # columns


def draw_removed(verdict: Verdict) -> Iterable[RenderableType]:
    """Nothing where no row is gone."""
    found = verdict.removed
    if not found or not found["rows"]:
        return
    said = f"{count(found['rows'])} rows are gone; of {count(found['copies'])} the text, or a near-duplicate, stays"
    table = Table.grid(padding=(0, 2))
    for part in ("source", "language"):
        listed = losses(verdict, part)
        for name, loss in listed[:LISTED]:
            shown = percent(loss["token_share"])
            table.add_row(
                Text(f"{part} {one_line(name, NAME)}"), right(f"{count(loss['documents'])} documents"),
                right(f"{count(loss['tokens'])} tokens"), Text(f"{shown} of its tokens", "dim"),
            )  # fmt: skip
        left_out = len(listed[LISTED:]) + unlisted(verdict, part)
        if left_out:
            table.add_row(Text(f"and {count(left_out)} more", "dim"))
    yield section("Removed", table, note=said)
