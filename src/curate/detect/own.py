"""A detector of one's own domain: trained on texts whose writers are known, calibrated by parts of them left out.

Parts are drawn by hash, near-duplicates together, so they differ by chance alone: what the calibration says holds for
texts of the same kind by the same kind of writers, and the test of misfit is what notices others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.detect.calibrating import calibrate, log_odds_of_unseen
from curate.detect.calibration import Calibration
from curate.detect.coverage import MIN_CLASS
from curate.detect.detector import MIN_TOKENS, Detector
from curate.detect.examples import Examples
from curate.detect.fasttext_model import label_odds, open_model
from curate.detect.foreign import FastText, counted_tokens
from curate.detect.holdout import HeldOut
from curate.detect.training import build_detector, out_of_collection
from curate.detect.weights import Recipe
from curate.kernels.buffers import text_buffers
from curate.kernels.tokens import tokenize

PARTS = 6
LEAST = PARTS * (MIN_CLASS + 10)  # texts of each class, below which no part could be tested on the others


@dataclass(frozen=True, slots=True)
class Errors:
    """AUROC, and the parts of human and machine texts on the wrong side of even odds."""

    auroc: float
    human: float
    machine: float

    @property
    def mean(self) -> float:
        """Of the two classes alike."""
        return (self.human + self.machine) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A detector, and by language how it does on the parts left out."""

    detector: Detector | FastText
    errors: dict[str, Errors]


def part_names(key: NDArray[np.uint64]) -> list[str]:
    """The part of each text, by the rank of a hash that near-duplicates share: all parts are about as large."""
    kinds, which = np.unique(key, return_inverse=True)
    return [f"part {number}" for number in (which * PARTS // kinds.size).tolist()]


def train_own(examples: Examples, languages: tuple[str, ...]) -> Trained:
    """`examples.collection` are the parts. The same examples give the same detector."""
    recipe, held = Recipe(), []
    for language in languages:
        held += list(out_of_collection(examples, language, recipe))
    scores = HeldOut.concatenate(held)
    detector = build_detector(examples, {}, scores)
    return Trained(detector, {name: _left_out_errors(scores.in_language(name)) for name in languages})


def calibrate_foreign(model: bytes, table: pa.Table, languages: tuple[str, ...]) -> Trained:
    """A fastText classifier's probabilities, calibrated on texts that it should not have been trained on.

    Whichever label tells the machine texts from the human ones best stands for machines. `table`: examples.COLUMNS.
    """
    counted = counted_tokens(tokenize(*text_buffers(table.column("text").combine_chunks())))
    long = np.flatnonzero(counted >= MIN_TOKENS)
    chosen, counted = table.take(pa.array(long)), counted[long]
    language, part, label = (np.array(chosen[name].to_pylist()) for name in ("lang", "collection", "label"))
    loaded, labels = open_model(model)
    odds, machine = label_odds(loaded, chosen["text"].to_pylist(), labels), label == "machine"
    best = max(range(len(labels)), key=lambda i: errors_of(odds[:, i], machine).auroc)
    every = np.ones(long.size, np.bool_)
    held = HeldOut(language, part, np.full(long.size, ""), machine, every, odds[:, best], counted, every)
    fitted = {name: calibrate(held.in_language(name)) for name in languages}
    calibration = Calibration({name: one.calibration for name, one in fitted.items()})
    scales = {name: (one.slope, one.intercept) for name, one in fitted.items()}
    detector = FastText(model, labels[best], scales, calibration)
    return Trained(detector, {name: _left_out_errors(held.in_language(name)) for name in languages})


def errors_of(log_odds: NDArray[np.float64], machine: NDArray[np.bool_]) -> Errors:
    """Of texts with a score; chance where a class has none."""
    known = ~np.isnan(log_odds)
    human, written = np.sort(log_odds[known & ~machine]), log_odds[known & machine]
    if not human.size or not written.size:
        return Errors(0.5, 0.5, 0.5)
    below = np.searchsorted(human, written, "left") + np.searchsorted(human, written, "right")
    return Errors(float(below.mean()) / (2 * human.size), float((human > 0).mean()), float((written <= 0).mean()))


def _left_out_errors(scores: HeldOut) -> Errors:
    """Of whole texts, each scored and given odds by what was learned from the other parts."""
    whole = scores.where(scores.whole)
    odds = np.empty(whole.score.size)
    for name in whole.collections():
        here = whole.collection == name
        slope, intercept = log_odds_of_unseen(whole.where(~here))
        odds[here] = slope * whole.score[here] + intercept
    return errors_of(odds, whole.machine)
