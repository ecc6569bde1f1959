"""The least that a sample holds of anything but one known kind; of the rest nothing needs to be known.

If a part `a` of the sample is not of the known kind, then above any threshold t

    F(above t) = (1 - a) P(above t) + a G(above t) <= P(above t) + a (1 - P(above t))

because G is at most 1, whatever it is. So a >= (F - P) / (1 - P), and with Clopper-Pearson bounds for F and P, the
error shared by all thresholds, the greatest of these holds with the confidence asked for.
"""

from __future__ import annotations

import importlib

import numpy as np
from numpy.typing import NDArray


def least_other(
    sample: NDArray[np.float64],
    effective: float,
    known: NDArray[np.float64],
    known_effective: float,
    edges: NDArray[np.int64],
    *,
    confidence: float,
) -> float:
    """Return a lower bound on the share of a sample that does not come from the known distribution; 0 if none shows.

    sample, known float64[bins]: masses, behind which `effective` and `known_effective` independent draws stand. edges:
    a threshold lies below each of these bins; they must not have been chosen by looking at either sample.
    """
    level = (1 - confidence) / (2 * edges.size)
    above = [np.cumsum(side[::-1])[::-1][edges] / side.sum() for side in (sample, known)]
    least = binomial_low(above[0] * effective, effective, level)
    most = binomial_high(above[1] * known_effective, known_effective, level)
    part = np.where(most < 1, (least - most) / np.maximum(1 - most, 1e-12), 0.0)
    return float(max(0.0, part.max()))


def binomial_low(successes: NDArray[np.float64], trials: float, level: float) -> NDArray[np.float64]:
    """One-sided Clopper-Pearson bound, too high with probability `level` at most; effective counts may be broken."""
    some = np.maximum(successes, 1e-9)
    betaincinv = importlib.import_module("scipy.special").betaincinv  # slow to load, and seldom needed
    return np.where(successes > 0, betaincinv(some, np.maximum(trials - some, 0) + 1, level), 0.0)


def binomial_tail(successes: float, trials: float, share: float) -> float:
    """How likely at least so many successes are; counts may be broken, share is above 0 and below 1."""
    if successes <= 0:
        return 1.0
    betainc = importlib.import_module("scipy.special").betainc
    return float(betainc(successes, max(0.0, trials - successes) + 1, share))


def binomial_high(successes: NDArray[np.float64], trials: float, level: float) -> NDArray[np.float64]:
    """One-sided Clopper-Pearson bound, too low with probability `level` at most."""
    return 1 - binomial_low(np.maximum(trials - successes, 0), trials, level)
