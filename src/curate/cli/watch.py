"""Draw the progress of a job on stderr: nothing for what takes less than two seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TypeVar

from curate.amounts import size, so_far
from curate.cli.plain import visible
from curate.corpus.remote import arrived
from curate.jobs.run.progress import Job, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

Result = TypeVar("Result")
AFTER = 2.0  # seconds that a job may take without a word
AGAIN = 10.0  # seconds from one line of a log to the next


class _Board(Protocol):
    def show(self, step: Progress) -> None:
        """Take the step that a job is at."""

    def tick(self) -> None:
        """The job has gone on for AFTER seconds, or for AGAIN seconds since the last call."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def watch(job: Job[Result], *, shown: bool, after: float = AFTER, again: float = AGAIN) -> Result:
    """The result of the job; a bar on a terminal and lines in a log while it runs, from `after` seconds on.

    Remarks are printed in any case.
    """
    board: _Board = _Bar() if shown and sys.stderr.isatty() else _Lines()
    with _ticking(board, after, again) if shown else nullcontext():
        while True:
            try:
                board.show(next(job))
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]


@contextmanager
def _ticking(board: _Board, after: float, again: float) -> Iterator[None]:
    """Call the board from a thread of its own, as one step of a job may be the long one."""
    over = Event()

    def tick() -> None:
        wait = after
        while not over.wait(wait):
            board.tick()
            wait = again

    ticker = Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()
        board.close()


class _Lines:
    def __init__(self) -> None:
        self._step, self._said, self._since = Progress("starting"), "", 0.0

    def show(self, step: Progress) -> None:
        self._step = step
        if step.remark:
            print(visible(step.remark), file=sys.stderr, flush=True)

    def tick(self) -> None:
        step = self._step
        words = " ".join(filter(None, (visible(step.phase), amount(step), fetched())))
        # The same words again would tell a reader of the log nothing: what has changed is the time.
        if words != self._said:
            self._said, self._since = words, monotonic()
            print(words, file=sys.stderr, flush=True)
        else:
            print(f"{words}, {monotonic() - self._since:.0f} s so far", file=sys.stderr, flush=True)

    def close(self) -> None:
        pass


class _Bar:
    def __init__(self) -> None:
        self._bars = _bars()
        self._task = self._bars.add_task("starting", total=None, amount="")
        self._started = False

    def show(self, step: Progress) -> None:
        if step.remark:
            self._bars.console.print(visible(step.remark), markup=False, highlight=False, soft_wrap=True)
        self._bars.update(
            self._task,
            description=visible(step.phase),
            completed=step.done,
            total=step.total or None,
            amount=amount(step),
        )

    def tick(self) -> None:
        if not self._started:
            self._bars.start()
            self._started = True

    def close(self) -> None:
        if self._started:
            self._bars.stop()


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Fetched(ProgressColumn):
        def render(self, _: object) -> Text:
            return Text(fetched())

    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        Fetched(),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        transient=True,
    )


def amount(step: Progress) -> str:
    """How far a step is: 12 of 70 MB, 3 of 8 files; nothing where its length is not known."""
    if not step.total:
        return ""
    if step.unit == "bytes":
        return so_far(step.done, step.total)
    return f"{step.done:,} of {step.total:,} {step.unit}".rstrip()


def fetched() -> str:
    """Bytes that remote stores have sent so far, as 12MB fetched; nothing where all data is local."""
    count = arrived.so_far()
    return f"{size(count)} fetched" if count else ""
