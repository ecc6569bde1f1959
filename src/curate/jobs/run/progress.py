"""Progress of jobs: a job yields Progress and returns its result; there are no callbacks."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a phase is done; `total` 0 means that its length is not known."""

    phase: str
    done: int = 0
    total: int = 0
    unit: str = ""  # "bytes" or what is counted
    remark: str = ""  # what the user should know, whatever is shown of the progress


Job = Generator[Progress, None, Result]


def finish(job: Job[Result]) -> Result:
    """The result of a job that nobody watches."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
