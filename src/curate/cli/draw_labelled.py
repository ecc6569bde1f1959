"""Progress of a labeller, and the next command."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.amounts import counted, span
from curate.cli.plain import typed, visible
from curate.jobs.audit.labelling import Labelling


def draw_labelled(console: Console, labelling: Labelling, file: str) -> None:
    """Print it for people."""
    human, machine = labelling.counts()
    done, name = human + machine, visible(file)
    head = Text(f"{done:,} of {counted(labelling.documents, 'document')} labelled", "bold")
    console.print(head + Text(f" in {name}: {human} human, {machine} machine", "not bold"))
    lines = _so_far(labelling)
    lines += [f"→ curate audit label {typed(file)}   goes on here"] if done < labelling.documents else []
    lines += [f"→ {_use(labelling)} --labels {typed(file)}"] if done else []
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def _use(labelling: Labelling) -> str:
    """The command that labels are for: those of a mix prove its certificate."""
    if labelling.of_mix:
        return "curate verify OUT"
    return f"curate scan {typed(*labelling.record.paths) if labelling.record else 'PATH'}"


def _so_far(labelling: Labelling) -> list[str]:
    """The interval by all labels, or why it is not known here."""
    if labelling.record is None:
        told = "the interval is told by the command below, as no record of the draw lies beside this file"
        return [] if labelling.of_mix else [told]
    found = labelling.interval()
    return [f"by these labels {span(found.low, found.high)} of the tokens are machine-written"] if found else []
