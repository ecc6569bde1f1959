"""From scores of unseen collections to a calibration: log-odds, histograms by collection, and what the hull misses."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def calibrate(held: HeldOut) -> Fitted:
    """Calibration of one language from the scores of its collections by models without them.

    Models of before assistants stay out: their text reads as human, and no share of it can be told.
    """
    held = held.where(held.assistant)
    slope, intercept = log_odds_of_unseen(held.where(held.whole))
    calibration = histograms(replace(held, score=slope * held.score + intercept))
    cells = left_out_cells(replace(held, score=slope * held.score + intercept), calibration)
    reach, hull = estimate_reach(cells), hull_excess(cells)
    tested = len(both_classes(held))
    return Fitted(slope, intercept, replace(calibration, reach=reach, hull_excess=hull, tested=tested))


def histograms(held: HeldOut) -> LanguageCalibration:
    """Documents by collection, class, length and log-odds; the reach and the excess are still 0."""
    edges = _edges(held.score[held.whole])
    sides = []
    for machine in (False, True):
        side = {}
        for name in held.collections():
            mine = (held.collection == name) & (held.machine == machine)
            counts = np.zeros((len(LENGTHS), BINS), np.int64)
            np.add.at(counts, (length_bucket(held.tokens[mine]), score_bin(edges, held.score[mine])), 1)
            counts[counts.sum(axis=1) < MIN_COLLECTION] = 0
            if counts.any():
                side[name] = counts
        sides.append(ClassCounts(tuple(side), np.array(list(side.values()), np.int64).reshape(-1, len(LENGTHS), BINS)))
    human, machine_side = sides
    return LanguageCalibration(edges, human, machine_side, NO_REACH, NO_EXCESS, 0)


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
