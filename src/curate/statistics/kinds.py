"""What a class of texts nobody has seen may score like, learned from the collections of that class that were seen.

At each length a collection's scores are close to normal (skew under .5 in 37 of 39). Their means lie on a line: a
collection that scores high does so at every length, the more the longer its texts are. So a collection is its place on
that line and how wide it spreads, with a little of its own at each length; one that nobody has seen has any place on
the stretch of those seen, or somewhat beyond.
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
STRAY = 1e-3  # of any kind's texts that score anywhere

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Of one class. level, stride, own float64[lengths]: means are level + place * stride, give or take own.

    spread float64[lengths]: mean log of standard deviations, give or take `spread_between` for a collection and
    `spread_own` for each of its lengths. places: the least and greatest seen, in standard deviations of all places.
    """

    level: Floats
    stride: Floats
    own: Floats
    spread: Floats
    spread_between: float
    spread_own: float
    places: tuple[float, float]

    def densities(self, edges: Floats, uniform: Floats, normal: Floats, beyond: float) -> Floats:
        """float64[draws, lengths, bins]: what kinds drawn at random score like.

        uniform float64[draws, 2] in (0, 1), normal float64[draws, 2 * lengths]; `beyond`: how much further a place may
        lie than any that was seen.
        """
        lengths = self.level.size
        least, most = self.places[0] - beyond, self.places[1] + beyond
        place = least + (most - least) * uniform[:, :1]
        spread = 2 * self.spread_between * (2 * uniform[:, 1:] - 1)
        mean = self.level + place * self.stride + self.own * normal[:, :lengths]
        deviation = np.exp(self.spread + spread + self.spread_own * normal[:, lengths:])
        return normal_bins(edges, mean, deviation)


def learn_kinds(counts: Floats, edges: Floats) -> Kinds:
    """From counts float64[collections, lengths, bins] of one class; a length without texts is not known."""
    mean, spread = np.full((2, *counts.shape[:2]), np.nan)
    for where in np.argwhere(counts.sum(axis=2) > 0):
        i, length = where.tolist()
        mean[i, length], deviation = _normal(counts[i, length], edges)
        spread[i, length] = np.log(deviation)
    level, stride, place = _line(mean)
    rest = mean - level - place[:, None] * stride
    known = ~np.isnan(mean)
    own = np.sqrt(np.nansum(rest**2, axis=0) / np.maximum(known.sum(axis=0) - 1, 1))
    wide = _filled(_known_mean(spread, axis=0))
    between = _known_mean(spread - wide, axis=1)
    left = (spread - wide - between[:, None])[known]
    return Kinds(
        level, stride, own, wide, float(between.std()), float(left.std()), (float(place.min()), float(place.max()))
    )


def normal_bins(edges: Floats, mean: Floats, deviation: Floats) -> Floats:
    """float64[*mean.shape, bins]: probabilities between the edges, each at least a little."""
    below = normal_below((edges - mean[..., None]) / deviation[..., None])
    ends = np.zeros((*mean.shape, 1)), np.ones((*mean.shape, 1))
    bins = np.diff(np.concatenate([ends[0], below, ends[1]], axis=-1), axis=-1)
    density: Floats = (1 - STRAY) * bins + STRAY / bins.shape[-1]
    return density


def nearest_normal(counts: Floats, edges: Floats) -> Floats:
    """What texts score like whose scores are the normal that comes nearest to these counts; float64[bins], both."""
    mean, deviation = _normal(counts, edges)
    return normal_bins(edges, np.array(mean), np.array(deviation))


def _normal(counts: Floats, edges: Floats) -> tuple[float, float]:
    """Mean and deviation by the straight line through the quantiles, each weighed by how well it is known."""
    total = counts.sum()
    below = (np.cumsum(counts)[:-1] + 0.5) / (total + 1)
    score = normal_quantiles(below)
    weight = np.exp(-(score**2)) / (below * (1 - below))
    tail = max(TAILS, 0.75 / (total + 1))  # an edge with no text beyond it is nowhere near a quantile
    inside = (below > tail) & (below < 1 - tail)
    weight *= inside if inside.sum() > 1 else 1
    middle, height = (weight @ edges) / weight.sum(), (weight @ score) / weight.sum()
    slope = (weight * (edges - middle)) @ (score - height) / (weight @ (edges - middle) ** 2)
    slope = float(np.clip(slope, 1 / WIDEST_SPREAD, 1 / NARROWEST))
    return float(middle - height / slope), 1 / slope


def _line(mean: Floats) -> tuple[Floats, Floats, Floats]:
    """level, stride by length and place by collection, whose line comes nearest to the means; places vary by 1."""
    known = ~np.isnan(mean)
    level, stride = _filled(_known_mean(mean, axis=0)), np.ones(mean.shape[1])
    place = np.zeros(mean.shape[0])
    for _ in range(ROUNDS):
        away = np.where(known, mean - level, 0.0)
        place = (away * stride).sum(axis=1) / ((known * stride**2).sum(axis=1) + PULL)
        place = (place - place.mean()) / max(float(place.std()), 1e-9)
        for length in np.flatnonzero(known.any(axis=0)).tolist():
            here, pull = known[:, length], PULL if length else 1e-9
            centre = place[here].mean()
            apart = place[here] - centre
            stride[length] = (apart @ mean[here, length] + pull * stride[length - 1]) / (apart @ apart + pull)
            level[length] = mean[here, length].mean() - centre * stride[length]
    return level, stride, place


def _known_mean(values: Floats, axis: int) -> Floats:
    """Nan where nothing is known."""
    known = (~np.isnan(values)).sum(axis=axis)
    return np.where(known > 0, np.nansum(values, axis=axis) / np.maximum(known, 1), np.nan)


def _filled(values: Floats) -> Floats:
    """What is not known is as at the nearest length that is."""
    known = np.flatnonzero(~np.isnan(values))
    return values[[known[np.abs(known - i).argmin()] for i in range(values.size)]]
