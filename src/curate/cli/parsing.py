"""Typer's commands and groups, whose help is an answer like any other."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from typer.core import TyperCommand, TyperGroup

from curate.cli.streams import NobodyReads, answer

_ASKS_FOR_HELP = re.compile(r"--help|-\w*h\w*")  # also as one of several letters


class Command(TyperCommand):
    """Prints its help on the answer's stream."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return what is left of the arguments. Raises NobodyReads."""
        with _help_is_the_answer(args):
            return super().parse_args(ctx, args)


class Group(TyperGroup):
    """Prints its help on the answer's stream."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return what is left of the arguments. Raises NobodyReads."""
        with _help_is_the_answer(args):
            return super().parse_args(ctx, args)


@contextmanager
def _help_is_the_answer(arguments: list[str]) -> Iterator[None]:
    """Typer prints help on `sys.stdout`, which is the answer's stream only here: libraries have it otherwise."""
    if arguments and not any(map(_ASKS_FOR_HELP.fullmatch, arguments)):
        yield
        return
    drawing: Any = importlib.import_module("typer.rich_utils")  # what it loads may print
    from curate.cli.terminal import columns

    drawing.MAX_WIDTH = drawing.MAX_WIDTH or columns()
    try:
        with redirect_stdout(answer()):
            yield
    except (BrokenPipeError, SystemExit):  # rich makes an exit with 1 of a closed pipe
        raise NobodyReads from None
