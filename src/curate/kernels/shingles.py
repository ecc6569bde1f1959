"""The distinct n-grams of a document as sorted 32-bit hashes: of words, or of characters in scripts without spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_2, mix64

EMPTY = np.uint32(0xFFFFFFFF)  # no shingle has this hash: it would get the one below
S32 = np.uint64(32)


@kernel
def countable_words(folded: Any, kind: Any, begin: int, end: int, words: Any, is_character: Any) -> int:
    """Copy the tokens of kinds 0, 1, 2 among [begin, end) to words and is_character; returns how many there are."""
    count = 0
    for k in range(begin, end):
        if kind[k] <= 2:
            words[count] = folded[k]
            is_character[count] = kind[k] == 1
            count += 1
    return count


@kernel
def shingle_hashes(words: Any, is_character: Any, count: int, sizes: Any, out: Any) -> int:
    """out[:returned] uint32 = hashes of the n-grams of `count` words, in order, with repetitions, none over the end.

    sizes (words, characters): an n-gram that begins with a character of an unspaced script has the second size, any
    other the first, so that texts of two scripts are cut where they are alike. A hash is 32 bits of a polynomial in an
    odd constant over the words' own 64-bit hashes, finalised; the size leads it, so that sizes do not meet.
    """
    found = 0
    for k in range(count):
        size = sizes[1] if is_character[k] else sizes[0]
        if k + size > count:
            continue
        h = np.uint64(size)
        for j in range(k, k + size):
            h = h * LANE_2 + words[j]
        out[found] = min(np.uint32(mix64(h) >> S32), EMPTY - np.uint32(1))
        found += 1
    return found


@kernel
def sort_distinct(hashes: Any, count: int, table: Any) -> int:
    """table[:returned] = the distinct values of hashes[:count], ascending, in time linear in count.

    hashes uint32, spread over the whole range, none EMPTY; table uint32, at least 3 * count + 1, overwritten: a hash
    table kept in ascending order by linear probing (Amble and Knuth 1974), where a value's place grows with the value,
    so that reading it from left to right sorts. Loops instead of slices and calls: half the time.
    """
    slots = np.uint64(2 * count)
    for k in range(3 * count + 1):
        table[k] = EMPTY
    found = 0
    for k in range(count):
        h = hashes[k]
        place: Any = np.int64((np.uint64(h) * slots) >> S32)
        while table[place] < h:
            place += 1
        if table[place] != h:
            found += 1
            while h != EMPTY:
                moved = table[place]
                table[place] = h
                h = moved
                place += 1
    at = place = 0
    while at < found:
        h = table[place]
        table[at] = h
        at += h != EMPTY
        place += 1
    return found
