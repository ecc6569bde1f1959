"""From scores of unseen collections to a calibration: log-odds, histograms by collection, and what the hull misses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.detect.calibration import (
    BINS,
    LENGTHS,
    NO_EXCESS,
    NO_REACH,
    ClassCounts,
    LanguageCalibration,
    length_bucket,
    score_bin,
)
from curate.detect.coverage import both_classes, estimate_reach, hull_excess, left_out_cells
from curate.detect.holdout import HeldOut
from curate.statistics.logistic import logistic_regression

MIN_COLLECTION = 50  # texts of a class and length from which a collection is a component of the calibration


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Log-odds = slope * score + intercept, and what they mean."""

    slope: float
    intercept: float
    calibration: LanguageCalibration


def calibrate(held: HeldOut, scale: tuple[float, float] | None = None) -> Fitted:
    """Calibration of one language from the scores of its collections by models without them.

    Models of before assistants stay out: their text reads as human, and no share of it can be told. So does human text
    that something was done to. `scale`: slope and intercept of weights whose scores keep the meaning that they had.
    """
    held = held.where(held.assistant & (held.machine | (held.generator == "")))
    slope, intercept = scale or log_odds_of_unseen(held.where(held.whole))
    calibration = histograms(replace(held, score=slope * held.score + intercept))
    cells = left_out_cells(replace(held, score=slope * held.score + intercept), calibration)
    reach, hull = estimate_reach(cells), hull_excess(cells)
    tested = len(both_classes(held))
    return Fitted(slope, intercept, replace(calibration, reach=reach, hull_excess=hull, tested=tested))


def histograms(held: HeldOut) -> LanguageCalibration:
    """Documents by collection, class, length and log-odds; the reach and the excess are still 0."""
    edges = _edges(held.score[held.whole])
    human, machine = held.where(~held.machine), held.where(held.machine)
    together = [_counts(side, np.full(side.score.size, ""), edges) for side in (human, machine)]
    made = held.where(held.machine & _common(held))
    kinds = _counts(made, made.generator, edges)
    return LanguageCalibration(edges, together[0], together[1], NO_REACH, NO_EXCESS, 0, kinds)


def _common(held: HeldOut) -> NDArray[np.bool_]:
    """Texts of generators of which a collection has MIN_COLLECTION whole ones."""
    kind = np.char.add(np.char.add(held.collection.astype(str), "\t"), held.generator.astype(str))
    names, place = np.unique(kind, return_inverse=True)
    return (np.bincount(place, held.whole, names.size) >= MIN_COLLECTION)[place]


def _counts(held: HeldOut, generator: NDArray[Any], edges: NDArray[np.float64]) -> ClassCounts:
    """Documents by collection and generator, length and score; a length with few of them is left out."""
    names, rows = [], []
    for name in held.collections():
        for made_by in sorted(set(generator[held.collection == name].tolist())):
            mine = (held.collection == name) & (generator == made_by)
            counts = np.zeros((len(LENGTHS), BINS), np.int64)
            np.add.at(counts, (length_bucket(held.tokens[mine]), score_bin(edges, held.score[mine])), 1)
            counts[counts.sum(axis=1) < MIN_COLLECTION] = 0
            if counts.any():
                names.append(name)
                rows.append(counts)
    return ClassCounts(tuple(names), np.array(rows, np.int64).reshape(-1, len(LENGTHS), BINS))


def log_odds_of_unseen(held: HeldOut) -> tuple[float, float]:
    """Slope and intercept of the log-odds of unseen collections (Platt 1999), the two classes weighing the same.

    A collection's weight grows with the root of its texts.
    """
    weight = np.zeros(held.score.size)
    for machine in (False, True):
        for name in held.collections():
            mine = (held.machine == machine) & (held.collection == name)
            weight[mine] = max(1, mine.sum()) ** -0.5
        side = held.machine == machine
        weight[side] /= max(weight[side].sum(), 1e-12)
    return logistic_regression(held.score, held.machine.astype(np.float64), weight)


def _edges(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles, so that every bin holds something; rounded, so that they do not follow single documents."""
    edges = np.unique(np.round(np.quantile(scores, np.arange(1, BINS) / BINS), 2))
    missing = BINS - 1 - edges.size  # where scores pile up
    return np.concatenate([edges, edges[-1] + 0.01 * np.arange(1, missing + 1)])
