"""The distinct n-grams of a document as sorted 32-bit hashes: of words, or of characters in scripts without spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_2, mix64

EMPTY = np.uint32(0xFFFFFFFF)  # no shingle has this hash: it would get the one below
S32 = np.uint64(32)


@kernel
def countable_words(folded: Any, kind: Any, begin: int, end: int, prefixes: Any, is_character: Any) -> int:
    """How many tokens of kinds 0, 1, 2 there are among [begin, end): n, with is_character[:n] and prefixes[:n + 1].

    prefixes[k] = sum of words[j] * LANE_2 ** (k - 1 - j) over j < k, mod 2 ** 64: of the first k words.
    """
    count = 0
    prefix = prefixes[0] = np.uint64(0)
    for k in range(begin, end):  # without a branch on what is a mark; what is written for one is written over
        counts = kind[k] <= 2
        is_character[count] = kind[k] == 1
        count += counts
        prefix = prefix * LANE_2 + folded[k] if counts else prefix
        prefixes[count] = prefix
    return count


@kernel
def shingle_hashes(prefixes: Any, is_character: Any, count: int, sizes: Any, out: Any) -> int:
    """out[:returned] uint32 = hashes of the n-grams of `count` words, in order, with repetitions, none over the end.

    sizes (words, characters): an n-gram that begins with a character of an unspaced script has the second size, any
    other the first, so that texts of two scripts are cut where they are alike. A hash is 32 bits of a polynomial in an
    odd constant over the words' own 64-bit hashes, finalised; the size leads it, so that sizes do not meet. What stands
    between two words follows from the prefixes before them: one multiplication, whatever the size.
    """
    powers = power(sizes[0]), power(sizes[1])
    found = characters = 0
    for k in range(count):
        characters += is_character[k]
    if characters == 0 or characters == count:  # one size only: in vector instructions
        which = np.int64(characters > 0)
        lead, behind = np.uint64(sizes[which]), prefixes[sizes[which] :]
        for k in range(count + 1 - sizes[which]):
            h = (lead - prefixes[k]) * powers[which] + behind[k]
            out[k] = min(np.uint32(mix64(h) >> S32), EMPTY - np.uint32(1))
            found = k + 1
        return found
    for k in range(count):
        which = np.int64(is_character[k])
        size = sizes[which]
        if k + size > count:
            continue
        h = (np.uint64(size) - prefixes[k]) * powers[which] + prefixes[k + size]
        out[found] = min(np.uint32(mix64(h) >> S32), EMPTY - np.uint32(1))
        found += 1
    return found


@kernel
def power(exponent: int) -> Any:
    """LANE_2 ** exponent mod 2 ** 64."""
    result, square = np.uint64(1), LANE_2
    while exponent > 0:
        if exponent & 1:
            result *= square
        square *= square
        exponent >>= 1
    return result


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
