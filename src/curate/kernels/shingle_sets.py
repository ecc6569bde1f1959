"""All distinct n-grams of a few documents, and all pairs of them that are alike: what a sample is checked by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.operators import mark_table
from curate.kernels.shingles import countable_words, shingle_hashes, sort_distinct
from curate.kernels.tokens import Tokens

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def shingle_sets(tokens: Tokens, sizes: tuple[int, int]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Distinct n-gram hashes of document i, ascending: values[start[i]:start[i + 1]]; sizes: words, characters."""
    values = np.empty(tokens.folded.size, np.uint32)
    start = np.zeros(tokens.document_start.size, np.int64)
    longest = int(np.diff(tokens.document_start).max(initial=0))
    _shingle_sets(tokens.folded, tokens.kind, tokens.script, tokens.document_start, sizes, longest, values, start)
    return values[: start[-1]], start


@kernel
def _shingle_sets(
    folded: Any, kind: Any, script: Any, document_start: Any, sizes: Any, longest: int, values: Any, start: Any
) -> None:
    prefixes, is_character = np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint8)
    hashes, table = np.empty(longest, np.uint32), np.empty(3 * longest + 1, np.uint32)
    marks = mark_table()
    for i in range(start.size - 1):
        here = slice(document_start[i], document_start[i + 1])
        found = countable_words(folded[here], kind[here], script[here], prefixes, is_character, marks)
        distinct = sort_distinct(hashes, shingle_hashes(prefixes, is_character, found, sizes, hashes), table)
        for k in range(distinct):
            values[start[i] + k] = table[k]
        start[i + 1] = start[i] + distinct


def alike(values: NDArray[np.uint32], start: NDArray[np.int64], threshold: float) -> Pairs:
    """All pairs left < right of sets, as `shingle_sets` gives them, with a Jaccard similarity of the threshold or more.

    Exact, by comparing every set with every other whose size allows it: for thousands of sets, not for millions.
    """
    room = 1 << 16
    while True:
        left, right = np.empty(room, np.int64), np.empty(room, np.int64)
        count = _alike(values, start, threshold, left, right)
        if count <= room:
            return left[:count], right[:count]
        room = count


@kernel
def _alike(values: Any, start: Any, threshold: float, left: Any, right: Any) -> Any:
    """How many pairs there are; the first ones, as many as there is room for, are written."""
    count = 0
    for i in range(start.size - 1):
        for j in range(i + 1, start.size - 1):
            a, b = start[i + 1] - start[i], start[j + 1] - start[j]
            if min(a, b) == 0 or min(a, b) < threshold * max(a, b):
                continue
            common = shared(values[start[i] : start[i + 1]], values[start[j] : start[j + 1]])
            if common >= threshold * (a + b - common):
                if count < left.size:
                    left[count], right[count] = i, j
                count += 1
    return count


@kernel
def shared(a: Any, b: Any) -> Any:
    """How many elements two ascending sets have in common."""
    i = j = common = 0
    while i < a.size and j < b.size:
        x, y = a[i], b[j]
        common += x == y
        i += x <= y
        j += y <= x
    return common
