"""Paragraphs as one number each, and which of them stand in several groups of documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_1, LANE_2, mix64
from curate.kernels.plain_constants import NEWLINE

TOKEN_BITS = np.uint64(20)
LONGEST = (np.uint64(1) << TOKEN_BITS) - np.uint64(1)  # tokens of a paragraph that are counted: a million, 5 MB
UNSEEN, SEVERAL = -1, -2
S32 = np.uint64(32)


@kernel
def paragraph_keys(folded: Any, kind: Any, document_start: Any, least: int, keys: Any, starts: Any) -> int:
    """keys[:returned] uint64 = 44 bits of hash over 20 of token count of every paragraph of `least` tokens or more.

    A paragraph is what stands between two line breaks; its words, characters and numbers (kinds 0, 1, 2) count, marks
    do not. Document i has keys[starts[i]:starts[i + 1]], starts int64[n + 1]; keys need room for one in `least`
    tokens. Arrays of tokens as in kernels.tokens.Tokens. Slices, and no branch on what is a mark: six times faster.
    """
    found = 0
    enough = np.uint64(least)
    for i in range(document_start.size - 1):
        starts[i] = found
        words = folded[document_start[i] : document_start[i + 1]]
        kinds = kind[document_start[i] : document_start[i + 1]]
        h, count, factor = np.uint64(0), np.uint64(0), LANE_2
        for k in range(words.size):
            if kinds[k] == NEWLINE:
                if count >= enough:
                    keys[found] = (mix64(h) << TOKEN_BITS) | min(count, LONGEST)
                    found += 1
                h, count, factor = np.uint64(0), np.uint64(0), LANE_2
            else:
                counted = np.uint64(kinds[k] <= 2)
                mask = np.uint64(0) - counted
                h += mask & (words[k] * factor)
                factor += mask & LANE_1
                count += counted
        if count >= enough:
            keys[found] = (mix64(h) << TOKEN_BITS) | min(count, LONGEST)
            found += 1
    starts[document_start.size - 1] = found
    return found


@kernel
def place_of(key: Any, table: Any, group_of: Any) -> Any:
    """Where the key stands in the hash table of `note_groups`, or the free place where it would."""
    end = np.uint64(table.size - 1)
    place = (key * LANE_1 >> S32) & end
    while group_of[place] != UNSEEN and table[place] != key:
        place = (place + np.uint64(1)) & end
    return place


@kernel
def note_groups(keys: Any, starts: Any, groups: Any, first: Any, last: Any, table: Any, group_of: Any) -> None:
    """Enter the keys from `first` to `last` of document i, keys[starts[i]:starts[i + 1]], with groups[i] int64.

    table uint64[2 ** k] and group_of int64[2 ** k]: an open hash table, UNSEEN where it is free, SEVERAL where a key
    has come with two groups.
    """
    for i in range(groups.size):
        for k in range(starts[i], starts[i + 1]):
            key = keys[k]
            if key < first or key > last:
                continue
            place = place_of(key, table, group_of)
            if group_of[place] == UNSEEN:
                table[place] = key
                group_of[place] = groups[i]
            elif group_of[place] != groups[i]:
                group_of[place] = SEVERAL


@kernel
def tokens_in_several(keys: Any, starts: Any, first: Any, last: Any, table: Any, group_of: Any, out: Any) -> None:
    """out[i] int64 += tokens of document i in paragraphs whose key, from `first` to `last`, is SEVERAL in the table."""
    for i in range(out.size):
        for k in range(starts[i], starts[i + 1]):
            key = keys[k]
            if key < first or key > last:
                continue
            place = place_of(key, table, group_of)
            if group_of[place] == SEVERAL:
                out[i] += np.int64(key & LONGEST)
