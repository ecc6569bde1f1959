"""A verdict in the form that was asked for, on stdout or in a file; and the exit code that it means."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from io import StringIO
from pathlib import Path

from rich.console import Console

from curate.cli.draw_check import draw_check
from curate.cli.streams import NobodyReads
from curate.cli.terminal import WIDTH, terminal
from curate.corpus.write import write_atomic
from curate.errors import UsageError
from curate.report.verdict import Verdict

FAILING: dict[str, tuple[str, ...]] = {"error": ("fail",), "warning": ("fail", "warning"), "never": ()}


def as_json(verdict: Verdict) -> str:
    """One object, one line."""
    return json.dumps({"version": 1, **asdict(verdict)}, ensure_ascii=False, default=dict)


def as_text(verdict: Verdict) -> str:
    """The page of the terminal, without colours."""
    page = StringIO()
    draw_check(Console(file=page, highlight=False, markup=False, emoji=False, width=WIDTH), verdict)
    return page.getvalue().rstrip("\n")


FORMATS: dict[str, Callable[[Verdict], str]] = {"text": as_text, "json": as_json}


def check_choice(format: str, fail_on: str) -> None:
    """Before anything is read. Raises UsageError for a format or a level that there is not."""
    for option, value, known in (("--format", format, FORMATS), ("--fail-on", fail_on, FAILING)):
        if value not in known:
            raise UsageError(f"is {value!r}, not one of {', '.join(known)}", where=option)


def write(verdict: Verdict, format: str, file: Path | None) -> None:
    """To the file if there is one, else to stdout."""
    if file is not None:
        write_atomic(file, (FORMATS[format](verdict) + "\n").encode(errors="backslashreplace"))
    elif format == "text":
        draw_check(terminal(), verdict)
    else:
        try:
            print(FORMATS[format](verdict))
        except BrokenPipeError:
            raise NobodyReads from None


def exit_code(verdict: Verdict, fail_on: str) -> int:
    """1 for a verdict that is to fail, else 0."""
    return int(verdict.level in FAILING[fail_on])
