"""The console answers are printed on."""

from __future__ import annotations

import os
import re
from io import StringIO

from rich.console import Console

from curate.cli.streams import answer, silence

WIDTH = 100  # where stdout is no terminal, so that piped reports do not depend on the machine


_PADDING = re.compile(r" +(?=\n)")


class Trimmed(StringIO):
    """Stdout without the blanks that tables end their lines with: whoever pipes a report would keep them."""

    def write(self, text: str) -> int:
        """Returns the length of the text that came in."""
        answer().write(_PADDING.sub("", text))
        return len(text)

    def flush(self) -> None:
        """Of stdout."""
        answer().flush()


class Answers(Console):
    """Draws on where nobody reads, so that the command's own exit code is kept; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles a BrokenPipeError."""
        silence()


def terminal() -> Console:
    """Stdout."""
    if answer().isatty():
        return Answers(file=answer(), width=columns(), highlight=False, markup=False, emoji=False, soft_wrap=False)
    return Answers(file=Trimmed(), highlight=False, markup=False, emoji=False, width=WIDTH, soft_wrap=False)


def columns() -> int | None:
    """Width of the terminal that answers go to; None: by the environment, or as rich finds it.

    Rich asks descriptors 0 to 2, none of which need be that terminal.
    """
    if "COLUMNS" in os.environ or not answer().isatty():
        return None
    try:
        return os.get_terminal_size(answer().fileno()).columns or None
    except OSError:
        return None
