"""Near-duplicates and the diversity sample after merging, from those of both sides: nothing is compared again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.diversity.merged import merged_sample
from curate.diversity.sample import Sample, read_sample
from curate.jobs.check.baseline_copies import Gone
from curate.jobs.check.baseline_state import Base
from curate.jobs.run.columns import fingerprints, load_columns, numbers
from curate.jobs.scan.corpus import Corpus
from curate.neardup.clusters import Clusters
from curate.neardup.copies import Pairs
from curate.neardup.merged import clusters_of, merged_components

Rows = NDArray[np.int64]


def merged_clusters(base: Base, gone: Gone, change: Corpus | None, pairs: Pairs | None) -> Clusters:
    """Clusters over the documents that stay, then the new ones; without edges and similarities."""
    there = ~gone
    root = merged_components(gone, base.twin, base.edges, None if change is None else change.clusters, pairs)
    stays = np.concatenate([there, np.ones(len(root) - len(there), np.bool_)])
    return clusters_of(root[stays], *_sketches(base, there, change))


def _sketches(base: Base, there: Gone, change: Corpus | None) -> tuple[Rows, NDArray[np.uint64]]:
    """Distinct n-grams and fingerprint of the documents that stay, then of the new ones."""
    counts = [numbers(base.documents, "minhash_count")[there].astype(np.int64)]
    prints = [fingerprints(base.documents)[there]]
    if change is not None:
        counts.append(numbers(load_columns(change.tasks, ("minhash_count",)), "minhash_count").astype(np.int64))
        prints.append(fingerprints(change.documents))
    return np.concatenate(counts), np.concatenate(prints)


def merged_diversity_sample(base: Base, gone: Gone, new: Sample) -> Sample | None:
    """The sample of what is there after merging; None where documents that would move up into it were not kept."""
    return merged_sample(base.sample(), map(read_sample, base.samples), fingerprints(base.documents)[gone], new)
