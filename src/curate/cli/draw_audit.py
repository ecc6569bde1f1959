"""A draw in the terminal: how much there is to label, what it will tell, what to type afterwards."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.cli.plain import visible
from curate.jobs.audit import Drawn


def draw_drawn(console: Console, drawn: Drawn, paths: str) -> None:
    """Print it for people."""
    file = visible(str(drawn.output))
    console.print(Text.assemble((f"{drawn.documents:,} documents to label", "bold"), f" in {file}"))
    lines = ['write "human" or "machine" into each line\'s "label"; leave null what you cannot judge']
    if drawn.width is not None and drawn.unstratified is not None:
        lines.append(
            f"expected: an interval about {drawn.width:.2f} wide, if the scores tell writers apart here as they do "
            f"elsewhere; {drawn.unstratified:.2f} if they tell nothing; true either way"
        )
    lines.append(f"→ curate scan {visible(paths)} --labels {file}")
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
