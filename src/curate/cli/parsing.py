"""Typer's commands and groups, whose help is an answer like any other."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import PurePath
from typing import Any

from typer.core import TyperCommand, TyperGroup

from curate.cli.streams import NobodyReads, answer
from curate.errors import UsageError
from curate.settings.kinds import is_elsewhere

_ASKS_FOR_HELP = re.compile(r"--help|-\w*h\w*")  # also as one of several letters


class Command(TyperCommand):
    """Prints its help on the answer's stream."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return what is left of the arguments. Raises NobodyReads, UsageError for a path of another disk."""
        with _help_is_the_answer(args):
            left = super().parse_args(ctx, args)
        for one in self.params:
            given = ctx.params.get(one.name)
            for path in given if isinstance(given, (list, tuple)) else [given]:
                if _is_path(path, one) and is_elsewhere(str(path)):
                    named = one.opts[0] if one.param_type_name == "option" else ""
                    shown = str(path) if isinstance(path, str) else str(path).replace(":/", "://", 1)
                    where = f"{named} {shown}".strip()
                    raise UsageError("is read and written on this disk only", where=where, hint="name a local path")
        return left


def _is_path(value: object, parameter: Any) -> bool:
    """Return whether a value is a path; early releases of Typer turn its text into one only later."""
    kind = getattr(getattr(parameter, "type", None), "name", "")
    return isinstance(value, PurePath) or (isinstance(value, str) and kind in ("path", "file", "directory"))


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
