"""The commands that there are, as Typer has them. Loads Typer, and nothing heavy."""

from __future__ import annotations

from typing import Annotated

import typer

from curate.cli import audit, check, compare, demo, mix, scan, train, verify
from curate.cli.parsing import Command, Group
from curate.cli.streams import print_answer

# Typer carries its own click and does not export this class.
UsageProblem: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "UsageError")
Interrupt: type[Exception] = typer.Abort

app = typer.Typer(
    name="curate",
    cls=Group,
    help="Keep language-model training data human enough to train on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="First look:  curate demo   ·   your own data:  curate scan FOLDER",
)
app.command("scan", cls=Command)(scan.scan)
app.command("mix", cls=Command)(mix.mix)
app.command("verify", cls=Command)(verify.verify)
app.add_typer(audit.audit, name="audit")
app.command("train", cls=Command)(train.train)
app.command("compare", cls=Command)(compare.compare)
app.command("check", cls=Command)(check.check)
app.command("demo", cls=Command)(demo.demo)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        print_answer(f"curate {version('corpus-curate')}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version
