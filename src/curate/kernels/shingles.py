"""The distinct n-grams of a document as sorted 32-bit hashes: of words, or of characters in scripts without spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_2, mix64

EMPTY = np.uint32(0xFFFFFFFF)  # no shingle has this hash: `shingle_hash` gives the one below instead
S32 = np.uint64(32)


@kernel
def shingle_hash(words: Any, start: int, size: int) -> Any:
    """32 bits of words[start:start + size], order-sensitive, never EMPTY.

    A polynomial in an odd constant over the words' own 64-bit hashes, finalised; the size is its leading coefficient,
    so that n-grams of different sizes do not meet.
    """
    h = np.uint64(size)
    for k in range(start, start + size):
        h = h * LANE_2 + words[k]
    return min(np.uint32(mix64(h) >> S32), EMPTY - np.uint32(1))


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
def insert(table: Any, home: Any, h: Any) -> bool:
    """Put h in a table kept in ascending order by linear probing; False if it was there.

    table uint32, EMPTY where free; `home` must not fall when h rises, and there must be room to the right: reading
    the table from left to right then gives the distinct hashes in order (Amble and Knuth 1974, ordered hash tables).
    """
    while table[home] < h:
        home += 1
    if table[home] == h:
        return False
    while h != EMPTY:
        table[home], h = h, table[home]
        home += 1
    return True


@kernel
def distinct_shingles(words: Any, is_character: Any, count: int, sizes: Any, table: Any) -> int:
    """Fill table[:returned] with the distinct shingle hashes of `count` words, ascending.

    sizes (words, characters): an n-gram that begins with a character of an unspaced script has the second size, any
    other the first, so that texts of two scripts are cut where they are alike. n-grams do not run over the end.
    table uint32, at least 3 * count + 1, overwritten.
    """
    slots = np.uint64(2 * count)
    table[: 3 * count + 1] = EMPTY
    found = 0
    for k in range(count):
        size = sizes[1] if is_character[k] else sizes[0]
        if k + size > count:
            continue
        h = shingle_hash(words, k, size)
        found += insert(table, np.int64((np.uint64(h) * slots) >> S32), h)
    at = 0
    for k in range(3 * count + 1):
        if table[k] != EMPTY:
            table[at] = table[k]
            at += 1
            if at == found:
                break
    return found
