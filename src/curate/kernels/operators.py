"""Program text, formulas and markup: words that carry the marks before them, so that a + b is not a - b."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import BLOCK, bytes_between, kernel, trailing_zeros
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, LANE_2, mix64
from curate.kernels.plain_constants import MARKUP, NEWLINE, NUMBER, PUNCTUATION

BRACKETS, JOINTS = tuple(b"<>{}[]()"), tuple(b"=+_;&|")
STRUCTURE = BRACKETS + JOINTS
BETWEEN = tuple(b"=+<>&|^")  # that prose has at the beginning of a line or at its end, but seldom between two words
PROSE = tuple(b",.'\"-")  # the commonest marks that are neither
DELIMITERS = tuple(b",;'\"")  # what formatters of program text add and take away
REACH = 16  # words on each side of a gap, by which its marks count or not
LOW = np.uint64(63)  # bits in which no two of these marks are alike
S32 = np.uint64(32)
FULL = np.uint64(1) << S32  # all gaps
ZERO, ONE = np.uint64(0), np.uint64(1)


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
def find_marks(folded: Any, kind: Any, out: Any) -> Any:
    """How many marks a document has: n, with out uint64[:n] = their hashes, in order; out has room for one more.

    64 tokens at a time: one in eight is a mark.
    """
    count = at = ZERO
    while at + np.uint64(BLOCK) <= np.uint64(kind.size):
        left = bytes_between(kind, at, PUNCTUATION, PUNCTUATION) | bytes_between(kind, at, MARKUP, MARKUP)
        while left != ZERO:
            out[count] = folded[at + np.uint64(trailing_zeros(left))]
            left &= left - ONE
            count += ONE
        at += np.uint64(BLOCK)
    for k in range(np.int64(at), kind.size):
        out[count] = folded[k]
        count += np.uint64((kind[k] == PUNCTUATION) | (kind[k] == MARKUP))
    return np.int64(count)


@kernel
def count_marks(hashes: Any, codes: Any) -> Any:
    """How many of hashes uint64[n] are of ASCII marks of these codes: eight at most, of more LLVM makes no vectors."""
    count: Any = 0
    for k in range(hashes.size):  # in vector instructions
        found = False
        for code in codes:
            found |= hashes[k] == mark_hash(code)
        count += np.int64(found)
    return count


@kernel
def code_share(folded: Any, kind: Any, words: Any, room: Any) -> Any:
    """Of a document of so many words, the share of its gaps in FULL that count as program text where it looks so.

    FULL with structural marks for more than a quarter of its words, or operators behind a tenth: of real prose one
    document in a hundred has so many, of program text nine in ten. 0 up to half of that; between, it grows in
    proportion, so that no small edit changes all of a document. room uint64, of one more than there are marks, is
    overwritten.
    """
    marks = room[: find_marks(folded, kind, room)]
    if 20 * (marks.size - count_marks(marks, PROSE)) <= words:  # most prose is told by these
        return np.uint64(0)
    structure = count_marks(marks, BRACKETS) + count_marks(marks, JOINTS)
    most = count_marks(marks, BETWEEN)
    between = count_between(folded, kind) if 20 * most > words else 0
    above = 2 * max(4 * structure, 10 * between) - np.int64(words)
    if above <= 0:
        return np.uint64(0)
    return min(FULL, (np.uint64(above) << S32) // (np.uint64(words) + np.uint64(1)))


@kernel
def count_between(folded: Any, kind: Any) -> Any:
    """How many marks of BETWEEN stand right behind a word and not at the end of a line."""
    between: Any = 0
    for k in range(1, folded.size - 1):
        if kind[k] > NUMBER and kind[k - 1] <= NUMBER and kind[k + 1] != NEWLINE:
            for code in BETWEEN:
                between += np.int64(folded[k] == mark_hash(code))
    return between


@kernel
def mark_table() -> Any:
    """The hash uint64[64] of each mark by its LOW bits, 0 for none, and its groups uint8[64], added up."""
    hashes, groups = np.zeros(64, np.uint64), np.zeros(64, np.uint8)
    add_group(STRUCTURE, 1, hashes, groups)
    add_group(BETWEEN, 2, hashes, groups)
    add_group(DELIMITERS, 4, hashes, groups)
    return hashes, groups


@kernel
def add_group(codes: Any, group: int, hashes: Any, groups: Any) -> None:
    """Add the group to the marks of these codes."""
    for code in codes:
        at = mark_hash(code) & LOW
        hashes[at] = mark_hash(code)
        groups[at] |= np.uint8(group)


@kernel
def count_before(folded: Any, kind: Any, table: Any, before: Any) -> None:
    """before[:, g + 1] uint32[2, words + 2] = structural marks and operators with up to g words before them."""
    hashes, groups = table
    gap, structure, operators, last = np.uint64(0), np.uint32(0), np.uint32(0), folded.size - 1
    before[:, 0], after_word, one = 0, False, np.uint64(1)
    for k in range(folded.size):
        place, word = folded[k] & LOW, kind[k] <= NUMBER
        group = groups[place] * np.uint8(hashes[place] == folded[k])
        structure += group & np.uint8(1)
        between = after_word & (k < last) & (kind[min(k + 1, last)] != NEWLINE)
        operators += ((group >> np.uint8(1)) & np.uint8(1)) * np.uint8(between)
        before[0, gap + one], before[1, gap + one] = structure, operators
        gap += np.uint64(word)
        after_word = word
    before[0, gap + one], before[1, gap + one] = structure, operators


@kernel
def carry_marks(folded: Any, kind: Any, repeated: Any, words: Any, share: Any, table: Any) -> None:
    """Change words uint64[n], the document's tokens up to kind NUMBER, by the marks right before each in program text.

    That is decided gap by gap: of the REACH words on each side, as `code_share` does of a document, and of share, by
    the two words on each side. The last word also carries the marks behind it. repeated uint8[m]: how often each mark
    is, as `Tokens.script` says; table: as `mark_table` gives it.
    """
    size = words.size
    before = np.empty((2, size + 2), np.uint32)
    count_before(folded, kind, table, before)
    width = min(2 * REACH, size)
    hashes, groups = table
    marks, count, decided, carried = np.uint64(0), 0, -1, False
    last, last_but_one = np.uint64(0), np.uint64(0)
    for k in range(folded.size):
        mark = folded[k]
        if kind[k] <= NUMBER:
            if marks != np.uint64(0):
                words[count] = mix64(mark ^ marks)
                marks = np.uint64(0)
            count += 1
            last_but_one, last = last, mark
        elif kind[k] == PUNCTUATION or kind[k] == MARKUP:
            if decided != count:
                decided = count
                begin = max(0, min(count - REACH, size - width))
                end = begin + width + 1
                structure, operators = before[0, end] - before[0, begin], before[1, end] - before[1, begin]
                carried = 4 * structure > width or 10 * operators > width
                if carried and share < FULL:
                    behind = words[count] if count < size else np.uint64(0)
                    around = ((last_but_one * LANE_2 + last) * LANE_2 + behind) * LANE_2
                    around += words[count + 1] if count + 1 < size else np.uint64(0)
                    carried = mix64(around) >> S32 < share
            if carried and not (hashes[mark & LOW] == mark and groups[mark & LOW] & 4):
                marks = (marks + mark + np.uint64(repeated[k])) * LANE_2
    if marks != np.uint64(0) and count > 0:
        words[count - 1] = mix64(words[count - 1] ^ marks * LANE_2)
