"""Share of machine-written documents by labels of a draw or a sample, and how many labels a width takes."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from curate.detect.labels import STRATA, Draw, Floats, Rows, Strata
from curate.statistics.sequence import mean_at_least, mean_at_most
from curate.statistics.stratified import Interval, stratified_interval

DRAWS_A_STRATUM = 8  # below that, fewer strata
MOST_LABELS = 100_000
_ONE_ROW = np.zeros(1, np.int64)


def read_draw(drawn: Draw, machine: Floats, *, confidence: float) -> Interval:
    """The machine share of the tokens; `machine` float64: 1, 0, or nan for a missing label, which may be either."""
    least, most = (drawn.counts(machine, missing) for missing in (0.0, 1.0))
    found = _interval(drawn.strata, least, most, confidence)
    low, high = max(found.low, drawn.seen(machine, 1.0)), min(found.high, 1 - drawn.seen(machine, 0.0))
    estimate = (_likely_share(drawn.strata, least) + _likely_share(drawn.strata, most)) / 2
    return Interval(min(max(estimate, low), high), low, high)


def _likely_share(strata: Strata, counts: Floats) -> float:
    """Each stratum's share of ones by its tokens; one without a draw is taken to be as the whole."""
    ones, draws = counts[strata.weight.size :], counts.reshape(2, -1).sum(axis=0)
    whole = float(strata.values()[0] @ counts / counts.sum())
    share = np.where(draws > 0, ones / np.maximum(draws, 1), whole)
    return float(strata.weight @ share)


class _Ends(NamedTuple):
    low: float
    high: float


def _interval(strata: Strata, least: Floats, most: Floats, confidence: float) -> _Ends:
    """From counts by cell with missing labels as human, and as machine; each end has half of the error."""
    level, values = (1 - confidence) / 2, strata.values()
    return _Ends(mean_at_least(values, least, level=level), mean_at_most(values, most, level=level))


def read_sample(score: Floats, tokens: Rows, rows: Rows, machine: Floats, *, confidence: float) -> Interval:
    """As `read_draw`, of documents drawn at random without regard to score or length: strata of as many labels each.

    Long documents count by their tokens, so that labels count as the (sum)^2 / (sum of squares) of equal ones.
    """
    value = np.where(np.isnan(score), 0.0, score)
    number = int(np.clip(rows.size // DRAWS_A_STRATUM, 1, STRATA))
    cuts = np.unique(np.quantile(value[rows], np.arange(1, number) / number, method="inverted_cdf"))
    cuts = cuts[cuts > value[rows].min()]  # cuts are scores of labels, so that no stratum is without one
    code = np.searchsorted(cuts, value, side="right")
    _, code = np.unique(np.concatenate([code[rows], code]), return_inverse=True)
    mine, everyone = code[: rows.size], code[rows.size :]
    weight = np.bincount(everyone, tokens) / tokens.sum()
    mass, squares = (np.bincount(mine, tokens[rows].astype(np.float64) ** power, weight.size) for power in (1, 2))
    draws = mass**2 / squares

    def interval(missing: float) -> Interval:
        ones = np.bincount(mine, tokens[rows] * np.where(np.isnan(machine), missing, machine), weight.size) / mass
        return stratified_interval(weight, ones * draws, draws, confidence=confidence)

    low, high = interval(0.0), interval(1.0)
    return Interval((low.estimate + high.estimate) / 2, low.low, high.high)


def width_of(strata: Strata, count: int, *, confidence: float) -> float:
    """The interval's width after `count` draws, if scores say here what they said of unseen collections."""
    draws = count * strata.chance
    counts = np.concatenate([draws * (1 - strata.prior), draws * strata.prior])
    found = _interval(strata, counts, counts, confidence)
    return found.high - found.low


def widest_of(count: int, *, confidence: float) -> float:
    """The interval's width after `count` draws where scores tell nothing and half is a machine's."""
    alone = Strata(_ONE_ROW, _ONE_ROW, _ONE_ROW, np.ones(1), np.array([0.5]), np.ones(1))
    return width_of(alone, count, confidence=confidence)


def labels_for(strata: Strata, width: float, *, confidence: float) -> int:
    """The fewest draws for that width, in tens, 30 at least."""

    def enough(tens: int) -> bool:
        return width_of(strata, 10 * tens, confidence=confidence) <= width

    return min(10 * (3 + bisect_left(range(3, MOST_LABELS // 10), True, key=enough)), MOST_LABELS)
