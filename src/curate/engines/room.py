"""Memory that tasks share: each says what it takes, waits until there is room, and is refused what can never fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from curate.amounts import size
from curate.errors import MachineError

_STEP = 100_000_000  # what a refusal asks for is a multiple of it


class Room:
    """So many bytes (None: no bound); one for all tasks of a run."""

    def __init__(self, bound: int | None = None) -> None:
        self._bound = bound
        self._taken = 0
        self._changed = Condition()

    @contextmanager
    def taken(self, need: int, what: str, where: str = "", *, instead: str = "") -> Iterator[None]:
        """Hold `need` bytes for a while. Raises MachineError as `check` does."""
        if self._bound is None:
            yield
            return
        self.check(need, what, where, instead=instead)
        with self._changed:
            while self._taken + need > self._bound:
                self._changed.wait()
            self._taken += need
        try:
            yield
        finally:
            with self._changed:
                self._taken -= need
                self._changed.notify_all()

    def check(self, need: int, what: str, where: str = "", *, instead: str = "") -> None:
        """Raises MachineError, which says how much memory would do, for what does not fit even alone."""
        if self._bound is not None and need > self._bound:
            enough = size(-(-need // _STEP) * _STEP)
            raise MachineError(
                f"{what} needs more than --memory {size(self._bound)}",
                where=where,
                hint=f"--memory {enough}{instead}",
            )
