"""Labels drawn at random correct the detector: strata of like scores, few draws from those that the score settles.

Whatever the score is worth, documents drawn inside a stratum with probability proportional to their tokens show its
machine share of the TOKENS without bias; a score that tells the classes apart makes strata pure, and the interval
narrow. Nothing is assumed about the corpus, the detector or near-duplicates.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from curate.statistics.logistic import logistic
from curate.statistics.stratified import Interval, allocate, expected_width, stratified_interval

STRATA = 16
DRAWS_A_STRATUM = 8  # below that, fewer strata
EDGE = 0.01  # for strata a score settles a text no more than this
SPREAD = 4096  # parts that p (1 - p) is counted in: whole numbers add up to the same in any order
LEAST = 4  # draws of every stratum
DOUBT = 0.1  # the detector is not believed to settle a stratum more than this: unseen collections differ that much
FEW = 0.02  # of the tokens: so few without a score stand among those that the score says nothing of
MOST_LABELS = 100_000

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """code int64[documents]; weight: of the tokens, prior: machine share as the scores have it, float64[strata]."""

    code: Rows
    weight: Floats
    prior: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """rows int64[k], ascending: documents drawn, `times` each; `planned` draws of each stratum."""

    strata: Strata
    rows: Rows
    times: Rows
    planned: Rows


def score_strata(score: Floats, tokens: Rows, key: NDArray[np.uint64], count: int) -> Strata:
    """Documents by score into strata, as many as `count` draws bear; no score: one of its own.

    Each has about as much of two masses together: tokens, and tokens * p (1 - p), p being how likely a text of that
    score is a machine's. The second parts finely what the score leaves open, so that few documents of the rarer class
    hide among many of the other; the first keeps a score that errs from putting too much into one stratum.
    score: log-odds, nan for none. key decides between equal scores; documents without tokens must not be among them.
    """
    scored = ~np.isnan(score)
    some = bool(tokens[~scored].sum() > FEW * tokens.sum())
    value = np.where(scored, score, np.inf if some else 0.0)
    number = int(np.clip(count // DRAWS_A_STRATUM, 1, STRATA))
    order = np.lexsort((key, value))
    odds, inside = np.empty(score.size), scored if some else np.ones(score.size, np.bool_)
    odds[order] = _machine_odds(np.where(scored, score, 0.0)[order], tokens[order])
    likely = np.clip(odds, EDGE, 1 - EDGE)
    open_still = np.rint(SPREAD * likely * (1 - likely)).astype(np.int64) * tokens
    place = sum(_middles(np.where(inside, mass, 0)[order]) for mass in (tokens, open_still))
    code = np.empty(score.size, np.int64)
    code[order] = np.minimum(place * number / 2, number - 1).astype(np.int64)
    code[~inside] = number
    _, code = np.unique(code, return_inverse=True)
    mass = np.bincount(code, tokens)
    prior = np.clip(np.bincount(code[order], (odds * tokens)[order]) / mass, DOUBT, 1 - DOUBT)
    return Strata(code, mass / mass.sum(), prior)


def draw(strata: Strata, tokens: Rows, key: NDArray[np.uint64], count: int, seed: int) -> Draw:
    """With replacement, probability proportional to tokens inside each stratum; the same texts give the same draw."""
    planned = allocate(strata.weight, strata.prior, count, LEAST)
    drawn = []
    for number, draws in enumerate(planned):
        rows = np.flatnonzero(strata.code == number)
        rows = rows[np.argsort(key[rows], kind="stable")]
        ends = np.cumsum(tokens[rows])
        spots = np.random.default_rng([seed, number]).integers(0, ends[-1], draws)
        drawn.append(rows[np.searchsorted(ends, spots, side="right")])
    rows, times = np.unique(np.concatenate(drawn), return_counts=True)
    return Draw(strata, rows, times.astype(np.int64), planned)


def read_draw(drawn: Draw, machine: Floats, *, confidence: float) -> Interval:
    """The machine share of the tokens; `machine` float64: 1, 0, or nan for a missing label, which may be either."""
    strata, code = drawn.strata, drawn.strata.code[drawn.rows]
    size = strata.weight.size

    def interval(missing: float) -> Interval:
        ones = np.zeros(size)
        np.add.at(ones, code, drawn.times * np.where(np.isnan(machine), missing, machine))
        return stratified_interval(strata.weight, ones, drawn.planned.astype(np.float64), confidence=confidence)

    if not np.isnan(machine).any():
        return interval(0.0)
    low, high = interval(0.0), interval(1.0)
    return Interval((low.estimate + high.estimate) / 2, low.low, high.high)


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
    planned = allocate(strata.weight, strata.prior, count, LEAST)
    return expected_width(strata.weight, strata.prior, planned.astype(np.float64), confidence=confidence)


def labels_for(strata: Strata, width: float, *, confidence: float) -> int:
    """The fewest draws for that width, in tens; by the variance alone, which `width_of` then says exactly."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    spread = float((strata.weight * np.sqrt(strata.prior * (1 - strata.prior))).sum())
    return int(np.clip(np.ceil((2 * z * spread / width) ** 2 / 10) * 10, 30, MOST_LABELS))


def _middles(mass: Rows) -> Floats:
    """How much of the whole lies before the middle of each, 0 to 1."""
    ends = np.cumsum(mass)
    return np.asarray((2 * ends - mass) / (2 * max(1, int(ends[-1]))))


def _machine_odds(score: Floats, tokens: Rows) -> Floats:
    """How likely each text is a machine's, at the share that makes these odds agree with their own mean."""
    share = 0.5
    for _ in range(30):
        odds = logistic(score + np.log(share / (1 - share)))
        share = float(np.clip((odds * tokens).sum() / tokens.sum(), 0.02, 0.98))
    return np.asarray(odds)
