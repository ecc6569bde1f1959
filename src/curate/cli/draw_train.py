"""A trained detector in the terminal: what it is worth on texts it was not trained on, beside the one before."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.amounts import percent
from curate.cli.draw_columns import column_lines
from curate.cli.plain import typed, visible
from curate.detect.own import Errors
from curate.jobs.train import TrainResult


def draw_train(console: Console, result: TrainResult) -> None:
    """Print it for people."""
    file = visible(str(result.output))
    console.print(Text.assemble(("wrote ", ""), (file, "bold"), f", detector {result.fingerprint[:16]}"))
    for name, layouts in (("human", result.human), ("machine", result.machine)):
        for columns in (line for lines in column_lines(layouts) for line in lines):
            console.print(Padding(Text.assemble(f"{name} ", columns), (0, 0, 0, 2), expand=False))
    for language, one in result.languages.items():
        console.print(f"{language}: {one.human:,} human and {one.machine:,} machine texts; on texts left out:")
        before = "no score in this language" if one.before is None else _errors(one.before)
        for line in (f"this detector     {_errors(one.own)}", f"the one in use    {before}"):
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    console.print(Text(f"→ curate scan PATH --detector {typed(str(result.output))}"))


def _errors(one: Errors) -> str:
    return (
        f"{percent(one.mean)} errors ({percent(one.human)} of human, {percent(one.machine)} of machine texts at even "
        "odds), "
        f"AUROC {one.auroc:.3f}"
    )
