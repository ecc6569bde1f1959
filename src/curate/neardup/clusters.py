"""Clusters of documents that repeat each other: equal texts first, then verified near-duplicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.union_find import components
from curate.neardup.pairs import Pairs, similar_pairs, twins, verify
from curate.neardup.sketches import Sketches
from curate.neardup.texts import Texts, distinct_texts


@dataclass(frozen=True, slots=True)
class Clusters:
    """Who repeats whom among n documents; in terms of texts the same for any order of the documents.

    cluster int64[n]: numbered by the representatives' fingerprints, -1 for a document that is in none; representative
    int64[n]: row of the cluster's first document by rank, the own row in no cluster; similarity float32[n] to the
    representative, which may lie below the threshold where a cluster is a chain, 1.0 to itself; exact bool[n]: the very
    same text stands in another row, which is the one counted. rank int64[n]: most distinct n-grams (or
    smallest given priority) first, then smallest fingerprint, then row.
    twin int64[n]: row of the first document with the same set of n-grams, the own row where there is none before;
    edges int64[m, 2] between such rows, edge_similarity float32[m] at least the threshold: for `drop_duplicates`.
    crowded: some documents were too many alike to compare them all (kernels.candidates.CROWD); there the edges are
    those with the first by rank, and dropping by another priority wants clusters found with that priority.
    """

    cluster: NDArray[np.int64]
    representative: NDArray[np.int64]
    similarity: NDArray[np.float32]
    exact: NDArray[np.bool_]
    rank: NDArray[np.int64]
    twin: NDArray[np.int64]
    edges: NDArray[np.int64]
    edge_similarity: NDArray[np.float32]
    crowded: bool


def find_clusters(sketches: Sketches, threshold: float, *, priority: NDArray[np.int64] | None = None) -> Clusters:
    """Clusters of documents connected by verified Jaccard similarities of at least the threshold.

    Texts without a signature repeat only equal texts, empty texts nothing. Similarities are exact up to 1,024 distinct
    n-grams, beyond from a sample of that many (standard error at most 0.016). Smaller priority (int64[n]) represents
    its cluster. Raises UsageError for a threshold outside (0, 1] or one that the signature's slots cannot serve.
    """
    chosen = -sketches.count.astype(np.int64) if priority is None else priority
    texts = distinct_texts(sketches.fingerprints, chosen)
    signed = np.flatnonzero(sketches.count[texts.row] > 0)
    first = twins(sketches, texts.row[signed])
    twin = np.arange(len(texts.row))
    twin[signed] = signed[first]
    nodes = signed[first == np.arange(len(signed))]
    near = similar_pairs(sketches, texts.row[nodes], threshold)
    edges = Pairs(nodes[near.left], nodes[near.right], near.similarity, near.crowded)
    root = components(
        np.concatenate([edges.left, twin]), np.concatenate([edges.right, np.arange(len(twin))]), len(twin)
    )
    return _clusters(sketches, texts, twin, root, edges)


def _clusters(
    sketches: Sketches, texts: Texts, twin: NDArray[np.int64], root: NDArray[np.int64], edges: Pairs
) -> Clusters:
    """From texts (by rank) back to documents."""
    n = len(texts.of)
    row = texts.row
    similarity = np.ones(len(row))
    chained = np.flatnonzero(root != twin)
    similarity[chained] = verify(sketches, row[root[chained]], row[chained])
    by_rank = np.lexsort((np.arange(n), row[texts.of] != np.arange(n), texts.of))
    rank = np.empty(n, np.int64)
    rank[by_rank] = np.arange(n)
    return Clusters(
        cluster=_numbered(sketches, row, root[texts.of]),
        representative=row[root[texts.of]],
        similarity=similarity[texts.of].astype(np.float32),
        exact=row[texts.of] != np.arange(n),
        rank=rank,
        twin=row[twin[texts.of]],
        edges=np.stack([row[edges.left], row[edges.right]], axis=1),
        edge_similarity=edges.similarity.astype(np.float32),
        crowded=edges.crowded,
    )


def _numbered(sketches: Sketches, row: NDArray[np.int64], root: NDArray[np.int64]) -> NDArray[np.int64]:
    """Clusters of two documents and more, numbered by fingerprint of the root text; -1 elsewhere."""
    size = np.bincount(root, minlength=len(row))
    roots = np.flatnonzero(size > 1)
    prints = sketches.fingerprints[row[roots]]
    number = np.full(len(row), -1, np.int64)
    number[roots[np.lexsort((prints[:, 1], prints[:, 0]))]] = np.arange(len(roots))
    return number[root]
