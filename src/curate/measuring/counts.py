"""The plain measures of every document: tokens, bytes, language, fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from curate.kernels.counting import count_tokens
from curate.measuring.batch import Batch
from curate.measuring.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class TokenCount:
    """Words where the script has spaces, one a character where it has none; punctuation is not counted."""

    name: ClassVar[str] = "tokens"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"": pa.int64()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """int64, never null."""
        counts = np.empty(len(batch), np.int64)
        count_tokens(batch.tokens.kind, batch.tokens.document_start, counts)
        return [pa.array(counts)]


@dataclass(frozen=True, slots=True)
class TextBytes:
    """UTF-8 bytes of the text."""

    name: ClassVar[str] = "text_bytes"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"": pa.int64()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """int64, never null."""
        return [pa.array(np.diff(batch.buffers[1]))]


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639 code of the language most of the document is in; "und" for code, noise and what is too short to tell."""

    name: ClassVar[str] = "language"
    version: ClassVar[int] = 3
    fields: ClassVar[dict[str, pa.DataType]] = {"": pa.string()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """String, never null."""
        return [pa.array(LANGUAGES, pa.string()).take(pa.array(batch.languages))]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """128 bits of the raw text, in two columns: what samples, ties and exact duplicates key on."""

    name: ClassVar[str] = "fingerprint"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"high": pa.uint64(), "low": pa.uint64()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """Two uint64 columns, never null."""
        prints = batch.fingerprints
        return [pa.array(np.ascontiguousarray(prints[:, 0])), pa.array(np.ascontiguousarray(prints[:, 1]))]
