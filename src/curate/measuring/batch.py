"""Input of measures: a batch of documents and its tokens, found once; nothing here outlives the batch."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import text_buffers
from curate.kernels.hashing import fingerprints
from curate.kernels.tokens import Tokens, tokenize
from curate.measuring.language import language_codes
from curate.schema import JUDGED


class Batch:
    """Documents with what is derived from their bytes, each derived at most once. Holds nothing that is not in them."""

    def __init__(self, documents: pa.RecordBatch) -> None:
        self.documents = documents

    def __len__(self) -> int:
        """Documents."""
        return int(self.documents.num_rows)

    @property
    def text(self) -> pa.LargeStringArray:
        """The texts, without nulls."""
        return self.documents.column("text")

    @property
    def judged(self) -> Batch:
        """The same documents with the text alone that the machine share judges: this batch where that is all of it."""
        return self if self._apart is None else self._apart

    @cached_property
    def _apart(self) -> Batch | None:
        """None for the batch itself: one that held itself would keep its memory until cycles are looked for."""
        if JUDGED.name not in self.documents.schema.names[-1:]:
            return None
        return Batch(pa.record_batch([self.documents.columns[-1]], ["text"]))

    @cached_property
    def buffers(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Values uint8[n_bytes] and offsets int64[n + 1] of the texts (offsets[0] need not be 0)."""
        return text_buffers(self.text)

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of all texts: the one pass over the bytes."""
        return tokenize(*self.buffers)

    @cached_property
    def languages(self) -> NDArray[np.int8]:
        """Index in measuring.language.LANGUAGES of each document's language, int8[n]."""
        return language_codes(self.tokens)

    @cached_property
    def fingerprints(self) -> NDArray[np.uint64]:
        """128 bits of each text, uint64[n, 2]: what every sample and tie keys on."""
        values, offsets = self.buffers
        out = np.empty((len(self), 2), np.uint64)
        fingerprints(values, offsets, out)
        return out
