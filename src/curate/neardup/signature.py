"""The measure near-duplicates are found by: a sketch of each document's n-grams; it compares nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from curate.errors import UsageError
from curate.kernels.buffers import binary_array
from curate.kernels.minhash import sketch
from curate.measuring.batch import Batch
from curate.neardup.sketches import SLOT_BYTES


@dataclass(frozen=True, slots=True)
class Signature:
    """Distinct n-grams of words (of characters in scripts without spaces) as a signature, a sample and a count.

    Columns: `signature`, num_perm slots of uint32 as raw bytes (as a list, Parquet would encode a level for each); the
    share of equal ones estimates Jaccard similarity; that of the empty set (all 2^32 - 1) for a text shorter than one
    n-gram; loads into `datasketch.MinHash(num_perm=128, hashvalues=numpy.frombuffer(signature, "<u4"),
    scheme="affine32")` (before 2.0 without a scheme). `shingles`: the distinct n-grams' 32-bit hashes, ascending, as
    raw bytes, the 1,024 smallest of a longer text. `count`: distinct n-grams. `set`: a hash of all of them, equal for
    equal sets, 0 for none.
    Punctuation, line breaks, markup, URLs and clitics ('s, n't) are left out. But in program text, formulas
    and markup (kernels.operators) a word carries the marks before it, all but , ; and quotes.
    """

    name: ClassVar[str] = "minhash"
    version: ClassVar[int] = 5
    ngram_size: int = 5
    num_perm: int = 128

    def __post_init__(self) -> None:
        """Raises UsageError for sizes that cannot be meant."""
        if self.ngram_size < 1:
            raise UsageError(f"n-grams need at least one word, not {self.ngram_size}", hint="--ngram-size 5")
        if self.num_perm < 1:
            raise UsageError(f"a signature needs at least one slot, not {self.num_perm}", hint="--num-perm 128")

    @property
    def fields(self) -> dict[str, pa.DataType]:
        """Depends on num_perm."""
        return {
            "signature": pa.binary(SLOT_BYTES * self.num_perm),
            "shingles": pa.large_binary(),
            "count": pa.int32(),
            "set": pa.uint64(),
        }

    @property
    def character_ngram_size(self) -> int:
        """Characters that stand for ngram_size words where no spaces are written.

        7 for 5: polished Chinese abstracts then have the similarity that English ones have at the same edit distance.
        """
        return max(1, round(1.4 * self.ngram_size))

    def measure(self, batch: Batch) -> list[pa.Array]:
        """Nothing is null; where `count` is 0 there is no shingle, and `set` is 0."""
        tokens = batch.tokens
        sizes = (self.ngram_size, self.character_ngram_size)
        found = sketch(tokens.folded, tokens.kind, tokens.script, tokens.document_start, sizes, self.num_perm)
        slots = pa.py_buffer(found.slots)
        signature = pa.Array.from_buffers(self.fields["signature"], len(found.slots), [None, slots])
        shingles = binary_array(found.shingles, found.shingle_start.astype(np.int64, copy=False))
        count = pa.array(found.shingle_count.astype(np.int32, copy=False))
        return [signature, shingles, count, pa.array(found.shingle_set)]
