"""The machine share of a corpus and of its parts, from the annotations of its documents."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.detect.detector import Detector
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.reference import Reference
from curate.detect.share import Share, estimate_share
from curate.jobs.figures import CorpusShare
from curate.jobs.load import fingerprints, numbers
from curate.neardup.clusters import Clusters

PARTS = 20  # languages, sources: the largest by tokens


def corpus_share(
    documents: pa.Table, clusters: Clusters, detector: Detector, confidence: float, reference: Reference | None
) -> CorpusShare:
    """The share of the whole corpus; by language and source where there is more than one.

    A reference stands for the whole: the human text of one source may be of another kind, so sources go without.
    """

    def estimate(rows: NDArray[np.int64] | None, given: Reference | None) -> Share:
        histogram = scores_of(documents, clusters, detector, rows)
        return estimate_share(histogram, detector.calibration, confidence=confidence, reference=given)

    whole = estimate(None, reference)
    parts = {
        column: {name: estimate(rows, given) for name, rows in largest_parts(documents, column)}
        for column, given in (("language", reference), ("source", None))
    }
    return CorpusShare(**asdict(whole), by_language=parts["language"], by_source=parts["source"])


def reference_of(documents: pa.Table, clusters: Clusters, detector: Detector) -> Reference:
    """Scanned human text in two halves, by a bit of the fingerprint of each cluster's representative."""
    second = (fingerprints(documents)[clusters.representative, 1] & np.uint64(1)).astype(np.bool_)
    first, other = (scores_of(documents, clusters, detector, np.flatnonzero(half)) for half in (~second, second))
    return Reference(human=first, placebo=other)


def scores_of(
    documents: pa.Table, clusters: Clusters, detector: Detector, rows: NDArray[np.int64] | None = None
) -> ScoreHistogram:
    """The score histogram of chosen rows (None: all), near-duplicates counted by their cluster."""
    chosen = documents if rows is None else documents.take(pa.array(rows))
    return score_histogram(
        detector.calibration,
        chosen.column("language"),
        numbers(chosen, "machine_score"),
        numbers(chosen, "tokens").astype(np.int64),
        clusters.cluster if rows is None else clusters.cluster[rows],
    )


def largest_parts(documents: pa.Table, column: str) -> list[tuple[str, NDArray[np.int64]]]:
    """The values of a column with most tokens, at most PARTS, and their rows; empty if there is only one value."""
    encoded = documents.column(column).combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    if len(names) < 2:
        return []
    code = np.asarray(pc.fill_null(encoded.indices, -1))
    tokens = np.bincount(code, numbers(documents, "tokens"), len(names))
    largest = sorted(range(len(names)), key=lambda i: (-tokens[i], names[i]))[:PARTS]
    return [(names[i], np.flatnonzero(code == i)) for i in largest]
