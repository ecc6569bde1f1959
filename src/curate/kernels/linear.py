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
FILTER = 1 << 13  # n-grams of a text that are remembered so as to be counted once
_BYTE, _BIT, _SEVEN = np.uint64(51), np.uint64(48), np.uint64(7)
_STAMP, _LAST = np.uint64(32), np.uint64(FILTER - 1)


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
    """sums[i] = weights of the n-grams of tokens [begin[i], end[i]); grams[i] of them, counted[i] tokens of kind 0-2.

    N-grams: 1 to 3 tokens, line breaks, markup and addresses left out as if they were not there, numbers all alike.
    Skeletons: 3 and 4 tokens in which every word or character that is not common is CONTENT. Each counts once a text,
    as far as a memory of FILTER n-grams goes, in which one pushes out another of the same bucket % FILTER.
    folded uint64[m], kind uint8[m] as in kernels.tokens; begin, end int64[n]; row int8[n]: which of tables int8[g,
    2 ** bits] and of common uint8[g, SLOTS / 8] (bit s % 8 of byte s / 8: tokens of slot s are common), -1 for none
    (all three outputs 0); outputs int64[n].
    """
    shift = np.uint64(FULL_HASH) - np.uint64(np.int64(np.round(np.log2(tables.shape[1]))))
    memory, room = np.zeros(FILTER, np.uint64), np.empty(5, np.uint64)
    for i in range(begin.size):
        sums[i] = grams[i] = counted[i] = 0
        if row[i] < 0:
            continue
        table, known = tables[row[i]], common[row[i]]
        total, found, tokens = np.int64(0), np.int64(0), np.int64(0)
        one = two = np.uint64(0)
        bone = joint = frame = np.uint64(0)  # the last token of a skeleton, the last two, the last three
        seen, stamp = 0, np.uint64(i + 1) << _STAMP
        for k in range(begin[i], end[i]):
            what = kind[k]
            if what == 4 or what > 5:  # NEWLINE, URL, MARKUP
                continue
            token = folded[k]
            if what == 2:
                token = NUMBER_IDENTITY
            tokens += what <= 2
            seen += 1
            fresh = 1
            if seen >= 3:
                room[fresh] = pair_hash(two, token) >> shift
                fresh += 1
            if seen >= 2:
                two = pair_hash(one, token)
                room[fresh] = two >> shift
                fresh += 1
            one = mix64(token)
            room[0] = one >> shift
            if what <= 1 and not (known[token >> _BYTE] >> ((token >> _BIT) & _SEVEN)) & 1:
                token = CONTENT
            if seen >= 4:
                room[fresh] = (((frame * LANE_1) ^ token) * MIX_1) >> shift
                fresh += 1
            if seen >= 3:
                frame = (joint * LANE_1) ^ token
                room[fresh] = (frame * MIX_1) >> shift
                fresh += 1
            joint = (bone * LANE_1) ^ token
            bone = token
            for j in range(fresh):
                bucket = room[j]
                new = memory[bucket & _LAST] != stamp | bucket
                memory[bucket & _LAST] = stamp | bucket
                total += new * table[bucket]
                found += new
        sums[i], grams[i], counted[i] = total, found, tokens
