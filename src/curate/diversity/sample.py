"""The documents that diversity is measured on: those with the smallest hashes, up to a fixed number of tokens.

A document's place in the order is a hash of its text alone, so any sharding, order or format gives the same sample.
Copies share their place and stand in the sample together, as do no other documents: repetition is what is measured.
Nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.kernels.buffers import binary_array, binary_values
from curate.kernels.hashing import mix64
from curate.kernels.sampling import copy_pieces, copy_tokens, head_bytes
from curate.measuring.batch import Batch
from curate.measuring.language import LANGUAGES

SAMPLE_TOKENS = 1_000_000
DOCUMENT_TOKENS = 4_096  # the first of each document: one book must not be the sample
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
            *_pieces(self.tokens, self.token_offsets[order], counts),
            *_pieces(self.heads, self.head_offsets[order], sizes),
        )

    def cut(self, size: int) -> Sample:
        """The first `size` tokens, to the token, and their documents, without heads."""
        documents = int(np.searchsorted(self.token_offsets, size))
        offsets = np.minimum(self.token_offsets[: documents + 1], size)
        none, nothing = np.zeros(0, np.uint8), np.zeros(documents + 1, np.int64)
        prints, languages = self.fingerprints[:documents], self.languages[:documents]
        return Sample(prints, languages, self.tokens[: offsets[-1]], offsets, none, nothing)

    def shorten(self, counts: NDArray[np.int64]) -> Sample:
        """The same documents with the first counts[i] tokens of each; heads stay."""
        tokens, offsets = _pieces(self.tokens, self.token_offsets[:-1], counts)
        return Sample(self.fingerprints, self.languages, tokens, offsets, self.heads, self.head_offsets)

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
        """What `to_table` made."""
        batch = table.cast(_SCHEMA).combine_chunks()
        high, low, languages, tokens, heads = (_chunk(batch.column(i)) for i in range(5))
        return cls(
            np.column_stack([high.to_numpy(), low.to_numpy()]),
            language_codes_of(languages),
            *binary_values(tokens, np.uint32),
            *binary_values(heads, np.uint8),
        )


class Collector:
    """Gathers the sample of one shard, batch by batch; afterwards `sample()` is it."""

    def __init__(self) -> None:
        self._kept = [empty_sample()]
        self._token_cut = self._head_cut = np.uint64(0xFFFFFFFFFFFFFFFF)

    def add(self, batch: Batch, annotations: pa.RecordBatch) -> None:
        """Take in what may belong to the sample; `annotations` of the batch must have `tokens` and `language`."""
        piece = collect(batch, annotations, self._token_cut, self._head_cut)
        if len(piece):
            self._kept.append(piece)
        # Merging sorts and copies all that is kept: seldom, as fewer and fewer documents come below the cuts.
        if sum(s.token_count for s in self._kept[1:]) > SAMPLE_TOKENS // 2 or len(self._kept) > 256:
            self._trim()

    def sample(self) -> Sample:
        """The sample of everything added."""
        self._trim()
        return self._kept[0]

    def _trim(self) -> None:
        whole = merge(self._kept)
        self._kept = [whole]
        places = whole.priorities
        if whole.token_count >= SAMPLE_TOKENS:
            self._token_cut = places[np.diff(whole.token_offsets) > 0][-1]
        if whole.heads.size >= SAMPLE_HEADS:
            self._head_cut = places[np.diff(whole.head_offsets) > 0][-1]


def priorities(fingerprints: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The place of each text in the order of the sample, uint64[n] for uint64[n, 2]."""
    places: NDArray[np.uint64] = mixed(fingerprints[:, 0] ^ mixed(fingerprints[:, 1] ^ _SEED))
    return places


def collect(batch: Batch, annotations: pa.RecordBatch, token_cut: np.uint64, head_cut: np.uint64) -> Sample:
    """What a batch gives to a sample, unordered: priorities at most a cut, no more than there is room for.

    `annotations` of the batch must have `tokens` and `language`. A document without a counted token is never in it.
    """
    places = priorities(batch.fingerprints)
    counted = annotations.column("tokens").to_numpy()
    values, text_offsets = batch.buffers
    limits = np.where((places <= head_cut) & (counted > 0), DOCUMENT_HEAD, 0)
    sizes = np.zeros(len(batch), np.int64)
    head_bytes(values, text_offsets, limits, sizes)
    counts = np.where(places <= token_cut, np.minimum(counted, DOCUMENT_TOKENS), 0)
    order = np.argsort(places, kind="stable")  # equal places, equal texts: which of them has room does not matter
    counts[order], sizes[order] = _first(counts[order], SAMPLE_TOKENS), _first(sizes[order], SAMPLE_HEADS)
    chosen = np.flatnonzero((counts > 0) | (sizes > 0))
    token_offsets = _offsets(counts)
    tokens = np.empty(token_offsets[-1], np.uint32)
    copy_tokens(batch.tokens.folded, batch.tokens.kind, batch.tokens.document_start, token_offsets, tokens)
    return Sample(
        batch.fingerprints[chosen],
        language_codes_of(annotations.column("language").take(pa.array(chosen))),
        tokens,
        _offsets(counts[chosen]),
        *_pieces(values, text_offsets[chosen], sizes[chosen]),
    )


def merge(samples: Iterable[Sample]) -> Sample:
    """The sample of all their documents: associative, and the order of the samples does not matter."""
    parts = _below_cuts([s for s in samples if len(s)])
    if not parts:
        return empty_sample()
    fingerprints = np.concatenate([s.fingerprints for s in parts])
    counts = np.concatenate([np.diff(s.token_offsets) for s in parts])
    sizes = np.concatenate([np.diff(s.head_offsets) for s in parts])
    # Copies tie in everything but how much of them is kept: those with tokens and heads come first.
    order = np.lexsort((-sizes, -counts, fingerprints[:, 1], fingerprints[:, 0], priorities(fingerprints)))
    token_sizes, head_sizes = _first(counts[order], SAMPLE_TOKENS), _first(sizes[order], SAMPLE_HEADS)
    kept = (token_sizes > 0) | (head_sizes > 0)
    order, token_sizes, head_sizes = order[kept], token_sizes[kept], head_sizes[kept]
    tokens, token_offsets = _pieces(np.concatenate([s.tokens for s in parts]), _offsets(counts)[order], token_sizes)
    heads, head_offsets = _pieces(np.concatenate([s.heads for s in parts]), _offsets(sizes)[order], head_sizes)
    languages = np.concatenate([s.languages for s in parts])[order]
    return Sample(fingerprints[order], languages, tokens, token_offsets, heads, head_offsets)


def _below_cuts(parts: list[Sample]) -> list[Sample]:
    """Without the documents that all of them together leave no room for: samples of many shards hold mostly such."""
    if len(parts) < 2:
        return parts
    places = np.concatenate([s.priorities for s in parts])
    order = np.argsort(places)
    sizes = (
        np.concatenate([np.diff(offsets) for offsets in several])
        for several in ([s.token_offsets for s in parts], [s.head_offsets for s in parts])
    )
    room = [
        np.flatnonzero(_first(size[order], limit))
        for size, limit in zip(sizes, (SAMPLE_TOKENS, SAMPLE_HEADS), strict=True)
    ]
    last = max((int(found[-1]) for found in room if found.size), default=-1)
    cut = places[order[last]] if last >= 0 else np.uint64(0)
    return [s.take(np.flatnonzero(s.priorities <= cut)) for s in parts]


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


def _first(sizes: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Sizes while fewer than `limit` stand before them, then 0."""
    before = np.cumsum(sizes) - sizes
    return np.where(before < limit, sizes, 0)


def _pieces(values: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[NDArray[Any], Any]:
    offsets = _offsets(sizes)
    out = np.empty(offsets[-1], values.dtype)
    copy_pieces(values, starts, offsets, out)
    return out, offsets


def _offsets(sizes: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def mixed(h: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """kernels.hashing.mix64 over an array, which it overwrites."""
    mixed: NDArray[np.uint64] = mix64(h)
    return mixed
