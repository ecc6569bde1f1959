"""The trend is the line through the periods, and its bounds hold whatever each period's share is in its interval."""

import numpy as np
import pytest

from curate.detect.known import KnownKinds
from curate.detect.trend import trend_of


def test_shares_on_a_line_give_that_line() -> None:
    points = [(2023 + i / 2, 100.0 * (i + 1), KnownKinds(0.1 + 0.03 * i, 0.0, 1.0)) for i in range(5)]
    found = trend_of(points)
    assert found is not None
    assert (found.per_year, found.periods) == (pytest.approx(0.06), 5)
    assert found.low < 0 < found.high


def test_fewer_than_two_times_have_no_trend() -> None:
    point = (2024.0, 10.0, KnownKinds(0.1, 0.0, 0.2))
    assert trend_of([]) is None
    assert trend_of([point, point]) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_bounds_hold_every_line_through_the_intervals_and_no_more(seed: int) -> None:
    draws = np.random.default_rng(seed)
    count = int(draws.integers(2, 8))
    time, weight = 2023 + np.sort(draws.uniform(0, 4, count)), draws.uniform(1, 1e6, count)
    middle, half = draws.uniform(0, 1, count), draws.uniform(0, 0.3, count)
    points = [
        (t, w, KnownKinds(m, max(0.0, m - h), min(1.0, m + h)))
        for t, w, m, h in zip(time, weight, middle, half, strict=True)
    ]
    found = trend_of(points)
    assert found is not None
    low, high = (np.array([getattr(known, end) for *_, known in points]) for end in ("low", "high"))
    slopes = [np.polyfit(time, draws.uniform(low, high), 1, w=np.sqrt(weight))[0] for _ in range(200)]
    assert found.low - 1e-9 <= min(slopes)
    assert max(slopes) <= found.high + 1e-9
    part = np.polyfit(time, np.eye(count), 1, w=np.sqrt(weight))[0]  # of each share in the slope
    assert found.high == pytest.approx(part @ np.where(part > 0, high, low))
    assert found.per_year == pytest.approx(part @ middle)
