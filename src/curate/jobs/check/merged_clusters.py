"""Near-duplicates and the diversity sample after merging, from those of both sides: nothing is compared again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.diversity.collecting import merge
from curate.diversity.sample import SAMPLE_HEADS, SAMPLE_TOKENS, Sample, read_sample
from curate.jobs.check.baseline_copies import Gone, Pairs
from curate.jobs.check.baseline_state import Base
from curate.jobs.check.row_diff import gone_and_new
from curate.jobs.run.columns import fingerprints, load_columns, numbers
from curate.jobs.scan.job import Scan
from curate.kernels.union_find import components
from curate.neardup.clusters import Clusters

Rows = NDArray[np.int64]
ALL = np.iinfo(np.uint64).max  # a place after every other


def merged_clusters(base: Base, gone: Gone, change: Scan | None, pairs: Pairs | None) -> Clusters:
    """Clusters over the documents that stay, then the new ones; without edges and similarities.

    Documents are connected as in either scan and by the pairs between them. A set of n-grams of which no document
    stays connects nothing any more.
    """
    n = base.documents.num_rows
    new = 0 if change is None else change.documents.num_rows
    there = ~gone
    alive = np.zeros(n, np.bool_)
    alive[base.twin[there]] = True
    left, right = base.edges[:, 0], base.edges[:, 1]
    kept = alive[left] & alive[right]
    edges = [(left[kept], right[kept]), (np.flatnonzero(there), base.twin[there])]
    if change is not None and pairs is not None:
        edges += [(change.clusters.edges[:, 0] + n, change.clusters.edges[:, 1] + n)]
        edges += [(np.arange(new) + n, change.clusters.twin + n), (pairs.old, pairs.new + n)]
    ends = [np.concatenate([edge[side] for edge in edges]) for side in (0, 1)]
    root = components(ends[0], ends[1], n + new)
    stays = np.concatenate([there, np.ones(new, np.bool_)])
    return _clusters(root[stays], *_sketches(base, there, change))


def _sketches(base: Base, there: Gone, change: Scan | None) -> tuple[Rows, NDArray[np.uint64]]:
    """Distinct n-grams and fingerprint of the documents that stay, then of the new ones."""
    counts = [numbers(base.documents, "minhash_count")[there].astype(np.int64)]
    prints = [fingerprints(base.documents)[there]]
    if change is not None:
        counts.append(numbers(load_columns(change.tasks, ("minhash_count",)), "minhash_count").astype(np.int64))
        prints.append(fingerprints(change.documents))
    return np.concatenate(counts), np.concatenate(prints)


def _clusters(root: Rows, counts: Rows, prints: NDArray[np.uint64]) -> Clusters:
    """From the component of each document, numbered in any way."""
    n = len(root)
    sizes = np.bincount(root, minlength=int(root.max(initial=-1)) + 1)
    members = np.flatnonzero(sizes[root] > 1)
    order = members[
        np.lexsort((members, prints[members, 1], prints[members, 0], -counts[members], root[members]))
    ]  # by rank within each cluster
    starts = np.concatenate([[True], root[order[1:]] != root[order[:-1]]])[: len(order)]
    number = np.cumsum(starts) - 1
    representative, cluster, rank = np.arange(n), np.full(n, -1, np.int64), np.zeros(n, np.int64)
    representative[order] = order[np.flatnonzero(starts)[number]]
    cluster[order] = number
    heads = order[starts]
    ranked = np.lexsort((heads, prints[heads, 1], prints[heads, 0], -counts[heads]))
    rank[heads[ranked]] = np.arange(len(heads))
    exact = np.zeros(n, np.bool_)
    exact[order[1:]] = (prints[order[1:]] == prints[order[:-1]]).all(axis=1) & ~starts[1:]
    none = np.zeros((0, 2), np.int64)
    return Clusters(
        cluster=cluster, representative=representative, similarity=np.ones(n, np.float32), exact=exact, rank=rank,
        twin=np.arange(n), edges=none, edge_similarity=np.zeros(0, np.float32), crowded=False,
    )  # fmt: skip


def merged_diversity_sample(base: Base, gone: Gone, new: Sample) -> Sample | None:
    """The sample of what is there after merging; None where documents that would move up into it were not kept."""
    whole, lost = base.sample(), fingerprints(base.documents)[gone]
    if gone_and_new(whole.fingerprints, lost)[0].all():
        return merge([whole, new])
    parts, cuts = [new], []
    for path in base.samples:
        sample = read_sample(path)
        stays, others = gone_and_new(sample.fingerprints, lost)
        lost = lost[others]
        parts.append(sample if stays.all() else sample.take(np.flatnonzero(stays)))
        cuts += [] if stays.all() else [_known_to(sample)]
    merged = merge(parts)
    reaches = _known_to(merged)
    fine = all(known == ALL or known > reach for cut in cuts for known, reach in zip(cut, reaches, strict=True))
    return merged if fine else None


def _known_to(sample: Sample) -> tuple[int, int]:
    """Up to which place in the order a sample has all tokens, and all heads, of its documents."""
    sides = ((sample.token_offsets, SAMPLE_TOKENS), (sample.head_offsets, SAMPLE_HEADS))
    return tuple(  # type: ignore[return-value]
        int(sample.priorities[np.diff(offsets) > 0].max()) if offsets[-1] >= most else ALL for offsets, most in sides
    )
