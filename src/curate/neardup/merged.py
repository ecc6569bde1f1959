"""Clusters of a corpus that has lost documents and won others, from the clusters of both; nothing is compared again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.kernels.union_find import components
from curate.measuring.matching import Prints, Rows
from curate.neardup.clusters import Clusters
from curate.neardup.copies import Pairs


def merged_components(
    gone: NDArray[np.bool_], twin: Rows, edges: Rows, added: Clusters | None, pairs: Pairs | None
) -> Rows:
    """The component of each document: of the n earlier ones, gone or not, then of the added ones.

    twin int64[n], edges int64[m, 2]: as `Clusters` of the earlier documents; pairs: between them and the added ones.
    Documents are connected as in either corpus and by the pairs. A set of n-grams of which no document stays connects
    nothing any more.
    """
    n, new = len(gone), 0 if added is None else len(added.twin)
    there = ~gone
    alive = np.zeros(n, np.bool_)
    alive[twin[there]] = True
    left, right = edges[:, 0], edges[:, 1]
    kept = alive[left] & alive[right]
    all_edges = [(left[kept], right[kept]), (np.flatnonzero(there), twin[there])]
    if added is not None and pairs is not None:
        all_edges += [(added.edges[:, 0] + n, added.edges[:, 1] + n)]
        all_edges += [(np.arange(new) + n, added.twin + n), (pairs.old, pairs.new + n)]
    ends = [np.concatenate([edge[side] for edge in all_edges]) for side in (0, 1)]
    return components(ends[0], ends[1], n + new)


def clusters_of(root: Rows, counts: Rows, prints: Prints) -> Clusters:
    """Clusters without edges and similarities. root: the component of each document, numbered in any way.

    counts int64[n]: distinct n-grams of each document, prints uint64[n, 2]: its fingerprint; both rank in a cluster.
    """
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
