"""Program text, formulas and markup: words that carry the marks before them, so that a + b is not a - b."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, LANE_2, mix64
from curate.kernels.plain import MARKUP, NEWLINE, NUMBER, PUNCTUATION

STRUCTURE = tuple(b"=+<>{}[]()_;&|")
BETWEEN = tuple(b"=+<>&|^")  # that prose has at the beginning of a line or at its end, but seldom between two words
DELIMITERS = tuple(b",;'\"")  # what formatters of program text add and take away


@kernel
def mark_hash(code: int) -> Any:
    """`folded` of an ASCII mark, as kernels.tokens gives it."""
    return mix64((FNV_OFFSET ^ np.uint64(code)) * FNV_PRIME)


@kernel
def count_countable(kind: Any) -> Any:
    """How many tokens are words, characters or numbers."""
    count: Any = 0
    for k in range(kind.size):
        count += np.int64(kind[k] <= NUMBER)
    return count


@kernel
def is_code(folded: Any, kind: Any, words: Any) -> Any:
    """Tell a document of so many words: structural marks for a quarter of them, or operators behind a tenth.

    Of real prose one document in a hundred has so many, of program text nine in ten.
    """
    marks: Any = 0
    for k in range(kind.size):
        marks += np.int64((kind[k] == PUNCTUATION) | (kind[k] == MARKUP))
    if 10 * marks <= words:
        return False
    structure: Any = 0
    between: Any = 0
    for code in STRUCTURE:
        wanted = mark_hash(code)
        for k in range(folded.size):
            structure += np.int64(folded[k] == wanted)
    for code in BETWEEN:
        wanted = mark_hash(code)
        for k in range(1, folded.size - 1):
            between += np.int64((folded[k] == wanted) & (kind[k - 1] <= NUMBER) & (kind[k + 1] != NEWLINE))
    return 4 * structure > words or 10 * between > words


@kernel
def carry_marks(folded: Any, kind: Any, repeated: Any, words: Any) -> None:
    """Change each of words uint64[n], the document's tokens up to kind NUMBER, by the marks right before it.

    The last word also carries the marks behind it. repeated uint8[m]: how often each mark is, as `Tokens.script` says.
    """
    marks, count = np.uint64(0), np.uint64(0)
    first, second, third, fourth = (
        mark_hash(DELIMITERS[0]), mark_hash(DELIMITERS[1]), mark_hash(DELIMITERS[2]), mark_hash(DELIMITERS[3])
    )  # fmt: skip
    for k in range(folded.size):
        mark = folded[k]
        if kind[k] <= NUMBER:
            if marks != np.uint64(0):
                words[count] = mix64(mark ^ marks)
                marks = np.uint64(0)
            count += np.uint64(1)
        elif kind[k] in (PUNCTUATION, MARKUP) and mark not in (first, second, third, fourth):
            marks = (marks + mark + np.uint64(repeated[k])) * LANE_2
    if marks != np.uint64(0) and count > np.uint64(0):
        last = count - np.uint64(1)
        words[last] = mix64(words[last] ^ marks * LANE_2)
