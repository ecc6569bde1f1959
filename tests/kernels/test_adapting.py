"""Rows of n-grams, and the regression on them, are what plain Python and dense algebra say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import slow_detect
from curate.kernels.adapting import columns_times, distinct_grams, predict, rows_times, solve_ridge, unit_rows
from curate.kernels.linear import SLOTS

BITS = 10
NONE = np.zeros(SLOTS // 8, np.uint8)
token_lists = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 7])), max_size=25),
    min_size=1,
    max_size=6,
)


def arrays(texts: list[list[tuple[int, int]]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    folded = np.array([f for text in texts for f, _ in text], np.uint64)
    kind = np.array([k for text in texts for _, k in text], np.uint8)
    return folded, kind, np.cumsum([0, *map(len, texts)]).astype(np.int64)


def some_weights(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-3, 4, 1 << BITS).astype(np.int8)


@given(token_lists, st.integers(0, 5), st.integers(1, 3))
def test_rows_hold_each_weighted_ngram_once(texts: list[list[tuple[int, int]]], seed: int, least: int) -> None:
    folded, kind, offsets = arrays(texts)
    weights, start = some_weights(seed), np.empty(len(texts) + 1, np.int64)
    bucket = np.empty(6 * folded.size, np.uint32)
    distinct_grams(folded, kind, offsets[:-1], offsets[1:], weights, NONE, start, bucket)
    slow = [set(slow_detect.ngrams([f for f, _ in text], [k for _, k in text], BITS, set())) for text in texts]
    slow = [{b for b in found if weights[b] != 0} for found in slow]
    for i, found in enumerate(slow):
        assert sorted(bucket[start[i] : start[i + 1]].tolist()) == sorted(found)
    often = [b for b in range(1 << BITS) if sum(b in found for found in slow) >= least]
    column = np.full(1 << BITS, -1, np.int32)
    column[often] = np.arange(len(often))
    row_start, row_column, value = (
        np.empty_like(start),
        np.empty(bucket.size, np.int32),
        np.empty(bucket.size, np.float32),
    )
    unit_rows(start, bucket, column, weights, row_start, row_column, value)
    for i, found in enumerate(slow):
        here = slice(row_start[i], row_start[i + 1])
        kept = sorted(found & set(often))
        length = sum(int(weights[b]) ** 2 for b in kept) ** 0.5
        got = dict(zip(row_column[here].tolist(), value[here].tolist(), strict=True))
        assert sorted(got) == [int(column[b]) for b in kept]
        np.testing.assert_allclose(
            [got[int(column[b])] for b in kept], [abs(int(weights[b])) / length for b in kept], 1e-6
        )


@given(st.integers(0, 1000), st.floats(0.05, 2.0))
def test_the_ridge_regression_is_that_of_dense_algebra(seed: int, ridge: float) -> None:
    draw = np.random.default_rng(seed)
    dense = (draw.random((12, 7)) * (draw.random((12, 7)) < 0.5)).astype(np.float32)
    rows, columns = np.nonzero(dense)
    start = np.searchsorted(rows, np.arange(13)).astype(np.int64)
    matrix = (start, columns.astype(np.int32), dense[rows, columns])
    target = draw.normal(size=12)
    found = solve_ridge(*matrix, 7, ridge, target, 60)
    expected = np.linalg.solve(dense.astype(np.float64) @ dense.T + ridge * np.eye(12), target)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    ahead, back = np.empty(12), np.empty(7)
    rows_times(*matrix, draw.normal(size=7), ahead)
    columns_times(*matrix, target, back)
    np.testing.assert_allclose(back, dense.T @ target, rtol=1e-5, atol=1e-6)


@given(token_lists, st.integers(0, 5))
def test_predictions_are_rows_times_coefficients(texts: list[list[tuple[int, int]]], seed: int) -> None:
    folded, kind, offsets = arrays(texts)
    weights, draw = some_weights(seed), np.random.default_rng(seed)
    deviation = np.where(weights != 0, draw.normal(size=weights.size), np.nan).astype(np.float32)
    deviation[draw.random(weights.size) < 0.3] = np.nan
    out = np.empty(len(texts))
    predict(folded, kind, offsets[:-1], offsets[1:], weights, NONE, deviation, out)
    for text, told in zip(texts, out, strict=True):
        found = set(slow_detect.ngrams([f for f, _ in text], [k for _, k in text], BITS, set()))
        kept = [b for b in found if not np.isnan(deviation[b])]
        length = sum(int(weights[b]) ** 2 for b in kept) ** 0.5
        expected = sum(abs(int(weights[b])) * float(deviation[b]) for b in kept) / length if kept else np.nan
        np.testing.assert_allclose(told, expected, rtol=1e-5, atol=1e-6)
