"""Repeated paragraphs, such as boilerplate, in documents that are no near-duplicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import binary_array
from curate.kernels.paragraphs import UNSEEN, note_groups, paragraph_keys, tokens_in_several
from curate.measuring.batch import Batch
from curate.neardup.means import Means

LEAST_TOKENS = 10  # of a paragraph: shorter lines (titles, greetings, list items) repeat without being copied
TABLE_BYTES = 48  # of memory for a paragraph: 16 in the table, which is a quarter to three quarters full

Keys = tuple[NDArray[np.uint64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Every paragraph of at least `least_tokens` tokens as one number, the same for the same words; as raw uint64.

    A paragraph is a line: what stands between line breaks. Case, marks, markup and kinds of quotes make no difference.
    """

    name: ClassVar[str] = "paragraphs"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"": pa.large_binary()}
    least_tokens: int = LEAST_TOKENS

    def measure(self, batch: Batch) -> list[pa.Array]:
        """Large binary, never null."""
        tokens = batch.tokens
        keys = np.empty(len(tokens.kind) // self.least_tokens + 1, np.uint64)
        starts = np.empty(len(batch) + 1, np.int64)
        found = paragraph_keys(tokens.folded, tokens.kind, tokens.document_start, self.least_tokens, keys, starts)
        return [binary_array(keys[:found], starts)]


@dataclass(frozen=True, slots=True)
class ParagraphParts:
    """Column `paragraphs` of n documents in parts, which are read when they are asked for.

    starts int64[parts + 1]: rows at which each part begins; most: paragraphs of all of them, or more; read: a part's
    keys uint64 and their starts int64[rows + 1], called from several threads.
    """

    starts: NDArray[np.int64]
    most: int
    read: Callable[[int], Keys]


def repeated_tokens(parts: ParagraphParts, groups: NDArray[np.int64], means: Means) -> NDArray[np.int64]:
    """Of each document the tokens in paragraphs that also stand in a document of another group, int64[n].

    groups int64[n], not negative. Exact but for equal hashes: 1 in 17,000 paragraphs among a thousand million. Keys are
    taken in ranges that fit in memory; all are read twice for each.
    """
    out = np.zeros(len(groups), np.int64)
    ranges = max(1, -(-parts.most * TABLE_BYTES // means.memory))
    size = 1 << max(4, (parts.most // ranges * 4 // 3).bit_length())
    for number in range(ranges):
        first, last = (number << 64) // ranges, ((number + 1 << 64) // ranges) - 1
        _add_repeated(parts, groups, (np.uint64(first), np.uint64(last)), size, means, out)
    return out


def _add_repeated(
    parts: ParagraphParts,
    groups: NDArray[np.int64],
    keys_between: tuple[np.uint64, np.uint64],
    size: int,
    means: Means,
    out: NDArray[np.int64],
) -> None:
    table, group_of = np.empty(size, np.uint64), np.full(size, UNSEEN, np.int64)
    numbers = range(len(parts.starts) - 1)
    for number, (keys, starts) in zip(numbers, means.engine.map(parts.read, numbers), strict=True):
        here = groups[parts.starts[number] : parts.starts[number + 1]]
        note_groups(keys, starts, here, *keys_between, table, group_of)

    def count(number: int) -> None:
        keys, starts = parts.read(number)
        here = out[parts.starts[number] : parts.starts[number + 1]]
        tokens_in_several(keys, starts, *keys_between, table, group_of, here)

    for _ in means.engine.map(count, numbers):
        pass
