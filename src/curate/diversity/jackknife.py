"""Intervals of figures: each group of documents left out in turn (delete-a-group jackknife)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.diversity.sample import GROUPS, Sample
from curate.kernels.grams import least_runs

LEAST_GROUPS = 16  # of documents, for an interval


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Two standard errors around the last value, by the jackknife over the others: each leaves one group out."""
    error = standard_error(values)
    return max(0.0, float(values[-1] - 2 * error)), float(values[-1] + 2 * error)


def standard_error(values: NDArray[np.float64]) -> float:
    """Of the last value, by the jackknife over the others: each leaves one group out."""
    without = values[:-1]
    return float(np.sqrt((without.size - 1) * np.mean((without - without.mean()) ** 2)))


def at_one_size(values: NDArray[np.float64], tokens: NDArray[np.int64]) -> NDArray[np.float64]:
    """The values without a group each, less what follows from how many tokens are left (a straight line).

    The sample's size is fixed, the groups' sizes are not: unmended, intervals of figures that change with size were
    twice as wide as the figures vary between samples (measured on 60 disjoint samples of one corpus).
    """
    apart = tokens[:-1] - tokens[:-1].mean()
    spread = float(apart @ apart)
    slope = float(apart @ values[:-1]) / spread if spread else 0.0
    return np.append(values[:-1] - slope * apart, values[-1])


def group_numbers(sample: Sample) -> NDArray[np.int64]:
    """The group of every document, below GROUPS, by its text alone; near-copies fall into one group."""
    least = np.empty(len(sample), np.uint64)
    least_runs(sample.tokens, sample.token_offsets, 3, least)
    numbers: NDArray[np.int64] = (least % np.uint64(GROUPS)).astype(np.int64)
    return numbers
