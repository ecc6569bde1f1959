"""Near-duplicates of a sample found again by `datasketch`, and by comparing every pair of it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.errors import DependencyError
from curate.kernels.hashing import mix_each
from curate.kernels.shingle_sets import alike
from curate.neardup.clusters import Clusters
from curate.neardup.sketches import Sketches

SAMPLE = 2000  # documents: comparing every pair takes seconds
LONGEST, MOST_BYTES = 1 << 20, 64 << 20  # of a text, of all of them
MOST_ALIKE = 50  # documents that fall into the sample together
SLOTS = 256  # of datasketch's signatures, twice ours: its own error is not what is looked for
Numbers = NDArray[np.int64]
Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """Pairs of places in the sample, left < right.

    exact: as alike as the threshold asks, by comparing every pair. direct: near-duplicates by our own comparison;
    together: in one cluster of ours, so also those that are connected through others.
    """

    exact: Pairs
    direct: Pairs
    together: Pairs
    datasketch: Pairs


def import_datasketch() -> ModuleType:
    """Raises DependencyError where it is not installed."""
    try:
        return importlib.import_module("datasketch")
    except ImportError:
        hint = "pip install 'corpus-curate[crosscheck]'"
        raise DependencyError("--crosscheck needs datasketch, which is not installed", hint=hint) from None


def draw_sample(sketches: Sketches, clusters: Clusters, text_bytes: Numbers, seed: int, size: int = SAMPLE) -> Numbers:
    """Rows of up to `size` distinct texts with n-grams, ascending: those in groups of two and more first.

    text_bytes int64[n]: texts longer than LONGEST are left out, and all of them have no more than MOST_BYTES.

    A sample of single documents would hold hardly any pair. So documents are drawn in groups of equal least n-gram, by
    a hash that neither signature uses: two documents of similarity s are in one group with probability s.
    """
    salt = mix_each(np.array([seed], np.uint64))[0]
    rows = np.flatnonzero((sketches.count > 0) & ~clusters.exact & (text_bytes <= LONGEST))
    keys, prints = _least_ngrams(sketches, salt)[rows], sketches.fingerprints[rows]
    _, group, size_of = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.lexsort((mix_each(prints[:, 0] ^ prints[:, 1] ^ salt), mix_each(keys), size_of[group] == 1))
    rows, group = rows[order], group[order]
    first = np.flatnonzero(np.diff(group, prepend=-1))
    place = np.arange(rows.size) - np.repeat(first, np.diff(first, append=rows.size))
    rows = rows[place < MOST_ALIKE][:size]
    return np.sort(rows[np.cumsum(text_bytes[rows]) <= MOST_BYTES])


def _least_ngrams(sketches: Sketches, salt: np.uint64) -> NDArray[np.uint64]:
    """Of each document, by a salted hash; 0 where there is none."""
    keys = np.zeros(len(sketches), np.uint64)
    for part in sketches.parts:
        values, start = sketches.shingles(part)
        some = np.flatnonzero(np.diff(start))
        if some.size:
            mixed = mix_each(values.astype(np.uint64) ^ salt)
            keys[sketches.starts[part] + some] = np.minimum.reduceat(mixed, start[some])
    return keys


def found_pairs(
    values: NDArray[np.uint32], start: Numbers, rows: Numbers, clusters: Clusters, threshold: float, seed: int
) -> FoundPairs:
    """Pairs of the sample's rows; values, start: their n-grams as `kernels.shingle_sets` gives them."""
    exact = frozenset(zip(*(side.tolist() for side in alike(values, start, threshold)), strict=True))
    sets = [values[a:b] for a, b in pairwise(start.tolist())]
    together = _equal(clusters.cluster[rows])
    return FoundPairs(exact, _direct(rows, clusters), together, _datasketch(sets, threshold, seed))


def _direct(rows: Numbers, clusters: Clusters) -> Pairs:
    """Pairs with an edge between their sets of n-grams, or with the same set."""
    twins = clusters.twin[rows]
    places: dict[int, list[int]] = {}
    for place, twin in enumerate(twins.tolist()):
        places.setdefault(twin, []).append(place)
    inside = np.isin(clusters.edges, twins).all(axis=1)
    found = set(_equal(twins))
    for left, right in clusters.edges[inside].tolist():
        found |= {(min(a, b), max(a, b)) for a in places[left] for b in places[right]}
    return frozenset(found)


def _equal(values: Numbers) -> Pairs:
    """Pairs of places with one value, -1 for none."""
    order = np.argsort(values, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(values[order])) + 1)
    found: set[tuple[int, int]] = set()
    for group in groups:
        if group.size > 1 and values[group[0]] >= 0:
            left, right = np.triu_indices(group.size, 1)
            found |= set(zip(group[left].tolist(), group[right].tolist(), strict=True))
    return frozenset(found)


def _datasketch(sets: list[NDArray[np.uint32]], threshold: float, seed: int) -> Pairs:
    """As its manual has it: MinHash and MinHashLSH, candidates kept where the signatures are alike enough."""
    package = import_datasketch()
    index = package.MinHashLSH(threshold=threshold, num_perm=SLOTS)
    signatures: list[Any] = []
    found: set[tuple[int, int]] = set()
    for place, own in enumerate(sets):
        signature = package.MinHash(num_perm=SLOTS, seed=seed % 2**32)
        signature.update_batch([value.tobytes() for value in own])
        for other in index.query(signature):
            if signatures[other].jaccard(signature) >= threshold:
                found.add((other, place))
        index.insert(place, signature)
        signatures.append(signature)
    return frozenset(found)
