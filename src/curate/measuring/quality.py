"""Quality figures of published filters: lines, words, repetition within a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels import quality as sums
from curate.measuring.batch import Batch

TOP = (2, 3, 4)  # lengths of runs whose commonest counts
REPEATED = (5, 10)  # lengths of runs that stand twice


@dataclass(frozen=True, slots=True)
class Quality:
    """Columns quality_*, float64: shares of lines, letters, words or tokens; null where there is nothing to share.

    Runs are shares of tokens, where the papers count characters. Words stand between blanks: of text without blanks
    between words, only the columns of lines and runs say something.
    """

    name: ClassVar[str] = "quality"
    version: ClassVar[int] = 2
    fields: ClassVar[dict[str, pa.DataType]] = {
        name: pa.float64()
        for name in (
            "words",
            "stop_words",
            "word_letters",
            "alphabetic_words",
            "symbols_per_word",
            "bullet_lines",
            "ellipsis_lines",
            "ended_lines",
            "short_lines",
            "repeated_lines",
            "repeated_line_letters",
            *(f"top_{n}gram" for n in TOP),
            *(f"repeated_{n}grams" for n in REPEATED),
        )
    }

    def measure(self, batch: Batch) -> list[pa.Array]:
        """One array a field, in the order of `fields`."""
        values, offsets = batch.buffers
        found = np.zeros((len(batch), sums.COLUMNS), np.int64)
        sums.line_sums(values, offsets, sums.STOP_WORDS, found)
        column = found.T
        lines, letters, words = column[sums.LINES], column[sums.LETTERS], column[sums.WORDS]
        ones = np.ones(len(batch), np.int64)
        parts = [
            (words, ones),
            (column[sums.STOPS], ones),
            (column[sums.WORD_LETTERS], words),
            (column[sums.ALPHABETIC], words),
            (column[sums.SYMBOLS], words),
            *((column[which], lines) for which in (sums.BULLETS, sums.ELLIPSES, sums.ENDED, sums.SHORT, sums.TWICE)),
            (column[sums.LETTERS_TWICE], letters),
            *(_runs(batch, length, top=True) for length in TOP),
            *(_runs(batch, length, top=False) for length in REPEATED),
        ]
        return [_share(part, whole) for part, whole in parts]


def _runs(batch: Batch, length: int, *, top: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    tokens = batch.tokens
    out = np.zeros((len(batch), 3), np.int64)
    sums.run_repeats(tokens.folded, tokens.kind, tokens.document_start, length, out)
    most = np.where(out[:, 1] > 1, out[:, 1] * length, 0)
    return (most if top else out[:, 2]), out[:, 0]


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> pa.Array:
    return pa.array(part / np.maximum(whole, 1), mask=whole == 0)
