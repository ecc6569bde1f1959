"""Draws the progress of a job on stderr: nothing for a pipe, nothing for what takes under a second."""

from __future__ import annotations

import sys
import time
from typing import TypeVar

from curate.jobs.progress import Job

Result = TypeVar("Result")


def watch(job: Job[Result], *, shown: bool) -> Result:
    """The result of the job; a bar for each phase while it runs."""
    if not shown or not sys.stderr.isatty():
        return _plain(job, spoken=shown)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        transient=True,
    )
    with bars:
        task = bars.add_task("starting", total=None, amount="")
        while True:
            try:
                step = next(job)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            bars.update(
                task,
                description=step.phase,
                completed=step.done,
                total=step.total or None,
                amount=_amount(step.done, step.total, step.unit),
            )


def _plain(job: Job[Result], *, spoken: bool) -> Result:
    """For logs: a line when a phase has gone on for over two seconds, and every ten seconds after that."""
    due = time.monotonic() + 2
    while True:
        try:
            step = next(job)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        if spoken and time.monotonic() >= due:
            print(f"{step.phase} {_amount(step.done, step.total, step.unit)}".rstrip(), file=sys.stderr, flush=True)
            due = time.monotonic() + 10


def _amount(done: int, total: int, unit: str) -> str:
    if not total:
        return ""
    if unit == "bytes":
        return f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
    return f"{done:,} of {total:,} {unit}".rstrip()
