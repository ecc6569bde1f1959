"""What a corpus teaches the detector: corrections of its weights, learned from the scores of the corpus's own texts.

No text of the corpus has a label. But its score, an opinion with an error, is known, and n-grams that go along with
high scores in THIS corpus are signs of a machine here, whatever they were elsewhere. So the scores t of a sample are
regressed on the n-grams that stand in each text; every n-gram enters as large as its weight in the detector, which is
to say that weights are corrected in proportion to their size, and one that told nothing of authorship anywhere (a name,
a topic) cannot begin to. The posterior mean of that regression, with the text's own score as one of its observations,
is the adapted score. It is linear and shrinks: a corpus of one class has no wider spread of scores afterwards than
before, so that no second class can be invented. docs/adaptation.md has what was tried and what each step gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.adapting import columns_times, distinct_grams, predict, solve_ridge, unit_rows
from curate.kernels.sgd import GRAMS_PER_TOKEN
from curate.kernels.tokens import Tokens

SAMPLE = 4_000  # texts: docs/adaptation.md says what fewer are worth
TEXT_TOKENS = 1_000  # the first of each text: one book must not be the sample
LEAST_TEXTS = 3  # that an n-gram must stand in
FULL_SAMPLE = 2_000  # texts from which the n-grams are worth as much as a text's own score; of fewer, less
CERTAIN = 3.0  # log-odds at which scores level off: a text is not the more a machine's for being long
STEPS = 25  # of conjugate gradients
_SEED = np.uint64(0x8C3F0B2D6E19A757)  # another order than anything else that keys on fingerprints


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Texts of one language: tokens[begin[i]:end[i]], of which key uint64[n] is a hash of the text alone."""

    tokens: Tokens
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    key: NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """The weights of one language of a detector, table int8[2 ** bits], and the words that its skeletons keep."""

    table: NDArray[np.int8]
    common: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A sparse matrix, texts by n-grams, with rows of length 1; `bucket` uint32[columns] says what a column is."""

    start: NDArray[np.int64]
    column: NDArray[np.int32]
    value: NDArray[np.float32]
    bucket: NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Adaptation:
    """Corrections of one language's weights: deviation float32[c] of bucket uint32[c], ascending.

    mean: of the sample's levelled scores. trust: how much of a text's own score the regression keeps, 0 to 1, on the
    average. last: the texts of the sample are those whose place is not beyond it.
    """

    bucket: NDArray[np.uint32]
    deviation: NDArray[np.float32]
    mean: float
    trust: float
    last: np.uint64
    documents: int

    def scores(self, texts: Texts, log_odds: NDArray[np.float64], grams: Grams) -> NDArray[np.float64]:
        """Adapted scores float64[n]: log-odds that level off at CERTAIN, nan where log_odds are.

        grams: as given to `adapt`. A text of the sample has had its say in the corrections; the score of any other
        is weighed in here, as much as it would have counted there.
        """
        level, told = levelled(log_odds), np.zeros(log_odds.size)
        dense = np.full(grams.table.size, np.nan, np.float32)
        dense[self.bucket] = self.deviation
        tokens = texts.tokens
        predict(tokens.folded, tokens.kind, texts.begin, _cut(texts), grams.table, grams.common, dense, told)
        own = np.where(_place(texts.key) > self.last, self.trust, 0.0)
        own[np.isnan(told)] = 1.0  # none of its n-grams was learned about
        return own * level + (1 - own) * (self.mean + np.nan_to_num(told))


def adapt(
    texts: Texts, log_odds: NDArray[np.float64], grams: Grams, known: NDArray[np.int8] | None = None
) -> Adaptation:
    """Corrections learned from the texts with the smallest hashes, SAMPLE at most, equal ones once.

    log_odds float64[n] by the detector, nan where it has none (such a text is not used); grams: the detector's in
    the texts' language; known int8[n]: -1 where a text is known to be human, 1 a machine's, else 0.
    The same texts give the same bytes, whatever their order.
    """
    rows_of = _sample(texts.key, np.flatnonzero(~np.isnan(log_odds)))
    chosen = Texts(texts.tokens, texts.begin[rows_of], texts.end[rows_of], texts.key[rows_of])
    target = levelled(log_odds[rows_of])
    if known is not None:
        target = np.where(known[rows_of] != 0, CERTAIN * known[rows_of], target)
    if not rows_of.size:
        nothing = np.zeros(0, np.uint32), np.zeros(0, np.float32)
        return Adaptation(*nothing, 0.0, 1.0, np.uint64(0), 0)
    rows, ridge = gram_rows(chosen, grams), min(1.0, rows_of.size / FULL_SAMPLE)
    mean = float(target.mean())
    weight = smoothing_weights(rows, target - mean, ridge)
    deviation = np.empty(rows.bucket.size)
    columns_times(rows.start, rows.column, rows.value, weight, deviation)
    place = _place(chosen.key)
    trust = _leverage(rows, ridge, place)
    return Adaptation(rows.bucket, deviation.astype(np.float32), mean, trust, place[-1], rows_of.size)


def levelled(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds that do not exceed CERTAIN either way, nearly unchanged around 0."""
    level: NDArray[np.float64] = CERTAIN * np.tanh(log_odds / CERTAIN)
    return level


def gram_rows(texts: Texts, grams: Grams) -> Rows:
    """Which n-grams with a weight stand in each text, of those that stand in LEAST_TEXTS."""
    end = _cut(texts)
    start = np.empty(texts.begin.size + 1, np.int64)
    bucket = np.empty(GRAMS_PER_TOKEN * int((end - texts.begin).sum()), np.uint32)
    tokens = texts.tokens
    distinct_grams(tokens.folded, tokens.kind, texts.begin, end, grams.table, grams.common, start, bucket)
    bucket = bucket[: start[-1]]
    kept = np.flatnonzero(np.bincount(bucket, minlength=grams.table.size) >= LEAST_TEXTS)
    column = np.full(grams.table.size, -1, np.int32)
    column[kept] = np.arange(kept.size)
    row_start, row_column = np.empty_like(start), np.empty(bucket.size, np.int32)
    value = np.empty(bucket.size, np.float32)
    unit_rows(start, bucket, column, grams.table, row_start, row_column, value)
    filled = row_start[-1]
    return Rows(row_start, row_column[:filled], value[:filled], kept.astype(np.uint32))


def smoothing_weights(rows: Rows, target: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """The a of which target - ridge * a is the regression's posterior mean at its own texts."""
    solved: NDArray[np.float64] = solve_ridge(
        rows.start, rows.column, rows.value, rows.bucket.size, ridge, target, STEPS
    )
    return solved


def _leverage(rows: Rows, ridge: float, place: NDArray[np.uint64]) -> float:
    """Mean of the diagonal of the matrix that takes targets to posterior means, from one draw of signs (Hutchinson)."""
    signs = np.where(place & np.uint64(1), 1.0, -1.0)
    weight = smoothing_weights(rows, signs, ridge)
    return float(np.clip(1 - ridge * (signs * weight).sum() / signs.size, 0, 1))


def _sample(key: NDArray[np.uint64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    place = _place(key[rows])
    _, first = np.unique(place, return_index=True)
    return rows[first[:SAMPLE]]


def _place(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A text's place in the order of sampling."""
    mixed = (key ^ _SEED) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(32))


def _cut(texts: Texts) -> NDArray[np.int64]:
    return np.minimum(texts.end, texts.begin + TEXT_TOKENS)
