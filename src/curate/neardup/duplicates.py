"""Which documents of a corpus to keep so that none repeats another; what comes first is the caller's choice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.kernels.sorting import order_by
from curate.kernels.union_find import keep_greedily
from curate.neardup.clusters import Clusters


def drop_duplicates(clusters: Clusters, priority: NDArray[np.generic] | None = None) -> NDArray[np.bool_]:
    """Decide which documents are kept, bool[n]: smallest priority (any sortable [n]) first, ties by the clusters' rank.

    A document is dropped only for its own text, set of n-grams or verified similarity to a kept document, never
    through a chain. Kept documents have no edge between them.
    """
    order = np.argsort(clusters.rank) if priority is None else order_by(priority, clusters.rank)
    n = len(clusters.rank)
    ends = np.concatenate([clusters.edges, clusters.edges[:, ::-1]])
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    start = np.searchsorted(ends[:, 0], np.arange(n + 1))
    kept = np.zeros(n, np.bool_)
    keep_greedily(order, clusters.twin, start, np.ascontiguousarray(ends[:, 1]), kept)
    return kept
