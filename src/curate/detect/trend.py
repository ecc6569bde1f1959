"""How a share changes with time, from intervals of periods; what a period's share is, others say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curate.detect.known import KnownKinds


@dataclass(frozen=True, slots=True)
class Trend:
    """Change of what reads as machine-written, a year; low and high hold wherever all intervals of `periods` do."""

    per_year: float
    low: float
    high: float
    periods: int


def trend_of(points: Sequence[tuple[float, float, KnownKinds]]) -> Trend | None:
    """The line through periods, by least squares weighted with their tokens: (time in years, tokens, share).

    None for fewer than two times. The slope is a weighted sum of the shares, so its bounds are those of that sum.
    """
    if len({time for time, _, _ in points}) < 2:
        return None
    time, weight = (np.array([point[i] for point in points], np.float64) for i in (0, 1))
    middle, low, high = np.array([known.values() for _, _, known in points]).T
    apart = time - (weight @ time) / weight.sum()
    part = weight * apart / (weight @ apart**2)
    ends = np.where(part > 0, (low, high), (high, low))
    return Trend(float(part @ middle), float(part @ ends[0]), float(part @ ends[1]), len(points))
