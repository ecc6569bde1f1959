"""Engines on this machine: one after the other, or threads (kernels and Arrow release the interpreter lock)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from curate.engines.engine import Engine, Item, Result


@dataclass(frozen=True, slots=True)
class Serial:
    """One task at a time, in the caller's thread."""

    def map(self, task: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Results in the order of the items."""
        return map(task, items)


@dataclass(frozen=True, slots=True)
class Threads:
    """Engine of `workers` threads; at most two more tasks wait, so that results never pile up in memory."""

    workers: int

    def map(self, task: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield results in the order of the items; cancel tasks not begun when one fails or the caller stops."""
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="curate")
        waiting: deque[Future[Result]] = deque()
        remaining = iter(items)
        try:
            waiting.extend(pool.submit(task, item) for item in islice(remaining, self.workers + 2))
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(task, item) for item in islice(remaining, 1))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def local_engine(workers: int) -> Engine:
    """Return the engine for `-j workers`."""
    return Threads(workers) if workers > 1 else Serial()
