"""Sketches of sets whose share of equal slots estimates their Jaccard similarity, one pass over each document."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_1, LANE_2, mix64
from curate.kernels.operators import mark_table
from curate.kernels.shingles import EMPTY, countable_words, shingle_hashes, sort_distinct

KEPT_SHINGLES = 1024
LAST_ROUND = 255
AT_ONCE = 256  # hashes: they stay in the first-level cache
LOW_32 = np.uint64(0xFFFFFFFF)
S32 = np.uint64(32)
S40 = np.uint64(40)


class Sketch(NamedTuple):
    """Signatures and counts of n documents for finding near-duplicates.

    slots uint32[n, num_perm], all EMPTY where there is no shingle; shingle_count int32[n]: distinct shingles; shingles
    uint32 and shingle_start int32[n + 1]: each document's KEPT_SHINGLES smallest distinct shingle hashes, ascending;
    shingle_set uint64[n]: a hash of all of them, by which equal sets are known, 0 where there is no shingle.
    """

    slots: NDArray[np.uint32]
    shingle_count: NDArray[np.int32]
    shingles: NDArray[np.uint32]
    shingle_start: NDArray[np.int32]
    shingle_set: NDArray[np.uint64]


def sketch(
    folded: NDArray[np.uint64],
    kind: NDArray[np.uint8],
    script: NDArray[np.uint8],
    document_start: NDArray[np.int64],
    sizes: tuple[int, int],
    num_perm: int,
) -> Sketch:
    """Sketches of documents given as `kernels.tokens.Tokens` gives them; sizes: words, characters in an n-gram."""
    tokens = np.diff(document_start)
    slots = np.full((len(tokens), num_perm), EMPTY, np.uint32)
    count = np.zeros(len(tokens), np.int32)
    shingles = np.empty(int(np.minimum(tokens, KEPT_SHINGLES).sum()), np.uint32)
    shingle_start = np.zeros(len(tokens) + 1, np.int32)
    shingle_set = np.zeros(len(tokens), np.uint64)
    longest = int(tokens.max(initial=0))
    _sketch(folded, kind, script, document_start, sizes, longest, slots, count, shingles, shingle_start, shingle_set)
    return Sketch(slots, count, shingles[: shingle_start[-1]], shingle_start, shingle_set)


@kernel
def _sketch(
    folded: Any,
    kind: Any,
    script: Any,
    document_start: Any,
    sizes: Any,
    longest: int,
    slots: Any,
    count: Any,
    shingles: Any,
    shingle_start: Any,
    shingle_set: Any,
) -> None:
    """Fill the arrays of `Sketch`; slots must be EMPTY on entry."""
    prefixes, is_character = np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint8)
    hashes = np.empty(longest, np.uint32)
    table = np.empty(3 * longest + 1, np.uint32)
    marks = mark_table()
    for i in range(count.size):
        begin, end = document_start[i], document_start[i + 1]
        here = slice(begin, end)
        found = countable_words(folded[here], kind[here], script[here], prefixes, is_character, marks)
        distinct = sort_distinct(hashes, shingle_hashes(prefixes, is_character, found, sizes, hashes), table)
        count[i] = distinct
        kept = min(distinct, KEPT_SHINGLES)
        start = shingle_start[i]
        for k in range(kept):
            shingles[start + k] = table[k]
        shingle_start[i + 1] = start + kept
        shingle_set[i] = fill_slots(table, distinct, slots[i])


@kernel
def fill_slots(hashes: Any, count: int, slots: Any) -> Any:
    """Sketch the set hashes[:count] into slots uint32[k], which are EMPTY on entry and stay so for an empty set.

    Fast similarity sketching (Dahlgaard, Knudsen, Thorup 2017, arXiv:1704.04370): in each round every element falls
    into one random slot with a random value; an earlier round beats a later one (round in the upper 8 bits, value in
    the lower 24), and once a round leaves no slot empty no later one matters. O(count + k log k) hashes instead of
    count * k. The paper's closing rounds, where all elements meet in each slot in turn, are our last round.
    Slot by slot P(equal) = Jaccard up to equal 24-bit values; sketches of a union are the slotwise minimum.
    Returns the sum of the first round's 64-bit hashes: equal for equal sets, for others by chance only.
    """
    k = np.uint64(slots.size)
    free = slots.size if count > 0 else 0
    total = np.uint64(0)
    places, values = np.empty(AT_ONCE, np.uint32), np.empty(AT_ONCE, np.uint32)
    for number in range(LAST_ROUND):
        if free == 0:
            return total
        salt = np.uint64(number) << S32
        top = np.uint32(number) << np.uint32(24)
        for first in range(0, count, AT_ONCE):
            size = min(AT_ONCE, count - first)
            part = hashes[first : first + size]
            for i in range(size):  # in vector instructions
                h = mix64((np.uint64(part[i]) | salt) * LANE_1)
                total += h if number == 0 else np.uint64(0)
                places[i] = ((h & LOW_32) * k) >> S32
                values[i] = top | np.uint32(h >> S40)
            for i in range(size):
                place = np.uint64(places[i])
                slots[place] = min(slots[place], values[i])
        free = 0
        for slot in range(slots.size):
            free += slots[slot] == EMPTY
    for slot in range(slots.size if free > 0 else 0):
        if slots[slot] == EMPTY:
            salt = np.uint64(slot) << S32
            for i in range(count):
                h = mix64((np.uint64(hashes[i]) | salt) * LANE_2)
                slots[slot] = min(slots[slot], (np.uint32(LAST_ROUND) << np.uint32(24)) | np.uint32(h >> S40))
    return total
