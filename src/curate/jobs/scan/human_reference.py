"""Human documents of a corpus itself, dated or labelled: the reference of the others of their source and language."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.judge import Judge
from curate.detect.reference import Reference
from curate.jobs.run.columns import fingerprints, numbers
from curate.neardup.clusters import Clusters

LEAST_OF_SOURCE = 20  # scored human documents of a source and language, in each half, from which they speak for it
STEPS = 1 << 16  # weights are whole multiples of 1 / STEPS, so that sums do not depend on an order

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class OwnReference:
    """`covered` bool[unknown documents]: those that the reference is of the same sources as."""

    covered: NDArray[np.bool_]
    reference: Reference | None


def own_reference(documents: pa.Table, clusters: Clusters, detector: Judge, unknown: Rows, human: Rows) -> OwnReference:
    """Two halves of the human documents, weighted so that sources stand in them as among the unknown ones.

    Whatever humans wrote among the unknown is some of each source's; were sources mixed otherwise, a source whose human
    text scores high would read as machine text.
    """
    nobody = OwnReference(np.zeros(unknown.size, np.bool_), None)
    if not unknown.size or not human.size:
        return nobody
    kind, scored = _kinds(documents), ~np.isnan(numbers(documents, "machine_score"))
    tokens = numbers(documents, "tokens").astype(np.int64)
    size = int(kind.max()) + 1
    human = human[scored[human]]
    second = (fingerprints(documents)[clusters.representative[human], 1] & np.uint64(1)).astype(np.bool_)
    halves = [human[~second], human[second]]
    enough = np.all([np.bincount(kind[half], minlength=size) >= LEAST_OF_SOURCE for half in halves], axis=0)
    covered = enough[kind[unknown]] & scored[unknown]
    wanted = np.bincount(kind[unknown[covered]], tokens[unknown[covered]], size)
    sides = []
    for half in halves:
        there = np.bincount(kind[half], tokens[half], size)
        weight = np.where(enough & (there > 0), np.rint(STEPS * wanted / np.maximum(there, 1)), 0).astype(np.int64)
        rows = half[weight[kind[half]] > 0]
        sides.append(_histogram(documents, clusters, detector, rows, tokens[rows] * weight[kind[rows]]))
    found = Reference(*sides)
    languages = [name for name in sides[0].languages if found.covers(name)]
    spoken = np.asarray(
        pc.is_in(documents.column("language").take(pa.array(unknown)), pa.array(languages, pa.string()))
    )
    covered &= spoken
    return OwnReference(covered, found) if covered.any() else nobody


def _kinds(documents: pa.Table) -> Rows:
    """A number for every pair of source and language."""
    source, language = (documents.column(name).combine_chunks().dictionary_encode() for name in ("source", "language"))
    codes = [np.asarray(pc.fill_null(column.indices, len(column.dictionary))) for column in (source, language)]
    _, kind = np.unique(codes[0].astype(np.int64) * (len(language.dictionary) + 1) + codes[1], return_inverse=True)
    return np.asarray(kind, np.int64)


def _histogram(
    documents: pa.Table, clusters: Clusters, detector: Judge, rows: Rows, mass: NDArray[np.int64]
) -> ScoreHistogram:
    chosen = documents.select(["language", "machine_score", "tokens"]).take(pa.array(rows))
    return score_histogram(
        detector.calibration,
        chosen.column("language"),
        numbers(chosen, "machine_score"),
        numbers(chosen, "tokens").astype(np.int64),
        clusters.cluster[rows],
        mass=mass,
    )
