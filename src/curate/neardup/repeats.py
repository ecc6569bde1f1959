"""Which kept document each dropped one repeats, so that a removal can be explained by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.neardup.clusters import Clusters


def repeated_by(clusters: Clusters, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Row of the most similar kept document, int64[n]; -1 for kept documents. `kept` is from `drop_duplicates`.

    The same text or the same set of n-grams comes before any similarity; ties go to the first by rank.
    """
    n = len(kept)
    keepers = np.flatnonzero(kept)
    keepers = keepers[np.argsort(-clusters.rank[keepers])]  # the first by rank is written last
    keeper_of = np.full(n, -1, np.int64)
    keeper_of[clusters.twin[keepers]] = keepers
    best = np.full(n, -1, np.int64)
    ends = np.concatenate([clusters.edges, clusters.edges[:, ::-1]])
    similarity = np.concatenate([clusters.edge_similarity, clusters.edge_similarity])
    has_keeper = keeper_of[ends[:, 1]] >= 0
    ends, similarity = ends[has_keeper], similarity[has_keeper]
    order = np.lexsort((-clusters.rank[keeper_of[ends[:, 1]]], similarity))  # best written last
    best[ends[order, 0]] = keeper_of[ends[order, 1]]
    found = np.where(keeper_of[clusters.twin] >= 0, keeper_of[clusters.twin], best[clusters.twin])
    return np.where(kept, -1, found)
