"""Training: weights of n-grams, and scores of every collection by a model that never saw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.detect.calibrating import Fitted, calibrate
from curate.detect.calibration import LENGTHS, Calibration, length_bucket
from curate.detect.detector import MIN_TOKENS, Detector
from curate.detect.examples import Examples, balanced_weights
from curate.detect.holdout import HeldOut
from curate.kernels.sgd import bit_counts, mark_groups, train_pass

LANGUAGES = ("en", "zh")  # where unseen collections are told apart; docs/model-card.md says how well
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How weights are learned; chosen by leave-one-collection-out AUROC (docs/model-card.md)."""

    bits: int = 22
    passes: int = 4
    rate: float = 0.3
    crop: tuple[int, int] = (50, 400)  # tokens
    spread: int = 4  # collections that an n-gram must stand in: a rarer one tells of its collection, not of its author


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """table int8[2 ** bits]; z = step * S / (m + 5) * sqrt(min(m + 5, 1200)) + bias, as in `Detector`."""

    table: NDArray[np.int8]
    step: float
    bias: float


def train_weights(examples: Examples, rows: NDArray[np.int64], recipe: Recipe) -> Weights:
    """Weights learned from some of the examples; the same examples give the same bytes."""
    table = np.zeros(1 << recipe.bits, np.float32)
    bias, squares = np.zeros(1), np.where(_widespread(examples, rows, recipe), 0, np.inf).astype(np.float32)
    weight = balanced_weights(examples, rows)
    tokens, crop = examples.tokens, np.array(recipe.crop, np.int64)
    for number in range(recipe.passes):
        key = _salted(examples.key, number)
        order = rows[np.argsort(key[rows], kind="stable")]
        rate = recipe.rate * (1 - 0.7 * number / recipe.passes)
        train_pass(
            tokens.folded, tokens.kind, tokens.document_start, order, key, examples.machine, weight, crop, rate,
            recipe.bits, table, squares, bias,
        )  # fmt: skip
    step = float(np.quantile(np.abs(table[table != 0]), 0.9999)) / 127 if table.any() else 1.0
    whole = np.clip(np.rint(table / step), -127, 127).astype(np.int8)
    return Weights(whole, step, float(bias[0]))


def _widespread(examples: Examples, rows: NDArray[np.int64], recipe: Recipe) -> NDArray[np.bool_]:
    """Which buckets hold n-grams of enough collections (of hashed ones, beyond 64), bool[2 ** bits]."""
    _, group = np.unique(examples.collection, return_inverse=True)
    marks = np.zeros(1 << recipe.bits, np.uint64)
    tokens = examples.tokens
    mark_groups(tokens.folded, tokens.kind, tokens.document_start, rows, group % 64, recipe.bits, marks)
    enough: NDArray[np.bool_] = bit_counts(marks) >= min(recipe.spread, np.unique(group[rows]).size)
    return enough


def usable_rows(examples: Examples, language: str) -> NDArray[np.bool_]:
    """Texts to learn from: long enough, human or by a model of the kind that the detector is for."""
    return examples.in_language(language) & (examples.counted >= MIN_TOKENS) & examples.by_assistants()


def out_of_collection(examples: Examples, language: str, recipe: Recipe) -> Iterator[HeldOut]:
    """Each collection's texts, scored by a model of the same recipe trained on all the others."""
    here = examples.in_language(language) & (examples.counted >= MIN_TOKENS)
    usable = usable_rows(examples, language)
    for name in sorted(set(examples.collection[here])):
        own = examples.collection == name
        rows = np.flatnonzero(usable & ~own)
        assert name not in examples.collection[rows], "a collection must not score itself"
        yield score_examples(examples, np.flatnonzero(here & own), language, train_weights(examples, rows, recipe))


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
    plain = Detector((language,), weights.table[None], weights.step * one, one, weights.bias * one, Calibration({}))
    scores, tokens = plain.log_odds(examples.tokens, begin, begin + length, np.zeros(example.size, np.int8))
    known = ~np.isnan(scores)
    kept = example[known]
    return HeldOut(
        np.full(kept.size, language),
        examples.collection[kept].astype(str),
        examples.machine[kept] == 1,
        examples.by_assistants()[kept],
        scores[known],
        tokens[known],
        (np.arange(example.size) < rows.size)[known],
    )


def build_detector(examples: Examples, recipe: Recipe, held: HeldOut) -> Detector:
    """The detector of all examples; what its scores mean is told by those of models without a collection."""
    weights: dict[str, Weights] = {}
    fitted: dict[str, Fitted] = {}
    for language in sorted(set(held.language.tolist())):
        weights[language] = train_weights(examples, np.flatnonzero(usable_rows(examples, language)), recipe)
        fitted[language] = calibrate(held.in_language(language))
    return Detector(
        tuple(weights),
        np.stack([one.table for one in weights.values()]),
        np.array([one.step for one in weights.values()]),
        np.array([one.slope for one in fitted.values()]),
        np.array([one.slope * weights[language].bias + one.intercept for language, one in fitted.items()]),
        Calibration({language: one.calibration for language, one in fitted.items()}),
    )


def _crops(examples: Examples, rows: NDArray[np.int64], bucket: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offset and length in tokens of one crop of each row whose counted tokens fall about into the bucket."""
    total = np.diff(examples.tokens.document_start)[rows]
    draw = _salted(examples.key[rows], 100 + bucket)
    first, second = (draw >> np.uint64(32)) / 2**32, (draw & np.uint64(0xFFFFFFFF)) / 2**32
    low, high = LENGTHS[bucket], LENGTHS[bucket + 1]
    counted = low * (high / low) ** first
    length = np.minimum((counted * total / examples.counted[rows]).astype(np.int64), total)
    return (second * (total - length + 1)).astype(np.int64), length


def _salted(key: NDArray[np.uint64], number: int) -> NDArray[np.uint64]:
    """Another hash of the same texts for every number."""
    mixed = (key ^ np.uint64(0x632BE59BD9B4E019 * (number + 1) % 2**64)) * _GOLDEN
    return (mixed ^ (mixed >> np.uint64(29))) * _GOLDEN
