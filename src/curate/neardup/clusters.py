"""Clusters of documents that repeat each other: equal texts first, then verified near-duplicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.kernels.union_find import components, first_of_runs, ranks
from curate.neardup.means import Means
from curate.neardup.pairs import Nodes, candidate_pairs
from curate.neardup.sketches import Sketches
from curate.neardup.texts import Texts, distinct_texts
from curate.neardup.verify import Verifier

SERIAL = Means()


@dataclass(frozen=True, slots=True)
class Edges:
    """left, right int64[m]: texts, left < right, no pair twice; similarity float64[m]; crowded as in `Clusters`."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.float64]
    crowded: bool


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


def find_clusters(
    sketches: Sketches, threshold: float, *, priority: NDArray[np.int64] | None = None, means: Means = SERIAL
) -> Clusters:
    """Clusters of documents connected by verified Jaccard similarities of at least the threshold.

    Texts without a signature repeat only equal texts, empty texts nothing. Similarities are exact up to 1,024 distinct
    n-grams, beyond from a sample of that many (standard error at most 0.016). Smaller priority (int64[n]) represents
    its cluster. `means` change nothing that is found. Raises UsageError for a threshold outside (0, 1] or one that the
    signature's slots cannot serve.
    """
    texts = distinct_texts(sketches.fingerprints, -sketches.count.astype(np.int64) if priority is None else priority)
    twin = _twins(sketches, texts)
    candidates = candidate_pairs(sketches, _nodes(sketches, texts, twin), threshold, means)
    verifier = Verifier(sketches, texts.row, means)
    similarity = verifier.similarity(candidates.left, candidates.right)
    enough = similarity >= threshold
    edges = Edges(candidates.left[enough], candidates.right[enough], similarity[enough], candidates.crowded)
    return _clusters(sketches, texts, twin, edges, verifier)


def _twins(sketches: Sketches, texts: Texts) -> NDArray[np.int64]:
    """For each text the first one with the same n-grams, int64[d]; itself where it has none."""
    signed = np.flatnonzero(sketches.count[texts.row] > 0)
    sets = sketches.sets[texts.row[signed]]
    order = np.argsort(sets)
    starts = np.ones(len(order), bool)
    starts[1:] = sets[order[1:]] != sets[order[:-1]]
    run = np.empty(len(order), np.int64)
    run[order] = np.cumsum(starts) - 1
    twin = np.arange(len(texts.row))
    twin[signed] = signed[first_of_runs(order, starts, signed)[run]]
    return twin


def _nodes(sketches: Sketches, texts: Texts, twin: NDArray[np.int64]) -> Nodes:
    """One document a distinct set of n-grams."""
    count = sketches.count[texts.row]
    firsts = np.flatnonzero((count > 0) & (twin == np.arange(len(twin))))
    of = np.full(len(sketches), -1, np.int64)
    of[texts.row[firsts]] = firsts
    return Nodes(of, count)


def _clusters(sketches: Sketches, texts: Texts, twin: NDArray[np.int64], edges: Edges, verifier: Verifier) -> Clusters:
    """From texts (by rank) back to documents."""
    root = components(
        np.concatenate([edges.left, twin]), np.concatenate([edges.right, np.arange(len(twin))]), len(twin)
    )
    row = texts.row
    similarity = _to_root(root, twin, edges, verifier)
    return Clusters(
        cluster=_numbered(sketches, row, root[texts.of]),
        representative=row[root[texts.of]],
        similarity=similarity.astype(np.float32)[texts.of],
        exact=row[texts.of] != np.arange(len(texts.of)),
        rank=ranks(texts.of, row),
        twin=row[twin[texts.of]],
        edges=np.stack([row[edges.left], row[edges.right]], axis=1),
        edge_similarity=edges.similarity.astype(np.float32),
        crowded=edges.crowded,
    )


def _to_root(root: NDArray[np.int64], twin: NDArray[np.int64], edges: Edges, verifier: Verifier) -> NDArray[np.float64]:
    """Similarity of each text to its root: an edge's where there is one; only ends of chains are compared anew."""
    similarity = np.where(root == np.arange(len(root)), 1.0, -1.0)
    direct = root[edges.right] == edges.left  # a root is the smallest of its component, and left < right
    similarity[edges.right[direct]] = edges.similarity[direct]
    similarity = similarity[twin]
    rest = np.flatnonzero((similarity < 0) & (twin == np.arange(len(twin))))
    similarity[rest] = verifier.similarity(root[rest], rest)
    return similarity[twin]


def _numbered(sketches: Sketches, row: NDArray[np.int64], root: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the clusters of two or more documents by the fingerprint of the root's text; -1 for other documents."""
    size = np.bincount(root, minlength=len(row))
    roots = np.flatnonzero(size > 1)
    prints = sketches.fingerprints[row[roots]]
    number = np.full(len(row), -1, np.int64)
    number[roots[np.lexsort((prints[:, 1], prints[:, 0]))]] = np.arange(len(roots))
    return number[root]
