"""Runs of tokens that documents share with texts that must not be trained on; who asks for that is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.known import fill, known_runs, run_keys
from curate.measuring.batch import Batch

RUN: Final = 13  # tokens: as GPT-3 was decontaminated (Brown et al. 2020, arXiv:2005.14165, appendix C)
MARKS: Final = 3  # kinds of token from here on are no words or numbers, and are not counted

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Overlap:
    """Column excluded_runs: numbers of the known runs of RUN tokens in a document, in its order; never null.

    Tokens are words (characters in scripts without spaces) and numbers, whatever their case, marks and line breaks.
    """

    name: ClassVar[str] = "excluded"
    fields: ClassVar[dict[str, pa.DataType]] = {"runs": pa.large_list(pa.int32())}
    version: ClassVar[int] = 2
    slots: NDArray[np.uint64]
    of: NDArray[np.int32]

    @classmethod
    def of_keys(cls, keys: NDArray[np.uint64]) -> Overlap:
        """Keys uint64[r]: of the runs, each once, in the order that numbers them."""
        size = 1 << max(4, int(2 * len(keys)).bit_length())
        slots, of = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
        fill(keys, np.arange(len(keys), dtype=np.int32), slots, of)
        return cls(slots, of)

    def measure(self, batch: Batch) -> list[pa.Array]:
        """A list of int32, one a document."""
        tokens = batch.tokens
        known, count = np.empty(len(tokens.kind), np.int32), np.zeros(len(batch), np.int64)
        total = known_runs(tokens.folded, tokens.kind, tokens.document_start, RUN, self.slots, self.of, known, count)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
        return [pa.LargeListArray.from_arrays(pa.array(ends), pa.array(known[:total].copy()))]


class Runs(NamedTuple):
    """Runs of a batch's documents: key uint64[k], document int64[k], and place int64[k] of the first token counted."""

    key: NDArray[np.uint64]
    document: Numbers
    place: Numbers


def runs_of(batch: Batch) -> Runs:
    """All runs of RUN tokens of a batch's documents; texts of fewer tokens have none."""
    tokens = batch.tokens
    keys = np.empty(len(tokens.kind), np.uint64)
    keys = keys[: run_keys(tokens.folded, tokens.kind, tokens.document_start, RUN, keys)]
    many = np.maximum(0, counted_tokens(batch) - RUN + 1)
    document = np.repeat(np.arange(len(batch)), many)
    return Runs(keys, document, np.arange(len(keys)) - np.repeat(np.cumsum(many) - many, many))


def counted_tokens(batch: Batch) -> Numbers:
    """Words and numbers of each document, int64[n]."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(batch.tokens.kind < MARKS)])
    found: Numbers = np.diff(before[batch.tokens.document_start])
    return found


def texts_of_runs(texts: Sequence[str], places: Numbers) -> list[str]:
    """Of each text the RUN tokens from the one counted `place` on, as they stand in it, on one line."""
    ends = [_last_with(texts, tokens) for tokens in (places, places + RUN)]
    return [" ".join(text[begin:end].split()) for text, begin, end in zip(texts, *ends, strict=True)]


def _last_with(texts: Sequence[str], tokens: Numbers) -> Numbers:
    """The length of the longest beginning of each text that has no more tokens; longer beginnings have no fewer."""
    low, high = np.zeros(len(texts), np.int64), np.array([len(text) for text in texts], np.int64)
    while (low < high).any():
        middle = (low + high + 1) // 2
        cut = [text[:length] for text, length in zip(texts, middle, strict=True)]
        fits = counted_tokens(Batch(pa.record_batch([pa.array(cut, pa.large_string())], ["text"]))) <= tokens
        low, high = np.where(fits, middle, low), np.where(fits, high, middle - 1)
        low = np.minimum(low, high)
    return low


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Overlap of documents with excluded texts, a row for each pair: all int64[p], by document and text.

    shared: distinct runs; commonest: the one of them that most documents have, `most` of them; least: that of the
    rarest. Near-duplicates count as one document.
    """

    document: Numbers
    text: Numbers
    shared: Numbers
    commonest: Numbers
    most: Numbers
    least: Numbers


def shared_of(document: Numbers, run: Numbers, text_of: Numbers, unit: Numbers) -> Shared:
    """From runs in documents, int64[h] each; text_of int64[r]: of each run, unit int64[n]: cluster of each document."""
    document, run = _distinct(document, run)
    spread = np.bincount(_distinct(unit[document], run)[1], minlength=len(text_of))
    order = np.lexsort((run, -spread[run], text_of[run], document))
    document, run = document[order], run[order]
    starts = np.flatnonzero(np.diff(document, prepend=-1) | np.diff(text_of[run], prepend=-1))
    return Shared(
        document=document[starts],
        text=text_of[run[starts]],
        shared=np.diff(np.append(starts, len(run))),
        commonest=run[starts],
        most=spread[run[starts]],
        least=np.minimum.reduceat(spread[run], starts) if len(starts) else starts,
    )


def _distinct(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    new = np.ones(len(left), np.bool_)
    new[1:] = (np.diff(left) != 0) | (np.diff(right) != 0)
    return left[new], right[new]
