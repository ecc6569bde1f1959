"""A draw in the terminal: how much there is to label, what it will tell, what to type afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.amounts import counted
from curate.cli.draw_columns import column_lines
from curate.cli.plain import typed, visible
from curate.jobs.audit.corpus import Drawn
from curate.jobs.audit.mix import MixDrawn


def draw_drawn(console: Console, drawn: Drawn, paths: Sequence[str]) -> None:
    """Print it for people."""
    file, where = typed(str(drawn.output)), typed(*paths)
    on = "it" if drawn.documents == 1 else "some of them more than once"
    again = f"; {drawn.draws:,} draws by size fall on {on}" * (drawn.documents < drawn.draws)
    told = f"{counted(drawn.documents, 'document')} to label"
    console.print(Text.assemble((told, "bold"), f" in {visible(str(drawn.output))}{again}"))
    for columns in (line for lines in column_lines(drawn.layouts) for line in lines):
        console.print(Padding(columns, (0, 0, 0, 2), expand=False))
    lines = [
        f"→ curate audit label {file}   asks for one key per document",
        'or write "human" or "machine" into each line\'s "label"; leave null what you cannot judge',
    ]
    lines += _of_mix(drawn, where, file) if isinstance(drawn, MixDrawn) else _of_corpus(drawn, where, file)
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def _of_corpus(drawn: Drawn, where: str, file: str) -> list[str]:
    return [
        f"expected interval width: {drawn.width:.2f} if scores separate writers here as in calibration, "
        f"{drawn.widest:.2f} at worst; valid either way",
        f"→ curate scan {where} --labels {file}",
    ]


def _of_mix(drawn: MixDrawn, where: str, file: str) -> list[str]:
    if drawn.machine_at_most < 0:
        proves = f"even if all are human they do not prove {drawn.ratio:g} in round {drawn.round}: draw more"
    else:
        proves = (
            f"they prove the human share of {drawn.ratio:g} if at most {drawn.machine_at_most} of the {drawn.draws} "
            "draws are machine-written; a missing label counts as machine"
        )
    return [f"round {drawn.round}: {proves}", f"→ curate verify {where} --labels {file}"]
