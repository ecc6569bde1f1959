"""The distinct n-grams of a document as sorted 32-bit hashes: of words, or of characters in scripts without spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel, leading_zeros
from curate.kernels.hashing import LANE_2, mix64
from curate.kernels.operators import carry_marks, code_share

EMPTY = np.uint32(0xFFFFFFFF)  # no shingle has this hash: it would get the one below
S32 = np.uint64(32)
ONE, ONE_32 = np.uint64(1), np.uint32(1)


@kernel
def countable_words(folded: Any, kind: Any, script: Any, prefixes: Any, is_character: Any, marks: Any) -> Any:
    """How many tokens of kinds 0, 1, 2 one document has: n, with is_character[:n] and prefixes[:n + 1].

    prefixes[k] = sum of words[j] * LANE_2 ** (k - 1 - j) over j < k, mod 2 ** 64: of the first k words. Both arrays
    have room for all tokens and one. Words of program text carry the marks before them; marks: `mark_table`.
    """
    count = np.uint64(0)
    for k in range(folded.size):  # without a branch on what is a mark; what is written for one is written over
        prefixes[count] = folded[k]
        is_character[count] = kind[k] == 1
        count += np.uint64(kind[k] <= 2)
    share = code_share(folded, kind, count, prefixes[count:])
    if share > 0:
        carry_marks(folded, kind, script, prefixes[:count], share, marks)
    prefix = np.uint64(0)
    for k in range(count):
        word = prefixes[k]
        prefixes[k] = prefix
        prefix = prefix * LANE_2 + word
    prefixes[count] = prefix
    return np.int64(count)


@kernel
def shingle_hashes(prefixes: Any, is_character: Any, count: int, sizes: Any, out: Any) -> Any:
    """out[:returned] uint32 = hashes of the n-grams of `count` words, in order, with repetitions, none over the end.

    sizes (words, characters): an n-gram that begins with a character of an unspaced script has the second size, any
    other the first, so that texts of two scripts are cut where they are alike. A hash is 32 bits of a polynomial in an
    odd constant over the words' own 64-bit hashes, finalised; the size leads it, so that sizes do not meet. What stands
    between two words follows from the prefixes before them: one multiplication, whatever the size.
    """
    characters = 0
    for k in range(count):
        characters += is_character[k]
    found = np.uint64(0)
    if characters == 0 or characters == count:  # one size only: in vector instructions
        size = sizes[1] if characters > 0 else sizes[0]
        lead, factor, behind = np.uint64(size), power(size), prefixes[size:]
        for k in range(count + 1 - size):
            h = (lead - prefixes[k]) * factor + behind[k]
            out[k] = min(np.uint32(mix64(h) >> S32), EMPTY - ONE_32)
        return max(0, count + 1 - size)
    of_words, of_characters = power(sizes[0]), power(sizes[1])
    for k in range(count):  # what would reach over the end is written over
        size = sizes[1] if is_character[k] else sizes[0]
        factor = of_characters if is_character[k] else of_words
        h = (np.uint64(size) - prefixes[k]) * factor + prefixes[min(k + size, count)]
        out[found] = min(np.uint32(mix64(h) >> S32), EMPTY - ONE_32)
        found += np.uint64(k + size <= count)
    return np.int64(found)


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
def sort_distinct(hashes: Any, count: int, table: Any) -> Any:
    """table[:returned] = the distinct values of hashes[:count], ascending, in time linear in count.

    hashes uint32, spread over the whole range, none EMPTY; table uint32, at least 3 * count + 1, overwritten. A
    counting sort by as many upper bits as leave less than one value a count, and what is still out of order, by a
    place or two, is put right: no branch that goes now one way, now the other.
    """
    if count == 0:
        return 0
    bits = np.uint64(64) - leading_zeros(np.uint64(count))
    shift = np.uint64(32) - bits
    ends = table[count : count + 1 + (1 << bits)]
    ends[:] = 0
    for k in range(count):
        ends[(np.uint64(hashes[k]) >> shift) + ONE] += ONE_32
    before = np.uint32(0)
    for k in range(ends.size):
        before += ends[k]
        ends[k] = before
    for k in range(count):
        part = np.uint64(hashes[k]) >> shift
        table[np.uint64(ends[part])] = hashes[k]
        ends[part] += ONE_32
    for first in range(2):
        order_pairs(table[first:count])
    return insert_others(table, count)


@kernel
def order_pairs(values: Any) -> None:
    """Put every two neighbours of an even and the next odd place in order, in vector instructions."""
    for k in range(values.size >> 1):
        left, right = values[2 * k], values[2 * k + 1]
        values[2 * k], values[2 * k + 1] = min(left, right), max(left, right)


@kernel
def insert_others(table: Any, count: int) -> Any:
    """Sort table[:count] uint32, nearly ascending and not empty, without repetitions; returns how many are left."""
    last, found = table[0], ONE
    for k in range(1, count):
        h = table[k]
        if h >= last:
            table[found] = h
            found += np.uint64(h != last)
            last = h
            continue
        place = found - ONE
        while place > 0 and table[place - ONE] > h:
            place -= ONE
        if place > 0 and table[place - ONE] == h:
            continue
        at = found
        while at > place:
            table[at] = table[at - ONE]
            at -= ONE
        table[place] = h
        found += ONE
    return np.int64(found)
