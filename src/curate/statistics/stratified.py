"""The share of a whole of which every stratum was sampled for itself, and the interval that no stratum's share upsets.

For a candidate share t the strata's shares p_h are the likeliest ones with sum_h W_h p_h = t; it stays in the interval
while the estimate is no further from it than chance explains there:

    | sum_h W_h y_h - t |  <=  z * sqrt( sum_h W_h^2 p_h (1 - p_h) / n_h )

the score test of Wilson (1927), which this is where there is one stratum, with nuisance shares constrained as by
Miettinen and Nurminen (1985). At the ends, where no stratum shows one class, it stays as wide as the largest share that
could hide there. Coverage on corpora of collections left out: docs/share.md.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.statistics.least import binomial_high

Floats = NDArray[np.float64]
STEPS = 60  # of a bisection
FAR = 50.0  # asinh of a multiplier at which every share is 0 or 1


class Interval(NamedTuple):
    """A share and its bounds."""

    estimate: float
    low: float
    high: float


def stratified_interval(weight: Floats, successes: Floats, draws: Floats, *, confidence: float) -> Interval:
    """`weight` float64[strata] sums to 1; `successes` of `draws` (above 0, need not be whole) were ones in each."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    estimate = float((weight * (successes / draws)).sum())  # to the last digit what shares of 0 and 1 add up to below

    def end(towards: float) -> float:
        """Along the likeliest shares, which one multiplier runs through: 0 at the estimate, the further the more."""
        near, far, share = 0.0, towards, estimate
        for _ in range(STEPS):
            middle = (near + far) / 2
            p = _likeliest(weight, successes, draws, float(np.sinh(middle)))
            here = float((weight * p).sum())
            if (estimate - here) ** 2 <= z * z * float((weight**2 * p * (1 - p) / draws).sum()):
                near, share = middle, here
            else:
                far = middle
        return share

    return Interval(estimate, end(FAR), end(-FAR))


def most_of_strata(weight: Floats, successes: Floats, draws: Floats, *, level: float) -> float:
    """sum_h W_h p_h is at most this, wrong with probability `level` (at most 0.25), whatever the strata's shares p_h.

    Exact: of k successes among n draws of several shares, k or fewer are never likelier than at their common mean where
    that is (k + 1) / n or more (Hoeffding 1956), so Clopper and Pearson's bound holds for sum_h n_h p_h; the worst
    shares that it leaves are 1 where most weight stands behind a draw.
    """
    total = float(draws.sum())
    room = total * float(binomial_high(np.array([float(successes.sum())]), total, level)[0]) if total else 0.0
    order = np.argsort(-weight / np.maximum(draws, 1e-9), kind="stable")
    before = np.cumsum(draws[order]) - draws[order]
    share = np.where(draws[order] > 0, np.clip((room - before) / np.maximum(draws[order], 1e-9), 0.0, 1.0), 1.0)
    return float((weight[order] * share).sum())


def expected_width(weight: Floats, share: Floats, draws: Floats, *, confidence: float) -> float:
    """Of the interval, where the strata's shares are these and the sample shows just that."""
    found = stratified_interval(weight, share * draws, draws, confidence=confidence)
    return found.high - found.low


def allocate(weight: Floats, share: Floats, count: int, least: int) -> NDArray[np.int64]:
    """Draws of each stratum, `count` together, for the least variance (Neyman 1934), but `least` where they suffice."""
    wanted = weight * np.sqrt(share * (1 - share))
    draws = np.full(weight.size, min(least, count // weight.size), np.int64)
    for _ in range(count - int(draws.sum())):
        draws[np.argmax(wanted / np.maximum(draws, 0.5))] += 1
    return draws


def _likeliest(weight: Floats, successes: Floats, draws: Floats, multiplier: float) -> Floats:
    """The strata's shares of greatest likelihood given their weighted sum, which falls as the multiplier grows.

    Roots in [0, 1] of successes / p - (draws - successes) / (1 - p) = multiplier * weight, written so that no
    difference of like numbers is taken.
    """
    pull = multiplier * weight
    b = draws + pull
    root = np.sqrt(np.maximum(b * b - 4 * pull * successes, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(b >= 0, 2 * successes / (b + root), (b - root) / (2 * pull))
    return np.asarray(np.clip(np.nan_to_num(p), 0.0, 1.0))
