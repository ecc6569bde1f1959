"""Labelling in the terminal: one document on the screen, one key an answer, nothing shown that tells the score."""

from __future__ import annotations

import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.text import Text

from curate.amounts import counted, span
from curate.cli.label_pages import Pages
from curate.cli.streams import answer
from curate.errors import UsageError
from curate.jobs.audit.labelling import Labelling

KEYS = "h human  m machine  u cannot say  b back  n/p page  q stop  ? help"
HELP = (
    "h  a person wrote it",
    "m  a machine wrote it, or most of it",
    "u  or the space bar: cannot say; the document stays without a label, which widens the interval",
    "b  back to the document before, to change its label; u takes it away",
    "n  next page of a long text;  p  the page before",
    "q  stop; every label is in the file already, and the same command goes on here",
    "",
    "The order is that of the draw, and says nothing about who wrote a text.",
    "any key: back to the text",
)
_ANSWERS = {"h": "human", "m": "machine", "u": None, " ": None}
_PAGES = {"n": 1, "p": -1, "\x1b[B": 1, "\x1b[A": -1, "\x1b[6~": 1, "\x1b[5~": -1}
_STOP = ("q", "\x04")


def check_terminal() -> None:
    """Raises UsageError where nobody sits."""
    if not (sys.stdin.isatty() and answer().isatty()):
        raise UsageError(
            "labelling in the terminal needs a terminal for its input and output",
            hint="call it from a shell without pipes, or write human and machine into the file's column label",
        )


class Desk:
    """The screen of one labeller: which document, which page of it, whether help is shown."""

    def __init__(self, labelling: Labelling, console: Console) -> None:
        self._labelling, self._console = labelling, console
        self._shown, self._page, self._help = -1, 0, False
        self._pages = Pages("", 80, 1)
        self._so_far = self._interval()

    def press(self, key: str) -> bool:
        """Do what a key says; False to stop. Raises as `Labelling.answer` does."""
        at_end = self._labelling.place == self._labelling.documents
        if self._help:
            self._help = False
        elif key in _STOP:
            return False
        elif key == "?":
            self._help = True
        elif key == "b":
            self._labelling.back()
        elif key in _PAGES and not at_end:
            page = max(0, self._page + _PAGES[key])
            self._page = page if self._pages.page(page) is not None else self._page
        elif key in _ANSWERS and not at_end:
            self._labelling.answer(_ANSWERS[key])
            self._so_far = self._interval() or self._so_far
        return True

    def screen(self) -> Text:
        """Current screen."""
        width, height = self._console.size
        if self._help:
            return Text("\n".join(HELP))
        self._turn_to(width, height - 4)
        lines = self._pages.page(self._page) or []
        text = Text("\n".join([*lines, *[""] * (height - 4 - len(lines))]), no_wrap=True, end="\n")
        return Text("\n").join([Text(self._head(), "bold", no_wrap=True), Text(), text, Text(self._foot(), "dim")])

    def _turn_to(self, width: int, height: int) -> None:
        """Pages of the document at hand, anew where it is another one or the terminal has another size."""
        place = self._labelling.place
        if self._shown == place and self._pages.size == (width, height):
            return
        self._page = 0
        self._shown = place
        self._pages = Pages(self._text(), width, height)

    def _text(self) -> str:
        found = self._labelling
        if found.place < found.documents:
            return found.file.text(found.place)
        without = found.documents - found.labelled
        return f"That was the last one. {counted(without, 'document')} without a label." if without else "All labelled."

    def _head(self) -> str:
        found = self._labelling
        if found.place == found.documents:
            return f"{found.labelled} of {found.documents} labelled{self._so_far}"
        label = found.file.labels[found.place]
        told = f" · labelled {label}" if label else ""
        return f"{found.place + 1} of {found.documents}, {minutes(found.minutes_left())} left{self._so_far}{told}"

    def _interval(self) -> str:
        found = self._labelling.so_far()
        return f"  ({self._labelling.labelled} labels: {span(found.low, found.high)} machine-written)" if found else ""

    def _foot(self) -> str:
        if self._labelling.place == self._labelling.documents:
            return "b back  q stop"
        more = "" if self._page == 0 and self._pages.is_last(0) else f"page {self._page + 1}"
        return f"{KEYS}  {more}{'' if self._pages.is_last(self._page) else ' (more: n)'}".rstrip()


def label(labelling: Labelling, console: Console, keys: Callable[[], str] | None = None) -> None:
    """Show document after document until the labeller stops; every answer is in the file when the next is shown.

    `keys` gives what was pressed, "" when the terminal has gone; None: the keyboard.
    """
    desk = Desk(labelling, console)
    keyboard = _keyboard() if keys is None else nullcontext(keys)
    with keyboard as pressed, console.screen(hide_cursor=True) as screen:
        screen.update(desk.screen())
        for key in _presses(pressed):
            if not desk.press(key):
                return
            screen.update(desk.screen())


def minutes(value: float) -> str:
    """About how long."""
    return "under a minute" if value < 1 else f"about {counted(round(value), 'minute')}"


@contextmanager
def _keyboard() -> Iterator[Callable[[], str]]:
    """Keys as they are pressed, without an echo; what is typed ahead while a label is saved waits its turn."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSANOW)
    try:
        yield lambda: os.read(terminal, 64).decode(errors="replace")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _presses(keys: Callable[[], str]) -> Iterator[str]:
    """Keys one by one, though several may have been pressed at once; none after the end of the input."""
    while True:
        pressed = keys()
        if not pressed:
            return
        yield from [pressed] if pressed.startswith("\x1b") else pressed
