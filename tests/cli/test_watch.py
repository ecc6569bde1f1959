"""Progress lines of a job: none of short work, and figures that a reader can follow."""

from __future__ import annotations

import re
import sys
from io import StringIO
from threading import Event

import pytest

from curate.cli.watch import amount, watch
from curate.corpus.remote import arrived
from curate.jobs.run.progress import Job, Progress

NEVER = 3600.0


class Heard(StringIO):
    """Standard error that says when a line has come."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__()
        self.came = Event()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        written = super().write(text)
        self.came.set()
        return written


@pytest.fixture(autouse=True)
def nothing_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this process may have asked a store."""
    monkeypatch.setattr(arrived, "_so_far", 0)


def short(step: Progress) -> Job[str]:
    yield step
    return "done"


def until_heard(step: Progress, heard: Heard) -> Job[str]:
    yield step
    assert heard.came.wait(60), "nothing was said of a step that goes on"
    return "done"


@pytest.mark.parametrize("terminal", [False, True])
def test_nothing_is_said_of_short_work(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    heard = Heard(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", heard)
    assert watch(short(Progress("scanning", 1, 70_000, "bytes")), shown=True, after=NEVER) == "done"
    assert heard.getvalue() == ""


def test_a_step_that_goes_on_is_named_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    monkeypatch.setattr(sys, "stderr", heard)
    job = until_heard(Progress("scanning", 12_000, 70_000, "bytes"), heard)
    assert watch(job, shown=True, after=0.01, again=NEVER) == "done"
    assert heard.getvalue() in ("scanning 12 of 70 kB\n", "starting\n")


def test_the_same_words_are_said_again_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve equal lines told of the compiling of kernels."""

    def until_said_thrice(heard: Heard) -> Job[str]:
        yield Progress("compiling")
        for _ in range(3):
            heard.came.clear()
            assert heard.came.wait(60)
        return "done"

    heard = Heard()
    monkeypatch.setattr(sys, "stderr", heard)
    watch(until_said_thrice(heard), shown=True, after=0.01, again=0.01)
    lines = [line for line in heard.getvalue().splitlines() if line != "starting"]
    assert lines[0] == "compiling"
    assert all(re.fullmatch(r"compiling, \d+ s so far", line) for line in lines[1:])


@pytest.mark.parametrize("terminal", [False, True])
def test_what_has_been_fetched_is_told_while_it_comes(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    heard = Heard(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", heard)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(arrived, "_so_far", 12_000_000)
    watch(until_heard(Progress("looking at the files"), heard), shown=True, after=0.01, again=NEVER)
    assert "12MB fetched" in heard.getvalue()


def test_a_bar_is_drawn_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(terminal=True)
    monkeypatch.setattr(sys, "stderr", heard)
    monkeypatch.setenv("TERM", "xterm")
    assert watch(until_heard(Progress("scanning"), heard), shown=True, after=0.01, again=NEVER) == "done"


def test_nothing_is_said_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    monkeypatch.setattr(sys, "stderr", heard)
    assert watch(short(Progress("scanning")), shown=False, after=0) == "done"
    assert heard.getvalue() == ""


def test_an_error_ends_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Job[str]:
        yield Progress("scanning")
        raise ValueError("broken")

    monkeypatch.setattr(sys, "stderr", Heard())
    with pytest.raises(ValueError, match="broken"):
        watch(fails(), shown=True, after=NEVER)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Progress("scanning", 0, 0, "bytes"), ""),
        (Progress("scanning", 0, 70_000, "bytes"), "0 of 70 kB"),
        (Progress("scanning", 999, 70_000, "bytes"), "1 of 70 kB"),
        (Progress("scanning", 1_234_567, 70_000_000, "bytes"), "1.2 of 70 MB"),
        (Progress("scanning", 65_536, 131_072, "bytes"), "65.5 of 131.1 kB"),
        (Progress("scanning", 5, 700, "bytes"), "5 of 700 bytes"),
        (Progress("scanning", 2 * 10**12, 7 * 10**12, "bytes"), "2 of 7 TB"),
        (Progress("writing", 3, 8, "files"), "3 of 8 files"),
        (Progress("looking up", 3_000, 8_000), "3,000 of 8,000"),
    ],
)
def test_an_amount_has_a_unit_that_fits_it(step: Progress, said: str) -> None:
    assert amount(step) == said
