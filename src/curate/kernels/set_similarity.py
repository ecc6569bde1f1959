"""Jaccard similarity of two sorted sets."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.minhash import KEPT_SHINGLES


@kernel
def jaccard(values: Any, start: Any, count: Any, left: Any, right: Any, out: Any) -> None:
    """out[k] float64 = similarity of sets left[k] and right[k]; set i: values[start[i]:], of count[i] elements."""
    for k in range(left.size):
        a, b = left[k], right[k]
        out[k] = set_similarity(values, start[a], count[a], values, start[b], count[b])


@kernel
def set_similarity(a: Any, a_begin: int, a_count: int, b: Any, b_begin: int, b_count: int) -> float:
    """Jaccard similarity of the sets a[a_begin:] of a_count elements and b[b_begin:] of b_count, ascending.

    Exact where both are whole; where one is cut to its KEPT_SHINGLES smallest, the similarity below the smaller of the
    cut sets' last elements, an unbiased sample of at least that many elements of the union (Cohen 1997; standard error
    at most 0.016).
    """
    i, j = a_begin, b_begin
    i_end, j_end = min(i + min(a_count, KEPT_SHINGLES), a.size), min(j + min(b_count, KEPT_SHINGLES), b.size)
    last = np.uint32(0xFFFFFFFF)
    if a_count > KEPT_SHINGLES:
        last = min(last, a[i_end - 1])
    if b_count > KEPT_SHINGLES:
        last = min(last, b[j_end - 1])
    common = union = 0
    while i < i_end and j < j_end:
        x, y = a[i], b[j]
        if min(x, y) > last:
            break
        common += x == y
        union += 1
        i += x <= y
        j += y <= x
    while i < i_end and a[i] <= last:
        union += 1
        i += 1
    while j < j_end and b[j] <= last:
        union += 1
        j += 1
    return common / union if union else 0.0
