"""Training: weights, the meaning of their sums, and the calibration, each collection scored by a model without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.detect.calibration import (
    BINS,
    LENGTHS,
    Calibration,
    ClassCounts,
    LanguageCalibration,
    length_bucket,
    score_bin,
)
from curate.detect.detector import MIN_TOKENS, Detector
from curate.detect.examples import Examples, balanced_weights
from curate.kernels.hashing import mix64
from curate.kernels.sgd import train_pass

LANGUAGES = ("en", "zh")  # where unseen collections are told apart; docs/model-card.md says how well
MIN_COLLECTION = 100  # documents of a class and length bucket from which a collection is a component of the calibration
EMPTY = Calibration({})


@dataclass(frozen=True, slots=True)
class Recipe:
    """How weights are learned; chosen by leave-one-collection-out AUROC."""

    bits: int = 22
    passes: int = 4
    rate: float = 0.3
    crop: tuple[int, int] = (50, 400)  # tokens


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Texts of one language with scores from models that never saw their collection.

    `example` int64[n] (rows of Examples), score float64[n], tokens int64[n] counted in what was scored; whole bool[n]:
    the text itself, not a crop of it. A text stands once whole and once as a crop in each shorter length bucket.
    """

    example: NDArray[np.int64]
    score: NDArray[np.float64]
    tokens: NDArray[np.int64]
    whole: NDArray[np.bool_]


def train_weights(examples: Examples, rows: NDArray[np.int64], recipe: Recipe) -> tuple[NDArray[np.int8], float, float]:
    """Table int8[2 ** bits], step and bias of `Detector`'s z; the same examples give the same bytes."""
    table = np.zeros(1 << recipe.bits, np.float32)
    squares, bias = np.zeros_like(table), np.zeros(1)
    weight = balanced_weights(examples, rows)
    tokens, crop = examples.tokens, np.array(recipe.crop, np.int64)
    for number in range(recipe.passes):
        key = examples.key ^ np.uint64(_salt(number))
        order = rows[np.argsort(_mixed(key[rows]), kind="stable")]
        rate = recipe.rate * (1 - 0.7 * number / recipe.passes)
        train_pass(
            tokens.folded, tokens.kind, tokens.document_start, order, key, examples.machine, weight, crop, rate,
            recipe.bits, table, squares, bias,
        )  # fmt: skip
    step = float(np.quantile(np.abs(table[table != 0]), 0.9999)) / 127 if table.any() else 1.0
    return np.clip(np.rint(table / step), -127, 127).astype(np.int8), step, float(bias[0])


def out_of_collection(examples: Examples, language: str, recipe: Recipe) -> Iterator[tuple[str, Scored]]:
    """Each collection of a language with the scores z of its texts by a model trained on all the others."""
    here = examples.in_language(language) & (examples.counted >= MIN_TOKENS)
    usable = here & examples.by_assistants()
    for name in sorted(set(examples.collection[here])):
        own = examples.collection == name
        rows = np.flatnonzero(usable & ~own)
        assert not own[rows].any(), "a collection must not score itself"
        detector = _uncalibrated(language, *train_weights(examples, rows, recipe))
        yield name, score_examples(examples, np.flatnonzero(here & own), detector)


def score_examples(examples: Examples, rows: NDArray[np.int64], detector: Detector) -> Scored:
    """Scores of whole texts and of one random crop of each in every shorter length bucket."""
    parts = [(rows, np.zeros(rows.size, np.int64), np.diff(examples.tokens.document_start)[rows], True)]
    own_bucket = length_bucket(examples.counted[rows])
    for bucket in range(len(LENGTHS) - 1):
        longer = rows[own_bucket > bucket]
        parts.append((longer, *_crops(examples, longer, bucket), False))
    example = np.concatenate([part[0] for part in parts])
    begin = examples.tokens.document_start[example] + np.concatenate([part[1] for part in parts])
    end = begin + np.concatenate([part[2] for part in parts])
    scores, tokens = detector.log_odds(examples.tokens, begin, end, np.zeros(example.size, np.int8))
    whole = np.concatenate([np.full(part[0].size, part[3]) for part in parts])
    known = ~np.isnan(scores)
    return Scored(example[known], scores[known], tokens[known], whole[known])


def calibrated_detector(examples: Examples, recipe: Recipe, scored: dict[str, dict[str, Scored]]) -> Detector:
    """The detector of all examples, what its scores mean being told by `scored`: language, collection, scores z."""
    tables, scales, languages = [], [], {}
    for language, by_collection in scored.items():
        usable = examples.in_language(language) & (examples.counted >= MIN_TOKENS) & examples.by_assistants()
        table, step, bias = train_weights(examples, np.flatnonzero(usable), recipe)
        slope, intercept = _platt(examples, by_collection)
        tables.append(table)
        scales.append((step, slope, slope * bias + intercept))
        languages[language] = _calibration(examples, by_collection, slope, intercept)
    step_of, slope_of, intercept_of = (np.array(values) for values in zip(*scales, strict=True))
    return Detector(tuple(scored), np.stack(tables), step_of, slope_of, intercept_of, Calibration(languages))


def _calibration(
    examples: Examples, by_collection: dict[str, Scored], slope: float, intercept: float
) -> LanguageCalibration:
    usable = examples.by_assistants()
    scores = {name: slope * one.score + intercept for name, one in by_collection.items()}
    sides: list[dict[str, NDArray[np.int64]]] = [{}, {}]
    edges = _edges(np.concatenate([scores[name][one.whole] for name, one in by_collection.items()]))
    for name, one in by_collection.items():
        for label, side in enumerate(sides):
            mine = usable[one.example] & (examples.machine[one.example] == label)
            counts = np.zeros((len(LENGTHS), BINS), np.int64)
            place = (length_bucket(one.tokens[mine]), score_bin(edges, scores[name][mine]))
            np.add.at(counts, place, 1)
            counts[counts.sum(axis=1) < MIN_COLLECTION] = 0
            if counts.any():
                side[name] = counts
    human, machine = (ClassCounts(tuple(side), np.stack(list(side.values()))) for side in sides)
    return LanguageCalibration(edges, human, machine)


def _edges(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles, so that every bin holds something; rounded, so that they do not follow single documents."""
    edges = np.unique(np.round(np.quantile(scores, np.arange(1, BINS) / BINS), 2))
    missing = BINS - 1 - edges.size  # where scores pile up
    return np.concatenate([edges, edges[-1] + 0.01 * np.arange(1, missing + 1)])


def _platt(examples: Examples, by_collection: dict[str, Scored]) -> tuple[float, float]:
    """Slope and intercept of the log-odds of unseen collections, classes and collections weighing the same."""
    usable = examples.by_assistants()
    rows = [one.example[one.whole] for one in by_collection.values()]
    score = np.concatenate([one.score[one.whole] for one in by_collection.values()])
    owner = np.concatenate([np.full(r.size, i) for i, r in enumerate(rows)])
    row = np.concatenate(rows)
    keep = usable[row]
    score, owner, label = score[keep], owner[keep], examples.machine[row][keep].astype(np.float64)
    weight = np.zeros(score.size)
    for side in (0.0, 1.0):
        counts = np.bincount(owner[label == side], minlength=len(rows))
        share = np.where(counts > 0, counts**0.5 / np.maximum(counts, 1), 0)
        weight[label == side] = share[owner[label == side]]
        weight[label == side] /= weight[label == side].sum()
    return _logistic(score, label, weight)


def _logistic(
    score: NDArray[np.float64], label: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Weighted logistic regression in one variable by Newton's method."""
    design = np.stack([score, np.ones_like(score)])
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-beta @ design))
        gradient = design @ (weight * (label - p))
        hessian = (design * (weight * p * (1 - p))) @ design.T + 1e-9 * np.eye(2)
        move = np.linalg.solve(hessian, gradient)
        beta += move
        if np.abs(move).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


def _uncalibrated(language: str, table: NDArray[np.int8], step: float, bias: float) -> Detector:
    one = np.ones(1)
    return Detector((language,), table[None], np.array([step]), one, np.array([bias]), EMPTY)


def _crops(examples: Examples, rows: NDArray[np.int64], bucket: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offset and length in tokens of one crop of each row whose counted tokens fall about into the bucket."""
    total = np.diff(examples.tokens.document_start)[rows]
    per_counted = total / examples.counted[rows]
    draw = _mixed(examples.key[rows] ^ np.uint64(_salt(100 + bucket)))
    first, second = (draw >> np.uint64(32)) / 2**32, (draw & np.uint64(0xFFFFFFFF)) / 2**32
    low, high = LENGTHS[bucket], LENGTHS[bucket + 1]
    length = np.minimum((low * (high / low) ** first * per_counted).astype(np.int64), total)
    return (second * (total - length + 1)).astype(np.int64), length


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    out = np.empty_like(key)
    for i, value in enumerate(key):
        out[i] = mix64(value)
    return out


def _salt(number: int) -> int:
    return 0x9E3779B97F4A7C15 * (number + 1) % 2**64
