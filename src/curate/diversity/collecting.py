"""Gathers the sample of a corpus: of every batch what may belong to it, of every shard, and of all shards together.

Samples merge: associative, commutative, so that any sharding gives the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.diversity.sample import (
    DOCUMENT_HEAD,
    DOCUMENT_TOKENS,
    SAMPLE_HEADS,
    SAMPLE_TOKENS,
    Sample,
    empty_sample,
    language_codes_of,
    offsets_of,
    pieces,
    priorities,
)
from curate.kernels.sampling import copy_tokens, head_bytes
from curate.measuring.batch import Batch

Item = TypeVar("Item")
TOGETHER = 16  # samples of 5 MB: each merging copies a whole one, whatever the number


class Collector:
    """Gathers the sample of one shard, batch by batch; afterwards `sample()` is it."""

    def __init__(self) -> None:
        self._kept: list[Sample] = []
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
        if len(self._kept) > 1:
            self._trim()
        return self._kept[0] if self._kept else empty_sample()

    def _trim(self) -> None:
        whole = merge(self._kept)
        self._kept = [whole]
        places = whole.priorities
        if whole.token_count >= SAMPLE_TOKENS:
            self._token_cut = places[np.diff(whole.token_offsets) > 0][-1]
        if whole.heads.size >= SAMPLE_HEADS:
            self._head_cut = places[np.diff(whole.head_offsets) > 0][-1]


def collect(batch: Batch, annotations: pa.RecordBatch, token_cut: np.uint64, head_cut: np.uint64) -> Sample:
    """Contribution of a batch to a sample, in its order: priorities at most a cut, no more than there is room for.

    `annotations` of the batch must have `tokens` and `language`. A document without a counted token is never in it.
    """
    places = priorities(batch.fingerprints)
    counted = annotations.column("tokens").to_numpy()
    values, text_offsets = batch.buffers
    limits = np.where((places <= head_cut) & (counted > 0), DOCUMENT_HEAD, 0)
    sizes = np.zeros(len(batch), np.int64)
    head_bytes(values, text_offsets, limits, sizes)
    counts = np.where(places <= token_cut, np.minimum(counted, DOCUMENT_TOKENS), 0)
    # Of equal places and other texts those with the smaller fingerprint come first, as in `merge`; of copies any.
    order = np.lexsort((batch.fingerprints[:, 1], batch.fingerprints[:, 0], places))
    counts, sizes = _first(counts[order], SAMPLE_TOKENS), _first(sizes[order], SAMPLE_HEADS)
    kept = (counts > 0) | (sizes > 0)
    chosen, counts, sizes = order[kept], counts[kept], sizes[kept]
    token_offsets = offsets_of(counts)
    tokens = np.empty(token_offsets[-1], np.uint32)
    copy_tokens(batch.tokens.folded, batch.tokens.kind, batch.tokens.document_start[chosen], token_offsets, tokens)
    return Sample(
        batch.fingerprints[chosen],
        language_codes_of(annotations.column("language").take(pa.array(chosen))),
        tokens,
        token_offsets,
        *pieces(values, text_offsets[chosen], sizes),
    )


def cut_of(sample: Sample) -> np.uint64:
    """The place behind which no document comes into a sample that is merged with this one."""
    if sample.token_count < SAMPLE_TOKENS or sample.heads.size < SAMPLE_HEADS:
        return np.uint64(0xFFFFFFFFFFFFFFFF)
    last: np.uint64 = sample.priorities[-1]
    return last


def merge_shards(samples: Iterable[Sample]) -> Sample:
    """As `merge`, of as many as there are, which need not be in memory all at once."""
    found = empty_sample()
    for some in in_turns(near(sample, cut_of(found)) for sample in samples):
        found = merge([found, *some])
    return found


def near(sample: Sample, cut: np.uint64) -> Sample:
    """Its documents up to the cut, copied: of most samples few, and a mapped file is let go of."""
    return sample.take(np.arange(np.searchsorted(sample.priorities, cut, side="right")))


def in_turns(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Two of them, then twice as many at a time, up to TOGETHER: of later samples little counts."""
    rest, count = iter(items), 2
    while some := list(islice(rest, count)):
        yield some
        count = min(2 * count, TOGETHER)


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
    tokens, token_offsets = pieces(np.concatenate([s.tokens for s in parts]), offsets_of(counts)[order], token_sizes)
    heads, head_offsets = pieces(np.concatenate([s.heads for s in parts]), offsets_of(sizes)[order], head_sizes)
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


def _first(sizes: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Sizes while fewer than `limit` stand before them, then 0."""
    before = np.cumsum(sizes) - sizes
    return np.where(before < limit, sizes, 0)
