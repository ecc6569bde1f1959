"""Memory that tasks share: each says what it takes, waits until there is room, and is refused what can never fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from curate.memory import check


class Room:
    """So many bytes (None: no bound); one for all tasks of a run."""

    def __init__(self, bound: int | None = None) -> None:
        self._bound = bound
        self._taken = 0
        self._changed = Condition()

    @contextmanager
    def taken(self, need: int, what: str, where: str = "", *, instead: str = "") -> Iterator[None]:
        """Hold `need` bytes for a while. Raises MachineError as `memory.check` does."""
        if self._bound is None:
            yield
            return
        check(need, what, where, instead=instead, bound=self._bound)
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
