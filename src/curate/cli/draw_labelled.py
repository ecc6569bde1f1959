"""What a labeller has done, and what to type next."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.amounts import counted
from curate.cli.plain import visible
from curate.jobs.labelling import Labelling


def draw_labelled(console: Console, labelling: Labelling, file: str) -> None:
    """Print it for people."""
    human, machine = labelling.counts()
    done, name = human + machine, visible(file)
    head = Text(f"{done:,} of {counted(labelling.documents, 'document')} labelled", "bold")
    console.print(head + Text(f" in {name}: {human} human, {machine} machine", "not bold"))
    lines = [f"→ curate audit label {name}   goes on here"] if done < labelling.documents else []
    lines += [f"→ curate scan PATH --labels {name}"] if done else []
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
