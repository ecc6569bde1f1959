"""Every engine gives the same results in the same order, and stops at the first error."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.engines.engine import Engine
from curate.engines.local import Serial, Threads, local_engine

ENGINES: list[Engine] = [Serial(), Threads(2), Threads(5)]


@pytest.mark.parametrize("engine", ENGINES)
@given(items=st.lists(st.integers(), max_size=30))
def test_results_come_in_the_order_of_the_items(engine: Engine, items: list[int]) -> None:
    assert list(engine.map(lambda x: x * 2, items)) == [x * 2 for x in items]


def test_threads_run_side_by_side() -> None:
    together = threading.Barrier(3, timeout=10)
    list(Threads(3).map(lambda _: together.wait(), range(3)))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_error_stops_the_work(engine: Engine) -> None:
    seen: list[int] = []

    def task(item: int) -> int:
        seen.append(item)
        if item == 3:
            raise ValueError(item)
        time.sleep(0.001)
        return item

    with pytest.raises(ValueError, match="3"):
        list(engine.map(task, range(1000)))
    assert len(seen) < 50


def test_items_are_taken_as_results_are_asked_for() -> None:
    taken: list[int] = []

    def items():  # type: ignore[no-untyped-def]
        for i in range(1000):
            taken.append(i)
            yield i

    results = Threads(2).map(lambda x: x, items())
    next(results)
    assert len(taken) < 20
    results.close()  # type: ignore[attr-defined]


def test_one_worker_is_serial() -> None:
    assert local_engine(1) == Serial()
    assert local_engine(4) == Threads(4)
