"""Tokens of plain text, 64 bytes at a time: ASCII words, blanks, single marks and line breaks, which most text is."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import bytes_as_next, bytes_between, inlined, kernel, leading_zeros, trailing_zeros
from curate.kernels.plain_constants import EIGHT, EVERY, LAST, ONE, PLAIN, READ, THREE, TWO, WIDTH, ZERO
from curate.kernels.plain_hash import first_eight


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
