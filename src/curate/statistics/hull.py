"""Every mixture of known distributions that a sample does not contradict, and the extremes of what they imply.

The sample comes in strata (lengths of texts). In each it is a mixture of human and machine components, the weights
free: nothing says that a corpus mixes them as any other did. What is known is a convex set, given by linear
inequalities on distribution functions:

    | F(t) - sum_i w_i C_i(t) |  <=  band(n)  +  sum_i w_i slack_i  +  misfit      at every bin edge t

where band(n) is the Dvoretzky-Kiefer-Wolfowitz bound with Massart's constant, at a level shared by the strata and the
whole (so that without misfit the set holds the truth with the confidence asked for, whatever the bins), slack_i the
same thing's scale for the component's own sample, and misfit the least that leaves any mixture at all: a corpus unlike
every combination of the components makes the set wider, never narrower. Bounds are linear programmes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.statistics.programme import Programme

ROUNDING = 1e-7  # of a solution: what is just allowed must not be lost
COMPONENT_SLACK = 0.87  # mean of the Kolmogorov distribution: a component's distance from its own sample, times root n


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """target float64[bins] sums to 1, `effective` independent draws stand behind it, `weight` is its part of the whole;
    human, machine float64[components, bins]: counts, every row with a sum above 0.
    """

    target: NDArray[np.float64]
    effective: float
    weight: float
    human: NDArray[np.float64]
    machine: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class IdentificationSet:
    """Mixtures not contradicted: the weights that `programme` allows. For one thread at a time."""

    strata: tuple[Stratum, ...]
    programme: Programme
    misfit: float  # distance of distribution functions that sampling does not explain

    def extremes(self, value: NDArray[np.float64]) -> tuple[float, float]:
        """Least and greatest `value @ w`."""
        return self.programme.least(value), self.greatest(value)

    def greatest(self, value: NDArray[np.float64]) -> float:
        """Greatest `value @ w`: one programme in place of two."""
        return -self.programme.least(-value)

    def share(self) -> tuple[float, float]:
        """Least and greatest machine share of the whole."""
        return self._clipped(self.extremes(self.machine_values(None)))

    def machine_values(self, bin_: int | None) -> NDArray[np.float64]:
        """Machine mass below a bin per unit of each component (None: all of it)."""
        parts = []
        for s in self.strata:
            shares = _shares(s.machine)
            inside = shares.sum(axis=1) if bin_ is None else shares[:, :bin_].sum(axis=1)
            parts += [np.zeros(len(s.human)), s.weight * inside]
        return np.concatenate(parts)

    @staticmethod
    def _clipped(pair: tuple[float, float]) -> tuple[float, float]:
        return float(np.clip(pair[0], 0, 1)), float(np.clip(pair[1], 0, 1))


def identification_set(strata: tuple[Stratum, ...], *, confidence: float) -> IdentificationSet:
    """The mixtures that explain all strata and the whole as well as sampling asks, or as well as the best one does."""
    matrix, distance, band = _constraints(strata, confidence)
    programme = Programme(matrix, distance + band, [len(s.human) + len(s.machine) for s in strata])
    misfit = max(programme.least_excess(), 0.0)
    programme.hold(misfit + ROUNDING)
    return IdentificationSet(strata, programme, misfit)


def dkw_band(effective: float, level: float) -> float:
    """No distribution function strays further from its sample's, but with probability `level` (Massart 1990)."""
    return float(np.sqrt(np.log(2 / level) / (2 * max(effective, 1.0))))


def _constraints(
    strata: tuple[Stratum, ...], confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(matrix, target side, band) of both signs of every inequality, strata first, then the whole."""
    level = (1 - confidence) / (len(strata) + 1)
    width = [len(s.human) + len(s.machine) for s in strata]
    edges = strata[0].target.size - 1
    rows = []
    start = np.concatenate([[0], np.cumsum(width)])
    whole, whole_slack, whole_target = np.zeros((edges, start[-1])), np.zeros(start[-1]), np.zeros(edges)
    for i, s in enumerate(strata):
        counts = np.vstack([s.human, s.machine])
        own = np.cumsum(_shares(counts), axis=1)[:, :-1].T
        loose = COMPONENT_SLACK / np.sqrt(counts.sum(axis=1))
        block, slack = np.zeros_like(whole), np.zeros_like(whole_slack)
        here = slice(start[i], start[i + 1])
        block[:, here], slack[here] = own, loose
        target = np.cumsum(s.target)[:-1]
        rows.append((block, slack, target, dkw_band(s.effective, level)))
        whole += s.weight * block
        whole_slack += s.weight * slack
        whole_target += s.weight * target
    if len(strata) > 1:
        effective = 1 / sum(s.weight**2 / s.effective for s in strata)
        rows.append((whole, whole_slack, whole_target, dkw_band(effective, level)))
    matrix = np.vstack([np.vstack([block - slack, -block - slack]) for block, slack, _, _ in rows])
    distance = np.concatenate([np.concatenate([target, -target]) for _, _, target, _ in rows])
    return matrix, distance, np.repeat(np.array([band for _, _, _, band in rows]), 2 * edges)


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True)
    return shares
