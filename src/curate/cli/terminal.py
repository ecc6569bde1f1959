"""The console answers are printed on."""

from __future__ import annotations

import sys

from rich.console import Console

from curate.cli.streams import NobodyReads

WIDTH = 100  # where stdout is no terminal, so that piped reports do not depend on the machine


class Answers(Console):
    """Leaves it to the command what a closed pipe means: rich would exit with 1, a verdict in our contract."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles a BrokenPipeError; raises NobodyReads."""
        raise NobodyReads


def terminal() -> Console:
    """Stdout."""
    width = None if sys.stdout.isatty() else WIDTH
    return Answers(highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)
