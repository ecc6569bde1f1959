"""Months are joined until there is an answer; every dated text stands in one period, whatever is read."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from curate.detect.known import KnownKinds
from curate.detect.periods import LEAST, MOST, Dated, Period, before_chat_models, by_period, trend
from curate.detect.share import Share

ENOUGH = 120  # documents from which `reader` answers


def share(verdict: str, estimate: float = 0.1) -> Share:
    known = KnownKinds(estimate, max(0.0, estimate - 0.05), estimate + 0.05)
    return Share(verdict, None, 0.0, 1.0, 0.95, "tokens", "detected", (), None, known)


def reader(rows: NDArray[np.int64]) -> Share:
    return share("recognised" if rows.size >= ENOUGH else "cannot-tell")


def dated(days: list[str], each: list[int], other: int = 7) -> Dated:
    """So many documents of each day, after others without a date."""
    all_days = np.repeat(np.array(days, "datetime64[D]"), each)
    size = other + all_days.size
    return Dated(np.arange(other, size), all_days, np.full(size, 10, np.int64), np.ones(size, np.bool_))


def names(periods: list[Period]) -> list[str]:
    return [period.name for period in periods]


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ((200, 200, 200), ["2024-01", "2024-02", "2024-05"]),
        ((200, 20, 200), ["2024-Q1", "2024-05"]),
        ((60, 60, 200), ["2024-Q1", "2024-05"]),
        ((200, 200, 10), ["2024"]),
        ((20, 20, 20), ["2024"]),
        ((1, 1, 1), ["2024"]),
    ],
)
def test_a_year_is_told_in_its_shortest_parts_that_all_have_an_answer(
    each: tuple[int, ...], expected: list[str]
) -> None:
    found = by_period(dated(["2024-01-09", "2024-02-28", "2024-05-01"], list(each)), reader)
    assert names(found) == expected


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ((70, 70, 200), ["2022-2023", "2024-01"]),
        ((10, 10, 200), ["2022-2023", "2024-01"]),
        ((200, 60, 59), ["2022-12", "2023", "2024"]),
        ((200, 10, 55), ["2022-12", "2023-2024"]),
        ((10, 200, 60), ["2022", "2023-06", "2024"]),
    ],
)
def test_years_without_an_answer_are_joined(each: tuple[int, ...], expected: list[str]) -> None:
    assert names(by_period(dated(["2022-12-30", "2023-06-01", "2024-01-01"], list(each)), reader)) == expected


@pytest.mark.parametrize("seed", range(12))
def test_every_dated_text_stands_in_one_period_in_order_of_time(seed: int) -> None:
    draws = np.random.default_rng(seed)
    days = np.datetime64("2022-12-01") + draws.integers(0, 1500, int(draws.integers(0, 4000)))
    size = days.size + 5
    texts = Dated(np.arange(5, size), days, draws.integers(0, 99, size), draws.random(size) < 0.8)
    found = by_period(texts, reader, workers=2)
    places = np.concatenate([period.at for period in found]) if found else np.zeros(0, np.int64)
    assert sorted(places.tolist()) == list(range(days.size))
    assert names(found) == sorted(names(found))
    for period in found:
        assert period.share.verdict == reader(texts.rows[period.at]).verdict
        months = {str(day)[:7] for day in texts.days[period.at].tolist()}
        assert all(month.startswith(period.name) for month in months) or "Q" in period.name or len(period.name) == 9


def test_of_many_months_quarters_are_read() -> None:
    days = [str(day) for day in np.arange("2020-01", "2023-01", dtype="datetime64[M]")]
    assert len(days) > MOST
    found = names(by_period(dated([f"{day}-05" for day in days], [200] * len(days)), reader))
    assert found == [f"{year}-Q{quarter}" for year in (2020, 2021, 2022) for quarter in (1, 2, 3, 4)]


def test_early_years_with_little_text_are_joined_and_none_reads_itself() -> None:
    read = []

    def reading(rows: NDArray[np.int64], periods: int) -> Share:
        assert periods == 3
        read.append(rows)
        return share("recognised", 0.0)

    texts = dated(["2004-05-01", "2005-05-01", "2006-05-01", "2009-05-01"], [20, 40, 70, 3])
    assert names(before_chat_models(texts, reading)) == ["2004-2005", "2006", "2009"]
    assert [rows.size for rows in sorted(read, key=lambda rows: rows[0])] == [60, 70, 3]
    assert LEAST == 50


def test_the_trend_is_that_of_the_periods_with_an_answer() -> None:
    texts = dated(["2023-07-02", "2024-07-02", "2025-07-02"], [100, 100, 100])
    places = [np.arange(100 * i, 100 * (i + 1)) for i in range(3)]
    shares = (share("recognised", 0.1), share("cannot-tell", 0.9), share("recognised", 0.3))
    found = trend(texts, [Period(str(i), at, one) for i, (at, one) in enumerate(zip(places, shares, strict=True))])
    assert found is not None
    assert found.periods == 2
    assert found.per_year == pytest.approx(0.1, rel=0.01)
    assert found.low == pytest.approx(0.05, rel=0.01)
