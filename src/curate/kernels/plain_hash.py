"""Hashes of plain tokens, eight bytes at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, mix64
from curate.kernels.plain_constants import (
    BACKTICK,
    BYTE,
    CASE,
    CLITIC,
    EIGHT,
    EVERY,
    LAST,
    LATIN,
    LINE,
    MARKUP,
    NEWLINE,
    NUMBER,
    ONE,
    PLAIN,
    PUNCTUATION,
    QUOTE,
    WIDTH,
    WORD,
    ZERO,
)

LETTERS = np.uint64(0x4040404040404040)  # of what a word may hold, only letters have these bits


@kernel
def first_eight(values: Any, at: Any) -> Any:
    """Eight bytes, the first one lowest; one load, as `at` is unsigned."""
    eight = ZERO
    for k in range(8):
        eight |= np.uint64(values[at + np.uint64(k)]) << (EIGHT * np.uint64(k))
    return eight


@kernel
def hash_long(values: Any, long: Any, longs: int, folded: Any, kind: Any, script: Any) -> None:
    """Words of more than eight letters become tokens; of up to sixteen without a branch, in vector instructions.

    long uint64[LONG, LONGS]: which token, where it begins, how many letters; the last two rows are written over.
    """
    for k in range(longs):
        at, length = long[1, k], long[2, k]
        shift = (np.uint64(128) - EIGHT * min(length, np.uint64(16))) & LAST
        long[3, k], long[4, k] = first_eight(values, at), first_eight(values, at + EIGHT) & (EVERY >> shift)
    firsts, lasts = long[3], long[4]
    for k in range(longs):
        h = hash_eight(hash_eight(FNV_OFFSET, firsts[k], CASE & BYTE), lasts[k], CASE & BYTE)
        any_letter = (firsts[k] | lasts[k]) & LETTERS
        firsts[k], lasts[k] = mix64(h), any_letter
    for k in range(longs):
        found, at, length, any_letter = long[0, k], long[1, k], long[2, k], lasts[k]
        if values[at] == LINE:  # and blanks after it
            continue
        folded[found] = firsts[k]
        if length > np.uint64(16):
            h = FNV_OFFSET
            for j in range(length):
                any_letter |= np.uint64(values[at + np.uint64(j)]) & LETTERS
                h = (h ^ np.uint64(values[at + np.uint64(j)] | np.uint8(32))) * FNV_PRIME
            folded[found] = mix64(h)
        kind[found] = WORD if any_letter != ZERO else NUMBER
        script[found] = LATIN if np.uint64(values[at]) & LETTERS != ZERO else np.uint8(0)


@kernel
def hash_eight(h: Any, letters: Any, case: Any) -> Any:
    """FNV-1a of up to eight bytes, the lowest first, each with the bits of `case`; none is 0."""
    for j in range(8):
        letter = (letters >> (EIGHT * np.uint64(j))) & BYTE
        h = (h ^ (letter | case)) * FNV_PRIME if letter != ZERO else h
    return h


@kernel
def hash_plain(folded: Any, kind: Any, script: Any, markup: Any) -> None:
    """Hash what `plain_tokens` found, as many at a time as vectors hold; other tokens stay as they are.

    markup: the marks that are MARKUP, bits of two uint64. All marks but the backtick are themselves when folded.
    """
    low, high = markup
    for k in range(folded.size):
        what, written = kind[k], folded[k]
        byte = written & BYTE
        is_letter = (byte | np.uint64(32)) - np.uint64(97) < np.uint64(26)
        is_break = byte == LINE
        is_clitic = (byte == QUOTE and written > BYTE) or (written >> EIGHT) & BYTE == QUOTE
        is_word = is_letter or is_clitic or byte - np.uint64(48) < np.uint64(10)
        is_markup = ((low if byte < WIDTH else high) >> (byte & LAST)) & ONE != ZERO
        mark = QUOTE if byte == BACKTICK else byte
        h = hash_eight(FNV_OFFSET, written if is_word else mark, CASE & BYTE if is_word else ZERO)
        h = np.uint64(what - np.uint8(7)) if is_break else h
        word = CLITIC if is_clitic else WORD if written & LETTERS != ZERO else NUMBER
        other = NEWLINE if is_break else MARKUP if is_markup else PUNCTUATION
        if what >= PLAIN:
            folded[k] = mix64(h)
            kind[k] = word if is_word else other
            script[k] = LATIN if is_letter or is_clitic else np.uint8(0) if is_break else what - np.uint8(PLAIN)
