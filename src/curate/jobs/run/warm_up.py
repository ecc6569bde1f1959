"""Warm up the final steps on a small text while the workers run."""

from __future__ import annotations

import pyarrow as pa

from curate.detect.calibration import Calibration
from curate.detect.sides import drawn_pairs
from curate.diversity.collecting import Collector
from curate.diversity.figures import diversity
from curate.diversity.sample import Sample
from curate.measuring.batch import Batch
from curate.measuring.measure import Measure, annotate_batch
from curate.neardup.clusters import find_clusters
from curate.neardup.sketches import Sketches

_TEXTS = [
    "Two texts that differ in a single word near the end are alike, 这也一样。" + end for end in (" So", " Yes", "")
]


def rehearse(measures: tuple[Measure, ...], calibration: Calibration, threshold: float) -> None:
    """Cluster, sum up; half a second of loading kernels and SciPy where they have been compiled before."""
    batch = Batch(pa.record_batch([pa.array(_TEXTS, pa.large_string())], ["text"]))
    annotations = annotate_batch(batch, measures)
    find_clusters(Sketches.from_annotations(pa.Table.from_batches([annotations])), threshold)
    collector = Collector()
    collector.add(batch, annotations)
    diversity(Sample.from_table(collector.sample().to_table()), size=1)
    for language in calibration.languages.values():
        drawn_pairs(language)
