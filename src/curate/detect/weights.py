"""Weights of hashed n-grams from labelled texts: which n-grams may count, how much, and what training makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.detect.examples import Examples, balanced_weights
from curate.kernels.linear import SLOTS
from curate.kernels.sgd import SCALE, WEIGHT, bit_counts, count_documents, count_slots, mark_groups, train_pass

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIN_CONTRAST = 40  # texts of each class from which a collection says what tells its classes apart
MOST_SCALE, UNKNOWN_SCALE = 3.0, 0.05


@dataclass(frozen=True, slots=True)
class Recipe:
    """How weights are learned; chosen by leave-one-collection-out AUROC (docs/model-card.md)."""

    bits: int = 22
    passes: int = 4
    rate: float = 0.3
    crop: tuple[int, int] = (50, 400)  # tokens
    spread: int = 4  # collections that an n-gram must stand in: a rarer one tells of its collection, not of its author
    common: int = 128  # words or characters that skeletons keep
    by_kind: bool = False  # weigh text that something was done to (paraphrased, polished) as another generator's
    contrast: bool = False  # scale n-grams by how well they tell the classes apart INSIDE collections of both


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """table int8[2 ** bits], common uint8[SLOTS / 8]; z = step * S / (m + 5) * sqrt(min(m + 5, FULL_GRAMS)) + bias, as
    in `Detector`.
    """

    table: NDArray[np.int8]
    common: NDArray[np.uint8]
    step: float
    bias: float


def train_weights(examples: Examples, rows: NDArray[np.int64], recipe: Recipe) -> Weights:
    """Weights learned from some of the examples; the same examples give the same bytes."""
    common = common_words(examples, rows, recipe.common)
    state, bias = np.zeros((1 << recipe.bits, 3), np.float32), np.zeros(1)
    state[:, SCALE] = _widespread(examples, rows, common, recipe)
    if recipe.contrast:
        state[:, SCALE] *= contrast(examples, rows, common, recipe)
    weight = balanced_weights(examples, rows, by_kind=recipe.by_kind)
    tokens, crop = examples.tokens, np.array(recipe.crop, np.int64)
    for number in range(recipe.passes):
        key = salted(examples.key, number)
        order = rows[np.argsort(key[rows], kind="stable")]
        rate = recipe.rate * (1 - 0.7 * number / recipe.passes)
        train_pass(
            tokens.folded, tokens.kind, tokens.document_start, order, key, examples.machine, weight, crop, rate,
            common, recipe.bits, state, bias,
        )  # fmt: skip
    table = state[:, WEIGHT] * state[:, SCALE]
    step = float(np.quantile(np.abs(table[table != 0]), 0.9999)) / 127 if table.any() else 1.0
    whole = np.clip(np.rint(table / step), -127, 127).astype(np.int8)
    return Weights(whole, common, step, float(bias[0]))


def common_words(examples: Examples, rows: NDArray[np.int64], count: int) -> NDArray[np.uint8]:
    """The slots with the largest mean share of a collection's words, uint8[SLOTS / 8]: function words."""
    names, group = np.unique(examples.collection, return_inverse=True)
    counts = np.zeros((names.size, SLOTS), np.int64)
    count_slots(examples.tokens.folded, examples.tokens.kind, examples.tokens.document_start, rows, group, counts)
    share = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).sum(axis=0)
    chosen = np.zeros(SLOTS, np.bool_)
    chosen[np.argsort(-share, kind="stable")[:count]] = True
    return np.packbits(chosen & (share > 0), bitorder="little")


def _widespread(
    examples: Examples, rows: NDArray[np.int64], common: NDArray[np.uint8], recipe: Recipe
) -> NDArray[np.bool_]:
    """Which buckets hold n-grams of enough collections (of hashed ones, beyond 64), bool[2 ** bits]."""
    _, group = np.unique(examples.collection, return_inverse=True)
    marks = np.zeros(1 << recipe.bits, np.uint64)
    tokens = examples.tokens
    mark_groups(tokens.folded, tokens.kind, tokens.document_start, rows, group % 64, common, recipe.bits, marks)
    enough: NDArray[np.bool_] = bit_counts(marks) >= min(recipe.spread, np.unique(group[rows]).size)
    return enough


def contrast(
    examples: Examples, rows: NDArray[np.int64], common: NDArray[np.uint8], recipe: Recipe
) -> NDArray[np.float32]:
    """How far each n-gram's log-odds of standing in a machine text are from 0, over collections of both classes.

    The mean over collections, each weighted by the inverse of its sampling variance and a spread of .3 between them,
    shrunk by two such weights; float32[2 ** bits], at most MOST_SCALE, UNKNOWN_SCALE where no such collection has it.
    """
    weight, total = (np.zeros(1 << recipe.bits, np.float32) for _ in range(2))
    last = np.full(1 << recipe.bits, -1, np.int64)
    tokens = examples.tokens
    for name in sorted(set(examples.collection[rows])):
        own = rows[examples.collection[rows] == name]
        texts = np.bincount(examples.machine[own].astype(np.int64), minlength=2)
        if texts.min() < MIN_CONTRAST:
            continue
        found = np.zeros((1 << recipe.bits, 2), np.float32)
        count_documents(
            tokens.folded, tokens.kind, tokens.document_start, own, examples.machine, common, recipe.bits, last, found
        )
        here = found.any(axis=1)
        having = found[here] + 0.5
        odds = np.log(having / (texts - found[here] + 0.5))
        precision = 1 / ((1 / having).sum(axis=1) + 0.3)
        weight[here] += precision
        total[here] += precision * (odds[:, 1] - odds[:, 0])
    scale = np.minimum(np.abs(total) / (weight + 2), MOST_SCALE)
    return np.where(weight > 0, scale, UNKNOWN_SCALE).astype(np.float32)


def salted(key: NDArray[np.uint64], number: int) -> NDArray[np.uint64]:
    """Another hash of the same texts for every number."""
    mixed = (key ^ np.uint64(0x632BE59BD9B4E019 * (number + 1) % 2**64)) * _GOLDEN
    return (mixed ^ (mixed >> np.uint64(29))) * _GOLDEN
