"""Stdout and stderr as they happen to be: closed, a pipe that nobody reads, a full disk, an encoding of few letters."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from io import TextIOWrapper


class NobodyReads(Exception):
    """Stdout is a pipe whose reader has gone. Not an OSError: click would exit with 1, a verdict in our contract."""


def open_streams() -> None:
    """Make both fit to print anything on: there may be none (`>&-`), or one that knows ASCII only."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_json(value: dict[str, object]) -> None:
    """The one object that `--json` puts on stdout. Raises NobodyReads."""
    try:
        print(json.dumps(value, ensure_ascii=False))
    except BrokenPipeError:
        raise NobodyReads from None


def flush(code: int) -> int:
    """The exit code, once everything is printed: a reader that has gone is fine, a disk that is full is not."""
    with suppress(OSError):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
    except OSError as error:
        _silence()
        print(f"curate: stdout: {error.strerror}", file=sys.stderr)
        return code or 4
    return code


def _silence() -> None:
    """Whatever is left in the buffer goes nowhere: whoever flushes it again would meet the same error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nowhere() -> TextIOWrapper:
    return TextIOWrapper(open(os.devnull, "wb"), encoding="utf-8")  # noqa: PTH123 (open as long as we run)
