"""Kinds of tokens, and numbers of the loops over plain text."""

from __future__ import annotations

import numpy as np

WORD, CHARACTER, NUMBER, PUNCTUATION, NEWLINE, CLITIC, URL, MARKUP = range(8)
PLAIN = 8  # and above until their document is read: what is written is in `folded`, its first byte lowest
READ = 80  # bytes that are read from where a block begins
CASE, EVERY = np.uint64(0x2020202020202020), np.uint64(0xFFFFFFFFFFFFFFFF)
ZERO, ONE, TWO, THREE = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
EIGHT, LAST, WIDTH, BYTE = np.uint64(8), np.uint64(63), np.uint64(64), np.uint64(255)
LINE, QUOTE, BACKTICK, LATIN = np.uint64(10), np.uint64(39), np.uint64(96), np.uint8(1)
LONG, LONGS = 5, 1024  # what is written down of a word of more than eight letters, of how many words at a time
