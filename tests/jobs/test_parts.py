"""Parts of an object: computed when first asked for, once, whichever threads ask."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from curate.jobs.run.parts import Parts, part


@dataclass(frozen=True)
class Sums:
    numbers: tuple[int, ...]
    asked: list[str] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)

    @part
    def total(self) -> int:
        """The sum."""
        self.asked.append("total")
        return sum(self.numbers)

    @part
    def mean(self) -> float:
        """A part that asks for another."""
        self.asked.append("mean")
        return self.total / len(self.numbers)


def test_nothing_is_computed_until_it_is_asked_for_and_then_once() -> None:
    sums = Sums((1, 2, 6))
    assert sums.asked == []
    assert (sums.mean, sums.mean, sums.total) == (3.0, 3.0, 9)
    assert sums.asked == ["mean", "total"]


def test_an_error_is_raised_wherever_the_part_is_asked_for() -> None:
    sums = Sums(())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            _ = sums.mean
    assert sums.asked == ["mean", "total"]


def test_threads_that_ask_at_once_wait_for_the_one_call() -> None:
    begun, go_on, calls = threading.Event(), threading.Event(), []

    def slow() -> int:
        calls.append(threading.get_ident())
        begun.set()
        assert go_on.wait(30)
        return 7

    parts = Parts()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(parts.ask, "slow", slow)]
        assert begun.wait(30)
        asked += [pool.submit(parts.ask, "slow", slow) for _ in range(3)]
        go_on.set()
        assert [one.result(30) for one in asked] == [7] * 4
    assert len(calls) == 1


def test_a_copy_shares_what_is_known_and_one_with_known_parts_does_not() -> None:
    sums = Sums((1, 2, 6))
    assert sums.total == 9
    assert replace(sums, asked=[]).total == 9
    other = replace(sums, parts=Parts({"total": 30}))
    assert (other.mean, sums.mean) == (10.0, 3.0)
