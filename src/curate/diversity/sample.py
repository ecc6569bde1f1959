"""The documents that diversity is measured on: those with the smallest hashes, up to a fixed number of tokens.

A document's place in the order is a hash of its text alone, so any sharding, order or format gives the same sample.
Copies share their place and stand in the sample together, as do no other documents: repetition is what is measured.
Nothing is counted here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.kernels.buffers import binary_array, binary_values
from curate.kernels.hashing import mix_each
from curate.kernels.sampling import copy_pieces
from curate.measuring.language import LANGUAGES

VERSION = 2  # raise it whenever other documents or tokens are taken: kept samples are made anew
SAMPLE_TOKENS = 1_000_000
DOCUMENT_TOKENS = 1_024  # the first of each document: a few long ones must not be the sample
SAMPLE_HEADS = 1 << 20  # bytes
DOCUMENT_HEAD = 1_024  # bytes
GROUPS = 64  # of documents, for intervals that leave out one at a time

_SEED = np.uint64(0xD1B54A32D192ED03)  # another order than anything else that keys on fingerprints
_SCHEMA = pa.schema(
    [
        ("fingerprint_high", pa.uint64()),
        ("fingerprint_low", pa.uint64()),
        ("language", pa.string()),
        ("tokens", pa.large_binary()),
        ("head", pa.large_binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Documents by place in the order; those past SAMPLE_TOKENS have no tokens, those past SAMPLE_HEADS no head.

    fingerprints uint64[n, 2]; languages int8[n], index in measuring.language.LANGUAGES; tokens uint32[m] as
    kernels.sampling.copy_tokens makes them; heads uint8[h]. Document i has
    tokens[token_offsets[i]:token_offsets[i + 1]], and heads likewise; both offsets int64[n + 1].
    """

    fingerprints: NDArray[np.uint64]
    languages: NDArray[np.int8]
    tokens: NDArray[np.uint32]
    token_offsets: NDArray[np.int64]
    heads: NDArray[np.uint8]
    head_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        """Documents."""
        return int(self.languages.size)

    @property
    def token_count(self) -> int:
        """Tokens, at most SAMPLE_TOKENS and the rest of the last document."""
        return int(self.tokens.size)

    @property
    def priorities(self) -> NDArray[np.uint64]:
        """Ascending, uint64[n]."""
        return priorities(self.fingerprints)

    def take(self, order: NDArray[np.int64]) -> Sample:
        """The chosen documents in the order given; `priorities` is ascending no more."""
        counts, sizes = np.diff(self.token_offsets)[order], np.diff(self.head_offsets)[order]
        return Sample(
            self.fingerprints[order],
            self.languages[order],
            *pieces(self.tokens, self.token_offsets[order], counts),
            *pieces(self.heads, self.head_offsets[order], sizes),
        )

    def part(self, begin: int, end: int) -> Sample:
        """Tokens begin to end, to the token, and their documents, without heads."""
        first = int(np.searchsorted(self.token_offsets, begin, "right")) - 1
        last = int(np.searchsorted(self.token_offsets, end))
        offsets = np.clip(self.token_offsets[first : last + 1], begin, end) - begin
        none, nothing = np.zeros(0, np.uint8), np.zeros(last - first + 1, np.int64)
        prints, languages = self.fingerprints[first:last], self.languages[first:last]
        return Sample(prints, languages, self.tokens[begin:end], offsets, none, nothing)

    def first(self, tokens: int) -> Sample:
        """Its first tokens, to the token, with all heads."""
        counts = np.clip(tokens - self.token_offsets[:-1], 0, np.diff(self.token_offsets))
        return self.shorten(counts, np.diff(self.head_offsets))

    def shorten(self, counts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Sample:
        """The same documents with the first counts[i] tokens and sizes[i] bytes of each."""
        tokens, token_offsets = pieces(self.tokens, self.token_offsets[:-1], counts)
        heads, head_offsets = pieces(self.heads, self.head_offsets[:-1], sizes)
        return Sample(self.fingerprints, self.languages, tokens, token_offsets, heads, head_offsets)

    def to_table(self) -> pa.Table:
        """One row a document; `from_table` reads it back."""
        tokens = binary_array(self.tokens, self.token_offsets)
        heads = binary_array(self.heads, self.head_offsets)
        columns = [
            pa.array(np.ascontiguousarray(self.fingerprints[:, 0])),
            pa.array(np.ascontiguousarray(self.fingerprints[:, 1])),
            pa.array(LANGUAGES, pa.string()).take(pa.array(self.languages)),
            tokens,
            heads,
        ]
        return pa.Table.from_arrays(columns, schema=_SCHEMA)

    @classmethod
    def from_table(cls, table: pa.Table) -> Sample:
        """Sample from a table of `to_table`."""
        batch = table.cast(_SCHEMA).combine_chunks()
        high, low, languages, tokens, heads = (_chunk(batch.column(i)) for i in range(5))
        return cls(
            np.column_stack([high.to_numpy(), low.to_numpy()]),
            language_codes_of(languages),
            *binary_values(tokens, np.uint32),
            *binary_values(heads, np.uint8),
        )


def read_sample(path: Path) -> Sample:
    """Sample from a table of `Sample.to_table`, in Arrow's file format: unused columns are never read."""
    return Sample.from_table(pa.ipc.open_file(pa.memory_map(os.fsencode(path))).read_all())


def priorities(fingerprints: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The place of each text in the order of the sample, uint64[n] for uint64[n, 2]."""
    places: NDArray[np.uint64] = mix_each(fingerprints[:, 0] ^ mix_each(fingerprints[:, 1] ^ _SEED))
    return places


def empty_sample() -> Sample:
    """The neutral element of `merge`."""
    none = np.zeros(1, np.int64)
    return Sample(
        np.zeros((0, 2), np.uint64), np.zeros(0, np.int8), np.zeros(0, np.uint32), none, np.zeros(0, np.uint8), none
    )


def language_codes_of(names: pa.Array) -> NDArray[np.int8]:
    """Indices in LANGUAGES of names; unknown names are 0, "und"."""
    found = pc.index_in(names, pa.array(LANGUAGES, pa.string())).fill_null(0)
    codes: NDArray[np.int8] = found.to_numpy(zero_copy_only=False).astype(np.int8)
    return codes


def pieces(values: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[NDArray[Any], Any]:
    """values[starts[i]:starts[i] + sizes[i]] end to end, and the offsets int64[n + 1] of the pieces."""
    offsets = offsets_of(sizes)
    out = np.empty(offsets[-1], values.dtype)
    copy_pieces(values, starts, offsets, out)
    return out, offsets


def offsets_of(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """int64[n + 1]."""
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)
