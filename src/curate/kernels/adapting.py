"""Ridge regression on which n-grams stand in texts, each as large as its weight in a model."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.sgd import GRAMS_PER_TOKEN, buckets_of


@kernel
def distinct_grams(
    folded: Any, kind: Any, begin: Any, end: Any, weights: Any, common: Any, start: Any, out: Any
) -> None:
    """Write the buckets with a weight of every text's n-grams, each once, in the order of their first occurrence.

    Text i is tokens [begin[i], end[i]); folded uint64[m], kind uint8[m] as in kernels.tokens; weights int8[2 ** bits];
    common as in kernels.sgd.buckets_of. Its buckets are out[start[i]:start[i + 1]], start int64[n + 1], out
    uint32[GRAMS_PER_TOKEN * tokens].
    """
    bits = np.int64(np.round(np.log2(weights.size)))
    longest = np.int64(0)
    for i in range(begin.size):
        longest = max(longest, end[i] - begin[i])
    room = np.empty(GRAMS_PER_TOKEN * longest, np.uint64)
    last_seen = np.full(weights.size, -1, np.int32)
    filled = np.int64(0)
    for i in range(begin.size):
        start[i] = filled
        for k in range(buckets_of(folded, kind, begin[i], end[i], common, bits, room)):
            bucket = room[k]
            if weights[bucket] != 0 and last_seen[bucket] != i:
                last_seen[bucket] = i
                out[filled] = bucket
                filled += 1
    start[begin.size] = filled


@kernel
def unit_rows(start: Any, bucket: Any, column: Any, weights: Any, row_start: Any, row_column: Any, value: Any) -> None:
    """Rows of a sparse matrix: the size of each bucket's weight, a row's squares summing to 1.

    start, bucket as `distinct_grams` writes them; column int32[2 ** bits]: where a bucket goes, -1 for nowhere.
    Row i is row_column int32, value float32 at [row_start[i], row_start[i + 1]); as much room as bucket has.
    """
    filled = np.int64(0)
    for i in range(start.size - 1):
        row_start[i] = filled
        squares = 0.0
        for k in range(start[i], start[i + 1]):
            if column[bucket[k]] >= 0:
                size = abs(np.float64(weights[bucket[k]]))
                row_column[filled], value[filled] = column[bucket[k]], size
                squares += size * size
                filled += 1
        for k in range(row_start[i], filled):
            value[k] /= np.sqrt(squares)
    row_start[start.size - 1] = filled


@kernel
def rows_times(row_start: Any, row_column: Any, value: Any, vector: Any, out: Any) -> None:
    """Matrix times vector float64[columns], into out float64[rows]."""
    for i in range(out.size):
        total = 0.0
        for k in range(row_start[i], row_start[i + 1]):
            total += value[k] * vector[row_column[k]]
        out[i] = total


@kernel
def columns_times(row_start: Any, row_column: Any, value: Any, vector: Any, out: Any) -> None:
    """Transposed matrix times vector float64[rows], into out float64[columns]."""
    out[:] = 0.0
    for i in range(vector.size):
        for k in range(row_start[i], row_start[i + 1]):
            out[row_column[k]] += value[k] * vector[i]


@kernel
def solve_ridge(row_start: Any, row_column: Any, value: Any, columns: Any, ridge: Any, target: Any, steps: Any) -> Any:
    """The a float64[rows] with (M Mt + ridge) a = target, by conjugate gradients, `steps` at most.

    One thread, sums in the order of the rows: the same rows give the same bits.
    """
    found, rest = np.zeros_like(target), target.copy()
    way, moved, between = rest.copy(), np.empty_like(target), np.empty(columns)
    size = whole = total(rest, rest)
    for _ in range(steps):
        if size <= 1e-12 * whole:
            break
        columns_times(row_start, row_column, value, way, between)
        rows_times(row_start, row_column, value, between, moved)
        moved += ridge * way
        step = size / total(way, moved)
        found += step * way
        rest -= step * moved
        smaller = total(rest, rest)
        way = rest + smaller / size * way
        size = smaller
    return found


@kernel
def total(left: Any, right: Any) -> Any:
    """Scalar product, summed from the first to the last (BLAS sums as the machine likes)."""
    found = 0.0
    for i in range(left.size):
        found += left[i] * right[i]
    return found


@kernel
def predict(folded: Any, kind: Any, begin: Any, end: Any, weights: Any, common: Any, deviation: Any, out: Any) -> None:
    """What the regression says of each text, into out float64[n]: its row times the coefficients, nan for an empty row.

    deviation float32[2 ** bits]: a coefficient for every bucket that has a column, nan for all others.
    """
    longest = np.int64(0)
    for i in range(begin.size):
        longest = max(longest, end[i] - begin[i])
    bits = np.int64(np.round(np.log2(weights.size)))
    grams, last_seen = np.empty(GRAMS_PER_TOKEN * longest, np.uint64), np.full(weights.size, -1, np.int32)
    for i in range(begin.size):
        told, squares = 0.0, 0.0
        for k in range(buckets_of(folded, kind, begin[i], end[i], common, bits, grams)):
            bucket = grams[k]
            if last_seen[bucket] == i or np.isnan(deviation[bucket]):
                continue
            last_seen[bucket] = i
            size = abs(np.float64(weights[bucket]))
            told += size * deviation[bucket]
            squares += size * size
        out[i] = told / np.sqrt(squares) if squares > 0 else np.nan
