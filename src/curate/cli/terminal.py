"""The console answers are printed on."""

from __future__ import annotations

import sys

from rich.console import Console


def terminal() -> Console:
    """Stdout; 100 columns where it is no terminal, so that piped reports do not depend on the machine."""
    return Console(
        highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 100, soft_wrap=False
    )
