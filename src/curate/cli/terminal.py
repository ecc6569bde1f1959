"""The console answers are printed on."""

from __future__ import annotations

import re
import sys
from io import StringIO

from rich.console import Console

from curate.cli.streams import NobodyReads

WIDTH = 100  # where stdout is no terminal, so that piped reports do not depend on the machine


_PADDING = re.compile(r" +(?=\n)")


class Trimmed(StringIO):
    """Stdout without the blanks that tables end their lines with: whoever pipes a report would keep them."""

    def write(self, text: str) -> int:
        """Returns the length of the text that came in."""
        sys.stdout.write(_PADDING.sub("", text))
        return len(text)

    def flush(self) -> None:
        """Of stdout."""
        sys.stdout.flush()


class Answers(Console):
    """Leaves it to the command what a closed pipe means: rich would exit with 1, a verdict in our contract."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles a BrokenPipeError; raises NobodyReads."""
        raise NobodyReads


def terminal() -> Console:
    """Stdout."""
    if sys.stdout.isatty():
        return Answers(highlight=False, markup=False, emoji=False, soft_wrap=False)
    return Answers(file=Trimmed(), highlight=False, markup=False, emoji=False, width=WIDTH, soft_wrap=False)
