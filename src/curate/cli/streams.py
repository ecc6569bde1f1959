"""The stream of the answer, kept from every library; and stdout and stderr as they happen to be.

They may be closed, a pipe that nobody reads, a full disk, or have an encoding of few letters.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

from curate.visible import one_line_json

_answer: TextIO | None = None


class _Answer(TextIOWrapper):
    """Stdout. An error of its disk waits for `flush`: in the middle of a report it would take the verdict's place."""

    lost: OSError | None = None

    def write(self, text: str) -> int:
        """Return the length of the text, also where it was lost. Raises BrokenPipeError."""
        try:
            return super().write(text)
        except OSError as error:
            self._lose(error)
            return len(text)

    def flush(self) -> None:
        """Raises BrokenPipeError."""
        try:
            super().flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        if isinstance(error, BrokenPipeError):
            raise error
        self.lost = self.lost or error
        silence()


class NobodyReads(Exception):
    """Stdout is a pipe whose reader left before the end of a help text. Not an OSError, of which click makes exit 1."""


def open_streams() -> None:
    """Keep stdout for the answer: descriptor 1 and `sys.stdout` become stderr, for libraries in Python and in C.

    Both are made fit to print anything on: there may be none (`>&-`), or one that knows ASCII only.
    """
    global _answer
    if _answer is not None:
        return
    for descriptor in range(3):
        _occupy(descriptor)
    _answer = _copy_of_stdout()
    os.dup2(2, 1)
    sys.stderr = sys.stderr or _text_stream(2)
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    sys.stdout = _text_stream(1, sys.stderr.encoding)  # the first one believes that it can seek where stdout is a file
    sys.stdout.reconfigure(line_buffering=True)


def answer() -> TextIO:
    """Stream of the answer, and of nothing else; `sys.stdout` for callers of `run` who have opened no streams."""
    return _answer or sys.stdout


def print_json(value: dict[str, object]) -> None:
    """The one object that `--json` puts on stdout."""
    print_answer(one_line_json(value) + "\n")


def print_answer(text: str) -> None:
    """Put text on stdout as it is, or nowhere if its reader has gone: the exit code is an answer too."""
    try:
        answer().write(text)
    except BrokenPipeError:
        silence()


def flush(code: int) -> int:
    """The exit code, once everything is printed: a reader that has gone is fine, a disk that is full is not."""
    for stream in (sys.stdout, sys.__stdout__, sys.stderr):
        with suppress(OSError, ValueError):  # a library may have closed it
            if stream is not None:
                stream.flush()
    try:
        answer().flush()
    except BrokenPipeError:
        silence()
    lost = getattr(_answer, "lost", None)
    if lost is None:
        return code
    print(f"curate: stdout: {lost.strerror}", file=sys.stderr)
    return code or 4


def _occupy(descriptor: int) -> None:
    """Open a closed standard descriptor on nothing; the next file to be opened would be what libraries print on."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # the lowest one that is free
        os.set_inheritable(descriptor, True)


def _copy_of_stdout() -> TextIOWrapper:
    """Stdout under a descriptor that no library knows and no child process inherits."""
    if sys.stdout is None:  # closed; what lies at descriptor 1 by now is not ours to write on
        return _text_stream(os.open(os.devnull, os.O_WRONLY))
    file = open(os.dup(1), "wb", closefd=False)  # noqa: SIM115 (it lives as long as the process)
    copy = _Answer(file, sys.stdout.encoding, "backslashreplace")
    copy.reconfigure(write_through=getattr(sys.stdout, "write_through", False))
    return copy


def _text_stream(descriptor: int, encoding: str | None = None) -> TextIOWrapper:
    encoding = encoding or "utf-8"
    return open(descriptor, "w", encoding=encoding, errors="backslashreplace", closefd=False)


def silence() -> None:
    """Send the rest of the answer nowhere, also what the buffer holds: its next flush would meet the same error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), answer().fileno())
