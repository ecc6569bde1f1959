"""Tokens of plain text, 64 bytes at a time: ASCII words, blanks, single marks and line breaks, which most text is."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import bytes_as_next, bytes_between, inlined, kernel, leading_zeros, trailing_zeros
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, mix64

WORD, CHARACTER, NUMBER, PUNCTUATION, NEWLINE, CLITIC, URL, MARKUP = range(8)
PLAIN = 8  # and above until their document is read: what is written is in `folded`, its first byte lowest
READ = 80  # bytes that are read from where a block begins
CASE, EVERY = np.uint64(0x2020202020202020), np.uint64(0xFFFFFFFFFFFFFFFF)
LETTERS = np.uint64(0x4040404040404040)  # of what a word may hold, only letters have these bits
ZERO, ONE, TWO, THREE = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
EIGHT, LAST, WIDTH, BYTE = np.uint64(8), np.uint64(63), np.uint64(64), np.uint64(255)
LINE, QUOTE, BACKTICK, LATIN = np.uint64(10), np.uint64(39), np.uint64(96), np.uint8(1)
LONG, LONGS = 5, 1024  # what is written down of a word of more than eight letters, of how many words at a time


@inlined
def plain_tokens(
    values: Any, position: Any, end: Any, found: Any, folded: Any, kind: Any, long: Any, longs: Any
) -> Any:
    """Tokens from `position`, where none is open, up to what is not plain: where that is, how many there are, `longs`.

    Not plain is whatever goes on otherwise than ASCII does: quotes, "://", "<b", a backslash before n, what is not
    ASCII, controls but tab and LF; and the word, the run of one mark, the line break right before these. From `found`
    on, folded gets the first eight bytes of each, kind PLAIN and how often a break or mark is repeated, 2 at most, and
    long what `hash_long` reads.
    """
    at: Any = np.uint64(position)
    until, size = np.uint64(end), np.uint64(values.size)
    while at < until and at + np.uint64(READ) <= size and longs + READ < long.shape[1]:
        words, gaps, breaks, runs, begins, stops, again, twice, stop, hard = what_stands(values, at, until - at)
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
        begins &= EVERY >> (WIDTH - cut)
        while begins != ZERO:
            place, behind = np.uint64(trailing_zeros(begins)), np.uint64(trailing_zeros(stops))
            begins &= begins - ONE
            stops &= stops - ONE
            length = behind - place
            folded[found] = first_eight(values, at + place) & (EVERY >> (WIDTH - EIGHT * min(length, EIGHT)))
            kind[found] = np.uint8(PLAIN) + np.uint8(((again >> behind) & ONE) + ((twice >> behind) & ONE))
            long[0, longs], long[1, longs], long[2, longs] = found, at + place, length
            longs += np.int64(length > EIGHT)
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

    words: ASCII letters, digits and clitics; gaps: blanks, tabs, line breaks; breaks: LF; runs: a mark before the same
    mark; begins: where a token begins; stops: one for each of them, behind its word, its first mark or the blanks after
    its line break; again: of them, a second line break or mark; twice: of them, a third mark; stop: not plain, or of
    which one does not know what follows; hard: a word before it may go on.
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
    behind = (after | (blanks + (after & blanks))) & ~blanks
    marks = single & ~(runs << ONE)
    begins = (words & ~(words << ONE)) | clitics | marks | first
    stops = ((words << ONE) & (~words | begins)) | (marks << ONE) | behind
    repeated = marks & runs
    again, twice = (behind & breaks) | (repeated << ONE), (repeated & (runs >> ONE)) << ONE
    return words, gaps, breaks, runs, begins, stops, again, twice, (stop & inside) | edge, hard


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
