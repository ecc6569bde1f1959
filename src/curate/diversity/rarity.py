"""How many rare words of the human reference a document has: what a tail bonus may count, since noise is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.diversity.reference import Reference, reference
from curate.kernels.counting import count_tokens
from curate.kernels.known import distinct_known, fill
from curate.kernels.sampling import copy_tokens
from curate.measuring.batch import Batch
from curate.measuring.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class RareWords:
    """Column rare_words: distinct words (or pairs of characters) of the reference's tail; 0 in other languages."""

    name: ClassVar[str] = "rare"
    fields: ClassVar[dict[str, pa.DataType]] = {"words": pa.int64()}
    version: ClassVar[int] = 1
    languages: tuple[str, ...]

    def measure(self, batch: Batch) -> list[pa.Array]:
        """int64, never null."""
        counts = np.empty(len(batch), np.int64)
        count_tokens(batch.tokens.kind, batch.tokens.document_start, counts)
        offsets = np.concatenate([[0], np.cumsum(counts)])
        tokens = np.empty(offsets[-1], np.uint32)
        copy_tokens(batch.tokens.folded, batch.tokens.kind, batch.tokens.document_start, offsets, tokens)
        out = np.zeros(len(batch), np.int64)
        for language in self.languages:
            which, known = batch.languages == LANGUAGES.index(language), reference(language)
            if known is not None and known.keys.size and which.any():
                slots = _table(known)
                seen = np.full(len(slots), -1, np.int64)
                distinct_known(known.read(tokens), offsets, which, int(known.pairs), slots, seen, out)
        return [pa.array(out)]


def _table(known: Reference) -> NDArray[np.uint64]:
    slots = np.zeros(1 << int(2 * known.keys.size).bit_length(), np.uint64)
    fill(known.keys, np.zeros(known.keys.size, np.int32), slots, np.zeros(len(slots), np.int32))
    return slots
