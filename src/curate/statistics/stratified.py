"""The share of a whole of which every stratum was sampled for itself, and the interval that no stratum's share upsets.

For a candidate share t the strata's shares p_h are the likeliest ones with sum_h W_h p_h = t; it stays in the interval
while the estimate is no further from it than chance explains there:

    | sum_h W_h y_h - t |  <=  z * sqrt( sum_h W_h^2 p_h (1 - p_h) / n_h )

the score test of Wilson (1927), which this is where there is one stratum, with nuisance shares constrained as by
Miettinen and Nurminen (1985). At the ends, where no stratum shows one class, it stays as wide as the largest share that
could hide there. Coverage on corpora of collections left out: docs/evidence/share.md.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
