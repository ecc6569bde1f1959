"""Tokens of plain text, 64 bytes at a time: ASCII words, blanks, single marks and line breaks, which most text is."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import bytes_as_next, bytes_between, inlined, kernel, leading_zeros, trailing_zeros
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, mix64

WORD, CHARACTER, NUMBER, PUNCTUATION, NEWLINE, CLITIC, URL, MARKUP = range(8)
# Until their document is read: the letters, not yet hashed, are in `folded`, the first one lowest.
SHORT, SHORT_NUMBER, SHORT_CLITIC = 8, 9, 10
READ = 80  # bytes that are read from where a block begins
CASE, EVERY = np.uint64(0x2020202020202020), np.uint64(0xFFFFFFFFFFFFFFFF)
ZERO, ONE, TWO, THREE = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
EIGHT, LAST, WIDTH, BYTE = np.uint64(8), np.uint64(63), np.uint64(64), np.uint64(255)


@inlined
def plain_tokens(
    values: Any,
    position: Any,
    end: Any,
    marks: Any,
    kinds: Any,
    found: Any,
    folded: Any,
    kind: Any,
    script: Any,
    long: Any,
    longs: Any,
) -> Any:
    """Tokens from `position`, where none is open, up to what is not plain: where that is, how many there are, `longs`.

    Not plain is whatever goes on otherwise than ASCII does: quotes, "://", "<b", a backslash before n, what is not
    ASCII, controls but tab and LF; and the word, the run of one mark, the line break right before these. Written to
    folded, kind, script from `found` on. marks uint64[256]: hash of each mark, that of two line breaks at 0, of one at
    10; kinds uint8[256].
    """
    at: Any = np.uint64(position)
    until, size = np.uint64(end), np.uint64(values.size)
    while at < until and at + np.uint64(READ) <= size and longs + READ < long.shape[0]:
        letters, words, gaps, breaks, runs, begins, again, clitics, stop, hard = what_stands(values, at, until - at)
        cut = min(np.uint64(trailing_zeros(stop)), until - at)
        stopped = cut < LAST
        if cut > ZERO and stop != ZERO:
            before = cut - ONE
            below = EVERY >> (WIDTH - cut)
            if (words >> before) & (hard >> cut) & ONE:
                cut = first_of(words, below)
            elif (runs >> before) & ONE:
                cut = first_of(runs, below)
            elif (gaps >> before) & ONE:
                first = first_of(gaps, below)
                cut = first if (breaks & below) >> first != ZERO else cut
        if cut == ZERO:
            break
        ends = ~words | begins
        begins &= EVERY >> (WIDTH - cut)
        while begins != ZERO:
            place = np.uint64(trailing_zeros(begins))
            begins &= begins - ONE
            byte = values[at + place]
            is_word = ZERO - ((words >> place) & ONE)
            length = np.uint64(trailing_zeros((ends >> place) >> ONE)) + ONE
            letter = (letters >> place) & ((ONE << (length & LAST)) - ONE) & is_word
            second = (again >> place) & ONE  # line break: there is a token for the first one
            clitic = (clitics >> place) & ONE
            found -= np.int64(second)
            eight = (first_eight(values, at + place) | CASE) & is_word
            mark = marks[byte & (np.uint8(second) - np.uint8(1))] & ~is_word
            mask = EVERY >> ((WIDTH - EIGHT * min(length, EIGHT)) & LAST)
            folded[found] = (eight & mask) | mark
            kind[found] = (SHORT if letter != ZERO else kinds[byte]) + (SHORT_CLITIC - SHORT) * np.uint8(clitic)
            long[longs, 0], long[longs, 1], long[longs, 2] = found, at + place, length
            longs += np.int64(length > EIGHT)
            script[found] = (letter & ONE) | clitic
            found += 1
        at += cut
        if stopped:
            break
    return np.int64(at), found, longs


@kernel
def first_of(bits: Any, below: Any) -> Any:
    """Where the run of `bits` begins that ends with the highest bit of `below`."""
    return WIDTH - np.uint64(leading_zeros(~bits & below))


@kernel
def what_stands(values: Any, at: Any, left: Any) -> Any:
    """Bits of the 64 bytes from `at`, of which `left` are the text's.

    letters: ASCII; words: and digits and clitics; gaps: blanks, tabs, line breaks; breaks: LF; runs: a mark before the
    same mark; begins: where a token begins; again: of them, the second line break of a gap; clitics: of them, clitics;
    stop: not plain, or of which one does not know what follows; hard: a word before it may go on.
    """
    inside = EVERY if left >= WIDTH else (ONE << left) - ONE
    inner = inside >> ONE  # a byte of the text stands behind, and is known
    edge = ZERO if left < WIDTH else ONE << LAST
    letters = (bytes_between(values, at, 65, 90) | bytes_between(values, at, 97, 122)) & inside
    words = letters | (bytes_between(values, at, 48, 57) & inside)
    breaks = bytes_between(values, at, 10, 10) & inside
    gaps = (bytes_between(values, at, 32, 32) | bytes_between(values, at, 9, 10)) & inside
    beyond = bytes_between(values, at, 128, 255) & inside
    quotes = (bytes_between(values, at, 39, 39) | bytes_between(values, at, 96, 96)) & inside
    colons = bytes_between(values, at, 58, 58)
    unclear = colons & (bytes_between(values, at, 47, 47) >> ONE) & inner
    written = bytes_between(values, at, 60, 60) & (either_case(values, at, 98) >> ONE)
    written |= bytes_between(values, at, 92, 92) & (bytes_between(values, at, 110, 110) >> ONE)
    clitics = ZERO
    if quotes != ZERO:
        in_words, clitics, strange = clitics_of(values, at, quotes, letters, words, beyond, edge)
        unclear |= strange
        words |= in_words
    single = bytes_between(values, at, 33, 126) & ~(words | unclear | (written & inner)) & inside
    stop = ~(words | gaps | single) | (single & ((beyond | unclear | (written & inner)) >> ONE))
    hard = beyond | unclear | ((words | colons) & edge)
    runs = single & (single >> ONE) & bytes_as_next(values, at)
    first = gaps & ~(gaps << ONE)
    blanks = gaps & ~breaks
    first = breaks & (first | ((blanks + (first & blanks)) & ~blanks))
    after = first << ONE
    again = breaks & (after | ((blanks + (after & blanks)) & ~blanks)) & ~first
    begins = (words & ~(words << ONE)) | clitics | (single & ~(runs << ONE)) | first | again
    return letters, words, gaps, breaks, runs, begins, again, clitics, (stop & inside) | edge, hard


@kernel
def clitics_of(values: Any, at: Any, quotes: Any, letters: Any, words: Any, beyond: Any, edge: Any) -> Any:
    """Of the quotes: those in clitics, where these clitics begin, and those of which it is not clear what they are."""
    one = either_case(values, at, 115) | either_case(values, at, 109) | either_case(values, at, 100)  # s, m, d
    t = either_case(values, at, 116)
    r, v, e = either_case(values, at, 114), either_case(values, at, 118), either_case(values, at, 101)
    two = either_case(values, at, 108)
    two = (two & (two >> ONE)) | ((r | v) & (e >> ONE))  # ll, re, ve
    upper = bytes_between(values, at, 65, 90)
    two &= letters & (letters >> ONE) & ~(upper ^ (upper >> ONE))
    one, two = ((one | t) & letters) >> ONE, two >> ONE
    strange = quotes & ((quotes | beyond) >> ONE)
    strange |= quotes & ((one & (beyond >> TWO)) | (two & (beyond >> THREE)))
    strange |= bytes_between(values, at, 96, 96) & (one | two)
    strange |= quotes & (edge | (edge >> ONE) | (edge >> TWO))
    found = quotes & ~strange & ((one & ~(words >> TWO)) | (two & ~(words >> THREE)))
    n_t = found & (t >> ONE) & ((either_case(values, at, 110) & letters) << ONE)
    return found, (found & ~n_t) | (n_t >> ONE), strange


@kernel
def either_case(values: Any, at: Any, letter: Any) -> Any:
    """Bits of the 64 bytes from `at` that are this small letter or its capital."""
    return bytes_between(values, at, letter, letter) | bytes_between(values, at, letter - 32, letter - 32)


@kernel
def first_eight(values: Any, at: Any) -> Any:
    """Eight bytes, the first one lowest; one load, as `at` is unsigned."""
    eight = ZERO
    for k in range(8):
        eight |= np.uint64(values[at + np.uint64(k)]) << (EIGHT * np.uint64(k))
    return eight


@kernel
def hash_long(values: Any, long: Any, longs: int, folded: Any, kind: Any) -> None:
    """Words of more than eight letters get their hash; of up to sixteen without a branch, so that none waits."""
    for k in range(longs):
        found, at, length = long[k, 0], long[k, 1], long[k, 2]
        h = FNV_OFFSET
        first, last = first_eight(values, at), first_eight(values, at + EIGHT)
        last = (last | CASE) & (EVERY >> ((np.uint64(128) - EIGHT * length) & LAST))
        for j in range(8):
            h = (h ^ (((first | CASE) >> (EIGHT * np.uint64(j))) & BYTE)) * FNV_PRIME
        for j in range(8):
            letter = (last >> (EIGHT * np.uint64(j))) & BYTE
            h = (h ^ letter) * FNV_PRIME if letter != ZERO else h
        if length > np.uint64(16):
            h = FNV_OFFSET
            for j in range(length):
                h = (h ^ np.uint64(values[at + np.uint64(j)] | np.uint8(32))) * FNV_PRIME
        folded[found] = mix64(h)
        kind[found] = WORD if kind[found] == SHORT else NUMBER


@kernel
def hash_short(folded: Any, kind: Any) -> None:
    """Words whose letters are still in `folded` get their hash, with as many at a time as vectors hold."""
    for k in range(folded.size):
        letters, what = folded[k], kind[k]
        h = FNV_OFFSET
        for j in range(8):
            letter = (letters >> (EIGHT * np.uint64(j))) & BYTE
            h = (h ^ letter) * FNV_PRIME if letter != ZERO else h
        folded[k] = mix64(h) if what >= SHORT else letters
        kind[k] = what if what < SHORT else (WORD if what == SHORT else NUMBER if what == SHORT_NUMBER else CLITIC)
