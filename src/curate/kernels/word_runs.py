"""Which texts hold one of many runs of words, whatever stands between the words: blanks, line ends, emphasis, marks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import text_buffers
from curate.kernels.compile import kernel
from curate.kernels.plain_constants import CHARACTER, MARKUP, NEWLINE, PUNCTUATION
from curate.kernels.tokens import Tokens, tokenize

MOST = 6  # words of a run
LEAST = 2
BITS = 17  # of the hash of two words, for a filter of 16 KB: with an eighth of it one pair in fifteen is looked up
_MARK_KINDS = (PUNCTUATION, NEWLINE, MARKUP)
MARKS = np.uint64(1 << PUNCTUATION | 1 << NEWLINE | 1 << MARKUP)
MASK, ONE, THREE, SEVEN = np.uint64((1 << BITS) - 1), np.uint64(1), np.uint64(3), np.uint64(7)


class Runs(NamedTuple):
    """Runs of words, and the groups that they belong to.

    may uint8[2 ** BITS / 8]: a bit set for the last two words of every run. last uint64[r], ascending: the last words,
    with before uint64[r, MOST - 1]: those before it, the nearest first, 0 where the run is shorter; group int32[r].
    """

    may: NDArray[np.uint8]
    last: NDArray[np.uint64]
    before: NDArray[np.uint64]
    group: NDArray[np.int32]


def run_index(strings: Sequence[tuple[bytes, int]]) -> Runs:
    """Of (string of a phrase in UTF-8, group): its last whole words, as far as a text that holds it must hold them.

    The first and the last word of a string may be parts of longer ones, so they count only where a blank stands beside
    them, or in scripts without blanks. A string without a whole word in it has no run.
    """
    runs = sorted({(*words, group) for (_, group), words in zip(strings, _whole_words(strings), strict=True) if words})
    table = np.array([run[:MOST] for run in runs], np.uint64).reshape(-1, MOST)
    may = np.zeros(1 << BITS, np.bool_)
    may[(table[:, 0] ^ (table[:, 1] << ONE)) & MASK] = True
    group = np.array([run[MOST] for run in runs], np.int32)
    return Runs(np.packbits(may, bitorder="little"), table[:, 0].copy(), table[:, 1:].copy(), group)


def _whole_words(strings: Sequence[tuple[bytes, int]]) -> list[tuple[int, ...]]:
    """Of each string MOST hashes, the last word first, 0 for those that it lacks; none with fewer than LEAST."""
    tokens = tokenize(
        *text_buffers(pa.array([text.decode(errors="replace") for text, _ in strings], pa.large_string()))
    )
    folded, kind, start = tokens.folded.tolist(), tokens.kind.tolist(), tokens.document_start.tolist()
    found: list[tuple[int, ...]] = []
    for (text, _), (begin, end) in zip(strings, pairwise(start), strict=True):
        first, last = begin, end - 1
        if text.isascii() and CHARACTER not in kind[begin:end]:
            first, last = begin + (text[:1] != b" "), end - 1 - (text[-1:] != b" ")
        elif CHARACTER not in kind[begin:end]:
            last -= text[-1:] != b" "
        words = [folded[k] for k in range(last, first - 1, -1) if kind[k] not in _MARK_KINDS][:MOST]
        found.append((*words, *[0] * (MOST - len(words))) if len(words) >= LEAST else ())
    return found


def runs_held(tokens: Tokens, index: Runs, out: NDArray[np.bool_]) -> None:
    """out[i, g] = True where text i holds a run of group g; else untouched."""
    if index.last.size:
        _held(tokens.folded, tokens.kind, tokens.document_start, index, out)


@kernel
def _held(folded: Any, kind: Any, document_start: Any, index: Runs, out: Any) -> None:
    may = index.may
    for i in range(document_start.size - 1):
        nearest = np.uint64(0)
        for k in range(document_start[i], document_start[i + 1]):
            word = folded[k]
            pair = (word ^ (nearest << ONE)) & MASK
            if (np.uint64(may[pair >> THREE]) >> (pair & SEVEN)) & ONE:
                _compare(folded, kind, document_start[i], k, index, out[i])
            nearest = nearest if (MARKS >> np.uint64(kind[k])) & ONE else word


@kernel
def _compare(folded: Any, kind: Any, start: Any, k: Any, index: Runs, out: Any) -> None:
    """Set the groups of the runs that end in token k of a text that begins at token `start`."""
    run, end = 0, index.last.size
    while run < end:
        middle = (run + end) // 2
        if index.last[middle] < folded[k]:
            run = middle + 1
        else:
            end = middle
    while run < index.last.size and index.last[run] == folded[k]:
        at, words = k - 1, 0
        while words < index.before.shape[1] and index.before[run, words] != 0:
            while at >= start and (MARKS >> np.uint64(kind[at])) & ONE:
                at -= 1
            if at < start or folded[at] != index.before[run, words]:
                break
            at -= 1
            words += 1
        if words == index.before.shape[1] or index.before[run, words] == 0:
            out[index.group[run]] = True
        run += 1
