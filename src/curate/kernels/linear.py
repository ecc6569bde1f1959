"""Sums of a linear model's weights over the n-grams of texts: one look-up an n-gram, whole numbers only."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_1, MIX_1, mix64, pair_hash

NUMBER_IDENTITY = np.uint64(0x6E756D626572)  # every number is this one token: its value says nothing about its author
CONTENT = np.uint64(0x9C1F6A5B3D82E74D)  # every word that is not common is this one token of a skeleton
FULL_HASH = 64
SLOT = np.uint64(48)  # a token's slot: its first 16 bits
SLOTS = 1 << 16
FILTER_BITS = 13
FILTER = 1 << FILTER_BITS  # n-grams of a text that are remembered so as to be counted once
BLOCK = 256  # tokens at a time: all that is made of them stays in the first-level cache
REACH = 3  # tokens before a block that its n-grams begin with
WORDS_BEFORE = (0, 2, 1, 3, 2)  # the one that ends an n-gram of 1, 3, 2 words, of 4, 3 bones
_BYTE, _BIT, _SEVEN = np.uint64(51), np.uint64(48), np.uint64(7)
_ABOVE, _LAST = np.uint32(FILTER_BITS), np.uint32(FILTER - 1)


@kernel
def ngram_sums(
    folded: Any,
    kind: Any,
    begin: Any,
    end: Any,
    row: Any,
    tables: Any,
    common: Any,
    sums: Any,
    grams: Any,
    counted: Any,
) -> None:
    """Sum the weights of the n-grams of tokens [begin[i], end[i]) into sums[i], and count them in grams[i].

    counted[i]: tokens of kinds 0 to 2.

    N-grams: 1 to 3 tokens, line breaks, markup and addresses left out as if they were not there, numbers all alike.
    Skeletons: 3 and 4 tokens in which every word or character that is not common is CONTENT. Each counts once a text,
    as far as a memory of FILTER n-grams goes, in which one pushes out another of the same bucket % FILTER.
    folded uint64[m], kind uint8[m] as in kernels.tokens; begin, end int64[n]; row int8[n]: which of tables int8[g,
    2 ** bits] and of common uint8[g, SLOTS / 8] (bit s % 8 of byte s / 8: tokens of slot s are common), -1 for none
    (all three outputs 0); outputs int64[n].

    A block is hashed before it is looked up: hashing then takes vector instructions, and no branch on what a token is
    holds up look-ups, each of which misses the first two caches.
    """
    bits = 0
    while 1 << bits < tables.shape[1]:
        bits += 1
    kept = np.empty((4, REACH + BLOCK), np.uint64)
    words, bones, ones, twos = kept[0], kept[1], kept[2], kept[3]
    buckets, fresh = np.empty((5, BLOCK), np.uint32), np.empty(5 * BLOCK, np.uint32)
    memory = np.zeros(FILTER, np.uint32)
    above = max(bits - FILTER_BITS, 0)  # bits of a bucket that its place in the memory does not tell
    text, texts = 0, 1 << (32 - above)
    for i in range(begin.size):
        sums[i] = grams[i] = counted[i] = 0
        if row[i] < 0:
            continue
        text += 1
        if text == texts:
            memory[:] = 0
            text = 1
        table, known = tables[row[i]], common[row[i]]
        seen = 0
        for first in range(begin[i], end[i], BLOCK):
            last = min(first + BLOCK, end[i])
            size, tokens = keep_words(folded[first:last], kind[first:last], known, words, bones)
            hash_words(words, bones, size, np.uint64(FULL_HASH - bits), ones, twos, buckets)
            total, found = look_up(buckets, size, seen, table, np.uint32(text << above), memory, fresh)
            for array in range(4):
                for k in range(REACH):
                    kept[array, k] = kept[array, size + k]
            seen += size
            sums[i] += total
            grams[i] += found
            counted[i] += tokens


@kernel
def keep_words(folded: Any, kind: Any, known: Any, words: Any, bones: Any) -> Any:
    """Fill words[REACH:], bones[REACH:] with what n-grams and skeletons are made of; how many, and how many count."""
    at, tokens = REACH, 0
    for k in range(folded.size):
        what, token = kind[k], folded[k]
        token = NUMBER_IDENTITY if what == 2 else token
        is_common = (known[token >> _BYTE] >> ((token >> _BIT) & _SEVEN)) & 1
        words[at] = token
        bones[at] = CONTENT if (what <= 1) & (is_common == 0) else token
        at += (what != 4) & (what <= 5)  # not NEWLINE, URL, MARKUP
        tokens += what <= 2
    return at - REACH, tokens


@kernel
def hash_words(words: Any, bones: Any, count: int, shift: Any, ones: Any, twos: Any, buckets: Any) -> None:
    """Fill buckets uint32[5, count] of the n-grams that end at each word: of 1, 3, 2 words, of 4, 3 bones.

    ones, twos uint64[REACH + count]: hashes of one and of two words, as far as the words before the block go.
    """
    word, one, two = words[REACH:], ones[REACH:], twos[REACH:]
    one_before, two_before = ones[REACH - 1 :], twos[REACH - 1 :]
    third, second, first, bone = bones, bones[REACH - 2 :], bones[REACH - 1 :], bones[REACH:]  # the one before is first
    for k in range(count):
        one[k] = mix64(word[k])
    for k in range(count):
        two[k] = pair_hash(one_before[k], word[k])
    for k in range(count):
        buckets[0, k] = one[k] >> shift
        buckets[1, k] = pair_hash(two_before[k], word[k]) >> shift
        buckets[2, k] = two[k] >> shift
    for k in range(count):
        pair = (second[k] * LANE_1) ^ first[k]
        buckets[4, k] = (((pair * LANE_1) ^ bone[k]) * MIX_1) >> shift
        triple = (((((third[k] * LANE_1) ^ second[k]) * LANE_1) ^ first[k]) * LANE_1) ^ bone[k]
        buckets[3, k] = (triple * MIX_1) >> shift


@kernel
def look_up(buckets: Any, count: int, seen: int, table: Any, stamp: Any, memory: Any, fresh: Any) -> Any:
    """Sum of the weights of n-grams not met before in this text, and their number; `seen` words stood before these.

    fresh uint32[5 * count]: overwritten with their buckets. These are gathered first, so that as many look-ups as the
    processor can wait for are under way at once.
    """
    found = np.uint64(0)
    for k in range(count):
        for j in range(5):
            if seen + k >= WORDS_BEFORE[j]:
                bucket = buckets[j, k]
                mark, place = stamp | (bucket >> _ABOVE), np.uint64(bucket & _LAST)
                fresh[found] = bucket  # of one met before it is written over
                found += np.uint64(memory[place] != mark)
                memory[place] = mark
    total = np.int64(0)
    for k in range(found):
        total += np.int64(table[np.uint64(fresh[k])])
    return total, np.int64(found)
