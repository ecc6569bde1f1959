"""curate demo: scan, mix and verify on a corpus made from nothing but this installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="Build the corpus in this new folder (default curate-demo).")
    ] = Path("curate-demo"),
) -> int:
    """Run scan, mix and verify on a small corpus: Python's documentation and machine-written texts.

    Example:  curate demo
    """
    from curate.cli.draw_demo import run_demo

    group = context.find_root().command
    return run_demo(folder, lambda arguments: group.main(arguments, prog_name="curate", standalone_mode=False) or 0)
