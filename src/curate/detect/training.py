"""Training: weights of n-grams, and scores of every collection by a model that never saw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from curate.detect.calibrating import Fitted, calibrate
from curate.detect.calibration import LENGTHS, Calibration, length_bucket
from curate.detect.detector import MIN_TOKENS, Detector
from curate.detect.examples import Examples
from curate.detect.holdout import HeldOut
from curate.detect.weights import Recipe, Weights, salted, train_weights

LANGUAGES = ("en", "zh")  # where unseen collections are told apart; docs/model-card.md says how well
NO_SCALES: Mapping[str, tuple[float, float]] = {}
RECIPES: Mapping[str, Recipe] = {"zh": Recipe(contrast=True, by_kind=True)}  # by language; Recipe() for the others
FIRST_ONLY = ("en",)  # languages whose weights learn of the first file alone: the second, where it was learned from,
# made no left-out English collection's share better known (docs/model-card.md); calibration knows both
# Slope and intercept that the collections of the first file gave: English weights are as they were, and so is what
# their scores mean.
SCALES: Mapping[str, tuple[float, float]] = {"en": (0.9762671876618398, 0.06743139654690417)}


def usable_rows(examples: Examples, language: str) -> NDArray[np.bool_]:
    """Texts to learn from: long enough, human or by a model of the kind that the detector is for."""
    long = examples.in_language(language) & (examples.counted >= MIN_TOKENS) & examples.by_assistants()
    return long & ~examples.later if language in FIRST_ONLY else long


def out_of_collection(examples: Examples, language: str, recipe: Recipe, workers: int = 1) -> Iterator[HeldOut]:
    """Each collection's texts, scored by a model of the same recipe trained on all the others, in threads."""
    here = examples.in_language(language) & (examples.counted >= MIN_TOKENS)
    usable = usable_rows(examples, language)

    def scored(name: str) -> HeldOut:
        own = examples.collection == name
        rows = np.flatnonzero(usable & ~own)
        assert name not in examples.collection[rows], "a collection must not score itself"
        return score_examples(examples, np.flatnonzero(here & own), language, train_weights(examples, rows, recipe))

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(scored, sorted(set(examples.collection[here])))


def score_examples(examples: Examples, rows: NDArray[np.int64], language: str, weights: Weights) -> HeldOut:
    """Scores of whole texts, then of one random crop of each in every shorter length bucket."""
    parts = [(rows, np.zeros(rows.size, np.int64), np.diff(examples.tokens.document_start)[rows])]
    own_bucket = length_bucket(examples.counted[rows])
    for bucket in range(len(LENGTHS) - 1):
        longer = rows[own_bucket > bucket]
        parts.append((longer, *_crops(examples, longer, bucket)))
    example, offset, length = (np.concatenate([part[i] for part in parts]) for i in range(3))
    begin = examples.tokens.document_start[example] + offset
    one = np.ones(1)
    plain = Detector(
        (language,), weights.table[None], weights.common[None], weights.step * one, one, weights.bias * one,
        Calibration({}),
    )  # fmt: skip
    scores, tokens = plain.log_odds(examples.tokens, begin, begin + length, np.zeros(example.size, np.int8))
    known = ~np.isnan(scores)
    kept = example[known]
    return HeldOut(
        np.full(kept.size, language),
        examples.collection[kept].astype(str),
        examples.kind()[kept].astype(str),
        examples.machine[kept] == 1,
        examples.by_assistants()[kept],
        scores[known],
        tokens[known],
        (np.arange(example.size) < rows.size)[known],
    )


def build_detector(
    examples: Examples,
    recipes: Mapping[str, Recipe],
    held: HeldOut,
    scales: Mapping[str, tuple[float, float]] = NO_SCALES,
) -> Detector:
    """The detector of all examples, by the recipe of each language (Recipe() where there is none); what its scores mean
    is told by those of models without a collection. `scales`: slope and intercept where they are given.
    """
    weights: dict[str, Weights] = {}
    fitted: dict[str, Fitted] = {}
    for language in sorted(set(held.language.tolist())):
        rows = np.flatnonzero(usable_rows(examples, language))
        weights[language] = train_weights(examples, rows, recipes.get(language, Recipe()))
        fitted[language] = calibrate(held.in_language(language), scales.get(language))
    return Detector(
        tuple(weights),
        np.stack([one.table for one in weights.values()]),
        np.stack([one.common for one in weights.values()]),
        np.array([one.step for one in weights.values()]),
        np.array([one.slope for one in fitted.values()]),
        np.array([one.slope * weights[language].bias + one.intercept for language, one in fitted.items()]),
        Calibration({language: one.calibration for language, one in fitted.items()}),
    )


def _crops(examples: Examples, rows: NDArray[np.int64], bucket: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offset and length in tokens of one crop of each row whose counted tokens fall about into the bucket."""
    total = np.diff(examples.tokens.document_start)[rows]
    draw = salted(examples.key[rows], 100 + bucket)
    first, second = (draw >> np.uint64(32)) / 2**32, (draw & np.uint64(0xFFFFFFFF)) / 2**32
    low, high = LENGTHS[bucket], LENGTHS[bucket + 1]
    counted = low * (high / low) ** first
    length = np.minimum((counted * total / examples.counted[rows]).astype(np.int64), total)
    return (second * (total - length + 1)).astype(np.int64), length
