"""Sums over the lines, words and repeated runs of each document, for the rules of published filters."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, mix64

# Columns of what `line_sums` fills.
LINES, BULLETS, ELLIPSES, ENDED, SHORT, TWICE, LETTERS, LETTERS_TWICE = range(8)
WORDS, WORD_LETTERS, ALPHABETIC, SYMBOLS, STOPS = range(8, 13)
COLUMNS = 13
SHORT_LINE = 30  # characters

# ASCII letters packed, the last one lowest
STOP_WORDS = np.array([int.from_bytes(w.encode(), "big") for w in "the be to of and that have with".split()])  # noqa: SIM905


@kernel
def line_sums(values: Any, offsets: Any, stops: Any, out: Any) -> None:
    """Fill out int64[n, COLUMNS] (zeroed) for UTF-8 texts: values uint8, offsets int64[n + 1].

    A line ends at a newline; blank ones are none. Letters are characters other than blanks. A word stands between
    blanks; it is alphabetic if it has an ASCII letter or any character beyond ASCII.
    """
    seen = np.zeros(16, np.uint64)
    first: Any
    second: Any
    third: Any
    last: Any
    before: Any
    alphabetic: Any
    packed: Any
    for i in range(out.shape[0]):
        row = out[i]
        begin, end = offsets[i], offsets[i + 1]
        lines = 1
        for k in range(begin, end):
            lines += values[k] == 10
        size = 16
        while size < 2 * lines:
            size *= 2
        if size > seen.size:
            seen = np.zeros(size, np.uint64)
        else:
            seen[:size] = 0
        mask = np.uint64(size - 1)
        found = 0
        h, letters, first, second, last, before, third = FNV_OFFSET, 0, 0, 0, 0, 0, 0
        letters_of_word, alphabetic, packed = 0, False, 0
        for k in range(begin, end + 1):
            byte = values[k] if k < end else np.uint8(10)
            if byte == 32 or 9 <= byte <= 13:
                if letters_of_word:
                    row[WORDS] += 1
                    row[WORD_LETTERS] += letters_of_word
                    row[ALPHABETIC] += alphabetic
                    for s in range(stops.size):
                        if packed == stops[s] and not (found >> s) & 1:
                            found |= 1 << s
                            row[STOPS] += 1
                    h = (h ^ np.uint64(32)) * FNV_PRIME  # one blank a word, however many stand there
                letters_of_word, alphabetic, packed = 0, False, 0
                if byte == 10 and letters:
                    row[LINES] += 1
                    row[LETTERS] += letters
                    row[SHORT] += letters < SHORT_LINE
                    bullet = first == 42 or first == 45 or (first == 226 and second == 128 and third == 162)
                    row[BULLETS] += bullet
                    dots = last == 46 and before == 46
                    row[ELLIPSES] += dots or last == 0xE280A6
                    ended = last == 46 or last == 33 or last == 63 or last == 34 or last == 0xE2809D
                    row[ENDED] += ended or last == 0xE38082 or last == 0xEFBC81 or last == 0xEFBC9F
                    key = mix64(h) | np.uint64(1)
                    at = key >> np.uint64(7) & mask
                    while seen[at] != 0 and seen[at] != key:
                        at = (at + np.uint64(1)) & mask
                    if seen[at] == key:
                        row[TWICE] += 1
                        row[LETTERS_TWICE] += letters
                    seen[at] = key
                if byte == 10:
                    h, letters, first, second, last, before, third = FNV_OFFSET, 0, 0, 0, 0, 0, 0
                continue
            h = (h ^ np.uint64(byte)) * FNV_PRIME
            if byte & 0xC0 == 0x80:
                last = (last << 8 | byte) & 0xFFFFFF
                if letters == 1 and second == 0:
                    second = np.int64(byte)
                elif letters == 1 and third == 0:
                    third = np.int64(byte)
                continue
            before, last = last, np.int64(byte)
            letters += 1
            letters_of_word += 1
            if letters == 1:
                first = np.int64(byte)
            lower = byte | 32
            alphabetic = alphabetic or byte >= 128 or 97 <= lower <= 122
            packed = (packed << 8 | np.int64(lower)) & 0xFFFFFFFFFF
            row[SYMBOLS] += byte == 35 or (byte == 46 and before == 46 and letters_of_word > 1)


@kernel
def run_repeats(folded: Any, kind: Any, document_start: Any, length: int, out: Any) -> None:
    """Fill out int64[n, 3] for runs of `length` counted tokens: tokens, the most that one run has, in repeated runs.

    The first is all counted tokens, the second how often the commonest run stands, the third how many tokens stand in
    a run that stood in the document before.
    """
    size = 64
    slots, counts = np.zeros(size, np.uint64), np.zeros(size, np.int64)
    ring = np.zeros(length, np.uint64)
    power = np.uint64(1)
    for _ in range(length):
        power *= FNV_PRIME
    for i in range(out.shape[0]):
        begin, end = document_start[i], document_start[i + 1]
        while size < 2 * (end - begin):
            size *= 2
        if size > slots.size:
            slots, counts = np.zeros(size, np.uint64), np.zeros(size, np.int64)
        width = 64
        while width < 2 * (end - begin):
            width *= 2
        slots[:width] = 0
        mask = np.uint64(width - 1)
        seen, rolling, most, covered, until = 0, np.uint64(0), 0, 0, 0
        for k in range(begin, end):
            if kind[k] > 2:
                continue
            gone = ring[seen % length] if seen >= length else np.uint64(0)
            ring[seen % length] = folded[k]
            rolling = rolling * FNV_PRIME + folded[k] - gone * power
            seen += 1
            if seen < length:
                continue
            key = mix64(rolling) | np.uint64(1)
            at = key >> np.uint64(7) & mask
            while slots[at] != 0 and slots[at] != key:
                at = (at + np.uint64(1)) & mask
            if slots[at] == 0:
                slots[at], counts[at] = key, 0
            else:
                covered += seen - max(until, seen - length)
                until = seen
            counts[at] += 1
            most = max(most, counts[at])
        out[i, 0], out[i, 1], out[i, 2] = seen, most, covered
