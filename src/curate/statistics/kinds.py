"""Score distributions of unseen collections of a class, learned from seen ones.

At each length a collection's scores are close to normal (skew under .5 in 37 of 39). Their means lie on a line: a
collection that scores high does so at every length, the more the longer its texts are. So a collection is its place on
that line and how wide it spreads, with a little of its own at each length. One that nobody has seen may have any place
on the line: where it lies is for whoever draws kinds to say (statistics.mixture).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.normal import normal_below
from curate.statistics.normal import normal_quantiles

ROUNDS = 50  # of fitting places and line in turn
PULL = 0.1  # of a collection, with which a length's stride is that of the length before: few are seen at every length
NARROWEST, WIDEST_SPREAD = 0.2, 5.0  # log-odds: of what a collection's scores may spread
TAILS = 0.01  # of a collection, at either end, that does not decide how wide it spreads
WIDER = 1.5  # of the log of a deviation: as far as a kind's may lie from the others'
STRAY = 1e-3  # of any kind's texts that score anywhere

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Of one class. level, stride, own float64[lengths]: means are level + place * stride, give or take own.

    Places of those seen vary by 1 around 0. spread float64[lengths]: mean log of standard deviations, give or take
    `spread_between` for a kind and `spread_own` for each of its lengths. places: the least and greatest seen.
    """

    level: Floats
    stride: Floats
    own: Floats
    spread: Floats
    spread_between: float
    spread_own: float
    places: tuple[float, float]

    def densities(self, edges: Floats, place: Floats, spread: Floats, normal: Floats) -> Floats:
        """float64[draws, lengths, bins]: what kinds at these places score like.

        place, spread float64[draws]: in deviations of those seen; normal float64[draws, 2 * lengths]: of each length.
        """
        lengths = self.level.size
        mean = self.level + place[:, None] * self.stride + self.own * normal[:, :lengths]
        wide = self.spread_between * spread[:, None] + self.spread_own * normal[:, lengths:]
        return normal_bins(edges, mean, np.exp(self.spread + np.clip(wide, -WIDER, WIDER)))


def learn_kinds(counts: Floats, edges: Floats, weight: Floats) -> Kinds:
    """From counts float64[kinds, lengths, bins] of one class; a length without texts is not known.

    weight float64[kinds]: how much each counts, so that a collection of many kinds need not outvote the others.
    """
    weight = weight / weight.mean()
    mean, spread = np.full((2, *counts.shape[:2]), np.nan)
    held = counts.sum(axis=2) > 0
    mean[held], deviation = _normals(counts[held], edges)
    spread[held] = np.log(deviation)
    level, stride, place = _line(mean, weight)
    known = ~np.isnan(mean)
    rest = np.where(known, mean - level - place[:, None] * stride, 0.0)
    counted = (weight[:, None] * known).sum(axis=0)
    own = np.sqrt((weight @ rest**2) / np.maximum(counted * (1 - 1 / np.maximum(known.sum(axis=0), 2)), 1e-9))
    wide = _filled(_known_mean(spread, weight[:, None], axis=0))
    between = _known_mean(spread - wide, np.ones(wide.size), axis=1)
    left = np.where(known, spread - wide - between[:, None], 0.0)
    spread_own = float(np.sqrt((weight @ left**2).sum() / max(counted.sum(), 1e-9)))
    spread_between = float(np.sqrt(weight @ between**2 / weight.sum()))
    places = float(place.min()), float(place.max())
    return Kinds(level, stride, own, wide, spread_between, spread_own, places)


def normal_bins(edges: Floats, mean: Floats, deviation: Floats) -> Floats:
    """float64[*mean.shape, bins]: probabilities between the edges, each at least a little."""
    below = normal_below((edges - mean[..., None]) / deviation[..., None])
    ends = np.zeros((*mean.shape, 1)), np.ones((*mean.shape, 1))
    bins = np.diff(np.concatenate([ends[0], below, ends[1]], axis=-1), axis=-1)
    density: Floats = (1 - STRAY) * bins + STRAY / bins.shape[-1]
    return density


def nearest_normal(counts: Floats, edges: Floats) -> Floats:
    """Score distribution of the normal that comes nearest to these counts; float64[bins], both."""
    mean, deviation = _normals(counts[None], edges)
    found: Floats = normal_bins(edges, mean, deviation)[0]
    return found


def _normals(counts: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Means and deviations float64[n] of counts float64[n, bins]: of each by the straight line through its quantiles.

    Each quantile is weighed by how well it is known.
    """
    total = counts.sum(axis=1, keepdims=True)
    below = (np.cumsum(counts, axis=1)[:, :-1] + 0.5) / (total + 1)
    scores = normal_quantiles(below)
    weights = np.exp(-(scores**2)) / (below * (1 - below))
    tail = np.maximum(TAILS, 0.75 / (total + 1))  # an edge with no text beyond it is nowhere near a quantile
    inside = (below > tail) & (below < 1 - tail)
    weights *= np.where(inside.sum(axis=1, keepdims=True) > 1, inside, 1)
    lines = np.array([_steepness(score, weight, edges) for score, weight in zip(scores, weights, strict=True)])
    middle, height, slope = lines.reshape(-1, 3).T
    slope = np.clip(slope, 1 / WIDEST_SPREAD, 1 / NARROWEST)
    return middle - height / slope, 1 / slope


def _steepness(score: Floats, weight: Floats, edges: Floats) -> tuple[float, float, float]:
    """A point on the line of scores over edges, and its slope."""
    total = weight.sum()
    middle, height = (weight @ edges) / total, (weight @ score) / total
    away = weight * (edges - middle)
    return middle, height, away @ (score - height) / (weight @ (edges - middle) ** 2)


def _line(mean: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """level, stride by length and place by kind, whose line comes nearest to the means; places vary by 1."""
    known = ~np.isnan(mean)
    level, stride = _filled(_known_mean(mean, weight[:, None], axis=0)), np.ones(mean.shape[1])
    place = np.zeros(mean.shape[0])
    for _ in range(ROUNDS):
        away = np.where(known, mean - level, 0.0)
        place = (away * stride).sum(axis=1) / ((known * stride**2).sum(axis=1) + PULL)
        place = place - (weight @ place) / weight.sum()
        place = place / max(float(np.sqrt(weight @ place**2 / weight.sum())), 1e-9)
        for length in np.flatnonzero(known.any(axis=0)).tolist():
            here, pull = known[:, length], PULL if length else 1e-9
            counts = weight[here]
            centre, middle = (counts @ place[here]) / counts.sum(), (counts @ mean[here, length]) / counts.sum()
            apart = place[here] - centre
            slope = (counts * apart) @ mean[here, length] + pull * stride[length - 1]
            stride[length] = slope / ((counts * apart) @ apart + pull)
            level[length] = middle - centre * stride[length]
    return level, stride, place


def _known_mean(values: Floats, weight: Floats, axis: int) -> Floats:
    """Nan where nothing is known."""
    known = (~np.isnan(values)) * weight
    total = known.sum(axis=axis)
    return np.where(total > 0, (np.nan_to_num(values) * known).sum(axis=axis) / np.maximum(total, 1e-9), np.nan)


def _filled(values: Floats) -> Floats:
    """Fill unknown lengths from the nearest known one."""
    known = np.flatnonzero(~np.isnan(values))
    return values[[known[np.abs(known - i).argmin()] for i in range(values.size)]]
