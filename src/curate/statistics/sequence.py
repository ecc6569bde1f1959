"""Bounds on a mean that hold after every number of draws at once: nobody gains by looking often or stopping late.

For a candidate mean m a gambler stakes part of their capital on each draw Z being above m:

    K_n(m) = mean over bets b of  prod_i ( 1 + b (Z_i - m) / (m - least) ),   0 < b < 1

If the mean is m or less this is a non-negative supermartingale from 1, so it EVER reaches 1 / level with probability
`level` at most (Ville 1939). The greatest m at which it does is a lower bound, whatever number of draws is looked at
and whatever made one stop there: the betting confidence sequence of Waudby-Smith and Ramdas (JRSS B 2024). Bets are
fixed beforehand, so the order of the draws does not matter, only how often each value came.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 10**6  # bounds are whole millionths, rounded away from the estimate: no processor's last digit moves them
BETS: Floats = ((np.arange(32) + 0.5) / 32) ** 1.5  # dense near 0, where many draws are best bet on


def mean_at_least(values: Floats, counts: Floats, *, level: float) -> float:
    """Lower bound in [0, 1] on a mean that lies there, wrong with probability `level` at most over ALL prefixes.

    values float64[ways, cells]: every value that a draw can take, in several ways of telling the same mean (control
    variates); all are bet on. counts float64[cells]: draws with each, so far.
    """
    low, high = 0, STEPS
    while high - low > 1:  # whatever is found above 0 was tried and is proved
        middle = (low + high) // 2
        if is_above(values, counts, middle / STEPS, level=level):
            low = middle
        else:
            high = middle
    return low / STEPS


def mean_at_most(values: Floats, counts: Floats, *, level: float) -> float:
    """Upper bound, as `mean_at_least`."""
    return (STEPS - round(mean_at_least(1 - values, counts, level=level) * STEPS)) / STEPS


def is_above(values: Floats, counts: Floats, mean: float, *, level: float) -> bool:
    """Return whether these draws prove that the mean is greater than this one."""
    drawn = counts > 0
    logs = []
    for way in values:
        least = float(way.min())
        if mean <= least:
            continue  # nothing can be staked: no value is below it
        gains = np.log1p(np.outer(BETS / (mean - least), way[drawn] - mean))
        logs.append((gains * counts[drawn]).sum(axis=1))
    if not logs:
        return False
    return float(np.logaddexp.reduce(np.concatenate(logs))) - log(BETS.size * len(values)) >= -log(level)


def share_at_least(ones: float, draws: float, *, level: float) -> float:
    """Lower bound on the share of ones among what is drawn from with replacement."""
    return mean_at_least(np.array([[0.0, 1.0]]), np.array([draws - ones, ones], np.float64), level=level)


def share_is_above(ones: float, draws: float, share: float, *, level: float) -> bool:
    """Return whether so many ones among so many draws prove a greater share than this one."""
    return is_above(np.array([[0.0, 1.0]]), np.array([draws - ones, ones], np.float64), share, level=level)
