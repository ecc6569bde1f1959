"""A call in a thread of its own beside what the job does; who fails or is interrupted does not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Beside(Generic[Result]):
    """Begins at once, in a daemon thread: an executor's threads would be waited for when the process ends."""

    def __init__(self, call: Callable[[], Result]) -> None:
        self._future: Future[Result] = Future()
        Thread(target=self._run, args=(call,), name="curate-beside", daemon=True).start()

    def result(self) -> Result:
        """Wait for the call and return its result, or raise its error."""
        return self._future.result()

    def _run(self, call: Callable[[], Result]) -> None:
        try:
            self._future.set_result(call())
        except BaseException as error:  # whatever it is, it is raised where the result is asked for
            self._future.set_exception(error)
