"""Remarks on declarations in the data, on values that were not understood, and on settings without effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from curate.cli.plain import visible
from curate.jobs.scan.declarations import Declared


def remarks(declared: Declared, without_effect: Sequence[str], idle: Sequence[str]) -> Iterable[RenderableType]:
    """A line each, right below the headline: what was taken, then what asks for a decision."""
    asks = (*declared.remarks(), *declared.silent())
    for line in declared.sentences():
        yield _line(line, "yellow" if line in asks else "dim")
    for line in without_effect:
        yield _line(f"had no effect: {line}", "yellow")
    for line in idle:
        yield _line(f"had nothing to do: {line}", "dim")


def _line(text: str, style: str) -> RenderableType:
    return Padding(Text(f"· {visible(text)}", style), (0, 0, 0, 2), expand=False)
