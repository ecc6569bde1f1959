"""Two samples made comparable: documents that both have set apart, strata and sizes matched, near-copies in blocks.

Nothing is measured here. Documents are matched in length, and sizes to the token, within every stratum (language, and
source where both sides say it), so that no figure differs because one side is larger, has longer documents or more of
one source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.diversity.equal import equal_lengths, equal_sizes
from curate.diversity.sample import Sample
from curate.kernels.grams import least_runs
from curate.kernels.hashing import mix_each
from curate.kernels.union_find import components
from curate.measuring.language import LANGUAGES

LEAST_TOKENS = 10_000  # on each side; below, nothing can be told apart
LEAST_DOCUMENTS = 16  # on each side
BLOCK_RUN = 6  # tokens: boilerplate of a few words must not chain documents into one block
SAME_KIND = 0.8  # of each side's tokens in declared sources that both have: then topics count as matched


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A sample and what its documents are declared to be: `sources` by document (None: not declared), and clusters.

    clusters int64[n]: the same number for near-duplicates, -1 for documents without.
    """

    sample: Sample
    sources: tuple[str, ...] | None = None
    clusters: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Documents of both sides, equally many tokens of each stratum. `rows`: of each, in its own snapshot's sample.

    after bool[n], blocks int64[n], strata int64[n]. shared: share of the tokens of AFTER that BEFORE has too, document
    for document. edited: share of the documents of AFTER here that have the least run of one of BEFORE, as near-copies
    mostly do. same_kind: whether declared sources match.
    """

    sample: Sample
    after: NDArray[np.bool_]
    rows: NDArray[np.int64]
    blocks: NDArray[np.int64]
    strata: NDArray[np.int64]
    shared: float
    edited: float
    same_kind: bool
    comparable: bool

    @property
    def tokens(self) -> int:
        """Of each side."""
        return int(np.diff(self.sample.token_offsets)[self.after].sum())


def match(before: Snapshot, after: Snapshot) -> Matched:
    """Comparable parts of two snapshots; `comparable` is False where that is too little."""
    sides = [before.sample, after.sample]
    rows, shared = _unshared(*sides)
    kinds = _kinds(before, after)
    lengths = [np.diff(s.token_offsets)[r] for s, r in zip(sides, rows, strict=True)]
    taken = equal_sizes(lengths, [kind[r] for kind, r in zip(kinds, rows, strict=True)])
    chosen = [row[count > 0] for row, count in zip(rows, taken, strict=True)]
    counts = [count[count > 0] for count in taken]
    pooled = _pool(sides, chosen, counts, [kind[c] for kind, c in zip(kinds, chosen, strict=True)])
    is_after = np.repeat([False, True], [c.size for c in chosen])
    strata = np.concatenate([k[c] for k, c in zip(kinds, chosen, strict=True)])
    tokens = [int(c.sum()) for c in counts]
    least = np.empty(len(pooled), np.uint64)
    least_runs(pooled.tokens, pooled.token_offsets, BLOCK_RUN, least)
    declared = before.sources is not None and after.sources is not None
    return Matched(
        pooled,
        is_after,
        np.concatenate(chosen),
        _blocks(pooled, least, is_after, np.concatenate(chosen), before, after),
        strata,
        shared,
        float(np.isin(least[is_after], least[~is_after]).mean()) if is_after.any() else 0.0,
        same_kind=declared and _in_common(sides, rows, kinds) >= SAME_KIND,
        comparable=min(tokens) >= LEAST_TOKENS and min(c.size for c in chosen) >= LEAST_DOCUMENTS,
    )


def _unshared(before: Sample, after: Sample) -> tuple[list[NDArray[np.int64]], float]:
    """The documents to compare: of each side those that the other has not; where one side has hardly any, all of it.

    What both have says nothing of what changed, and would hide it: a snapshot that grows by a tenth is nine tenths old.
    """
    keys = [s.fingerprints[:, 0] ^ mix_each(s.fingerprints[:, 1]) for s in (before, after)]
    sizes = [np.diff(s.token_offsets) for s in (before, after)]
    known = [np.isin(keys[0], keys[1]), np.isin(keys[1], keys[0])]
    shared = float(sizes[1][known[1]].sum()) / max(1, int(sizes[1].sum()))
    whole = [np.flatnonzero(size > 0) for size in sizes]
    own = [rows[~there[rows]] for rows, there in zip(whole, known, strict=True)]
    enough = [_enough(size, rows) for size, rows in zip(sizes, own, strict=True)]
    if not any(enough):
        return own, shared
    return [rows if fits else everything for rows, fits, everything in zip(own, enough, whole, strict=True)], shared


def _enough(sizes: NDArray[np.int64], rows: NDArray[np.int64]) -> bool:
    return rows.size >= LEAST_DOCUMENTS and int(sizes[rows].sum()) >= LEAST_TOKENS


def _kinds(before: Snapshot, after: Snapshot) -> list[NDArray[np.int64]]:
    """The stratum of every document: its language, and its source where both sides declare sources."""
    languages = [s.sample.languages.astype(np.int64) for s in (before, after)]
    if before.sources is None or after.sources is None:
        return languages
    _, codes = np.unique(np.array([*before.sources, *after.sources], np.str_), return_inverse=True)
    parts = np.split(codes.astype(np.int64), [len(before.sample)])
    return [part * len(LANGUAGES) + language for part, language in zip(parts, languages, strict=True)]


def _in_common(sides: list[Sample], rows: list[NDArray[np.int64]], kinds: list[NDArray[np.int64]]) -> float:
    """The share of a side's tokens in strata that the other has too; of the two sides the smaller."""
    there = [np.unique(kind[row]) for kind, row in zip(kinds, rows, strict=True)]
    shares = []
    for sample, row, kind, other in zip(sides, rows, kinds, there[::-1], strict=True):
        tokens = np.diff(sample.token_offsets)[row]
        shares.append(float(tokens[np.isin(kind[row], other)].sum()) / max(1, int(tokens.sum())))
    return min(shares)


def _pool(
    sides: list[Sample],
    rows: list[NDArray[np.int64]],
    counts: list[NDArray[np.int64]],
    strata: list[NDArray[np.int64]],
) -> Sample:
    """The rows of both sides, cut to as many tokens; their heads are matched in length by themselves."""
    taken = [s.take(r) for s, r in zip(sides, rows, strict=True)]
    sizes = [np.diff(s.head_offsets) for s in taken]
    have = [np.flatnonzero(size) for size in sizes]
    cut = equal_lengths(*([values[h] for values, h in zip(several, have, strict=True)] for several in (sizes, strata)))
    for size, h, equal in zip(sizes, have, cut, strict=True):
        size[h] = equal
    return join([s.shorten(c, size) for s, c, size in zip(taken, counts, sizes, strict=True)])


def join(samples: list[Sample]) -> Sample:
    """One after the other, as they are: no sample any more, documents of several."""

    def ends(offsets: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        sizes = np.concatenate([np.diff(o) for o in offsets])
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    return Sample(
        np.concatenate([s.fingerprints for s in samples]),
        np.concatenate([s.languages for s in samples]),
        np.concatenate([s.tokens for s in samples]),
        ends([s.token_offsets for s in samples]),
        np.concatenate([s.heads for s in samples]),
        ends([s.head_offsets for s in samples]),
    )


def _blocks(
    pooled: Sample,
    least: NDArray[np.uint64],
    after: NDArray[np.bool_],
    rows: NDArray[np.int64],
    one: Snapshot,
    two: Snapshot,
) -> NDArray[np.int64]:
    """Near-copies of one side move together: same cluster of a scan, same text, or same least run of BLOCK_RUN tokens.

    Not those of two sides: what a model made of BEFORE resembles it, and held in place it would hide the loss.
    """
    links = []
    for snapshot, here in ((one, np.flatnonzero(~after)), (two, np.flatnonzero(after))):
        inside = [(here, least[here]), (here, pooled.fingerprints[here, 0])]
        if snapshot.clusters is not None:
            clustered = here[snapshot.clusters[rows[here]] >= 0]
            inside.append((clustered, snapshot.clusters[rows[clustered]]))
        links += [tuple(places[side] for side in _links(keys)) for places, keys in inside]
    left, right = (np.concatenate([link[i] for link in links]) for i in range(2))
    return components(left, right, len(pooled))


def _links(keys: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of places with equal keys, each with the one before it."""
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    return order[:-1][same], order[1:][same]
