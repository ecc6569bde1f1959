"""A picture of the terminal, drawn by rich from a real run."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from curate.cli import terminal
from pages.demo import call

FILE = "docs/terminal.svg"
COMMAND = ["scan", "demo/corpus"]
LINES = 34  # of the report
WIDTH = 100
FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # fetched from elsewhere by whoever looks at the picture


def draw(made: Path) -> str:
    """The first lines of a scan's report as SVG."""
    console = Console(file=StringIO(), force_terminal=True, color_system="truecolor", width=WIDTH, highlight=False,
                      markup=False, emoji=False)  # fmt: skip
    real, terminal.terminal = terminal.terminal, lambda: console
    try:
        call(made, COMMAND)
    finally:
        terminal.terminal = real
    lines = console.file.getvalue().splitlines()[:LINES]  # type: ignore[attr-defined]
    copy = Console(file=StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor")
    copy.print(Text.from_ansi("\n".join([f"$ curate {' '.join(COMMAND)}", *lines])))
    drawn = FONT.sub("", copy.export_svg(title="curate", unique_id="curate"))
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"
