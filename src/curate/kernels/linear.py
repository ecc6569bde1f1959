"""Sums of a linear model's weights over the n-grams of texts: one look-up an n-gram, whole numbers only."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import mix64, pair_hash

NUMBER_IDENTITY = np.uint64(0x6E756D626572)  # every number is this one token: its value says nothing about its author
FULL_HASH = 64


@kernel
def ngram_sums(
    folded: Any, kind: Any, begin: Any, end: Any, row: Any, tables: Any, sums: Any, grams: Any, counted: Any
) -> None:
    """sums[i] = weights of the n-grams of tokens [begin[i], end[i]); grams[i] of them, counted[i] tokens of kind 0-2.

    N-grams: 1 to 3 tokens, line breaks, markup and addresses left out as if they were not there, numbers all alike;
    4 where all are characters of unspaced scripts. folded uint64[m], kind uint8[m] as in kernels.tokens; begin, end
    int64[n]; row int8[n]: which of tables int8[g, 2 ** bits], -1 for none (all three outputs 0); outputs int64[n].
    """
    shift = np.uint64(FULL_HASH) - np.uint64(np.int64(np.round(np.log2(tables.shape[1]))))
    for i in range(begin.size):
        sums[i] = grams[i] = counted[i] = 0
        if row[i] < 0:
            continue
        table = tables[row[i]]
        total, found, tokens = np.int64(0), np.int64(0), np.int64(0)
        one = two = three = np.uint64(0)
        seen, characters = 0, 0
        for k in range(begin[i], end[i]):
            what = kind[k]
            if what == 4 or what > 5:  # NEWLINE, URL, MARKUP
                continue
            token = folded[k]
            if what == 2:
                token = NUMBER_IDENTITY
            tokens += what <= 2
            characters = characters + 1 if what == 1 else 0
            seen += 1
            if characters >= 4:
                total += table[pair_hash(three, token) >> shift]
                found += 1
            if seen >= 3:
                three = pair_hash(two, token)
                total += table[three >> shift]
                found += 1
            if seen >= 2:
                two = pair_hash(one, token)
                total += table[two >> shift]
                found += 1
            one = mix64(token)
            total += table[one >> shift]
            found += 1
        sums[i], grams[i], counted[i] = total, found, tokens
