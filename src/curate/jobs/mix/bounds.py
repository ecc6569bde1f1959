"""Upper bounds on machine text below a row of thresholds, among documents without declarations."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.detect.below import machine_below, machine_below_by_labels
from curate.errors import DataError, UsageError
from curate.jobs.run.columns import numbers
from curate.jobs.run.file_hash import sha256
from curate.jobs.scan.judged_turns import judged
from curate.jobs.scan.label_pool import population
from curate.jobs.scan.label_reading import drawn_labels
from curate.jobs.scan.second_pass import Asked
from curate.jobs.scan.share import placebo_of, scores_of
from curate.mixing.guarantee import DetectedBound


def doubted_languages(asked: Asked, confidence: float) -> dict[str, str]:
    """Languages whose text dated before chat models reads as machine-written, each with the reason to doubt it."""
    found, documents = asked.found, judged(asked.measured)
    _, doubts = placebo_of(
        documents, found.clusters, found.detector, confidence, found.said, workers=found.plan.workers
    )  # fmt: skip
    return doubts


def detected_bounds(
    asked: Asked, said: pa.Array, confidence: float, doubted: Collection[str]
) -> tuple[DetectedBound, ...]:
    """Bounds that all hold together, over the pool of scored documents for which `said` is null.

    Every document that may count as detected human lies in that pool, so whatever a mix selects from it holds no more
    machine tokens below a threshold than the pool does. Empty where nothing is scored. doubted: languages of which no
    score is believed.
    """
    rows = np.flatnonzero(np.asarray(pc.is_null(said)))
    found = asked.found
    mass = numbers(found.documents, "tokens").astype(np.int64)[rows]
    pool = scores_of(judged(asked.measured), found.clusters, found.detector, rows, mass=mass)
    if not pool.scored_tokens:
        return ()
    bounds = machine_below(pool, found.detector.calibration, confidence=confidence, doubted=doubted)
    return tuple(DetectedBound.of_share(bound.threshold, bound.share, pool.scored_tokens) for bound in bounds)


def labelled_bounds(asked: Asked, confidence: float) -> tuple[DetectedBound, ...]:
    """Return bounds by labels of a draw from the corpus, as `machine_below_by_labels`.

    Raises UsageError where tokens are not our own, which documents are drawn by, DataError where nothing is labelled.
    """
    found, file = asked.found, asked.found.plan.labels
    assert file is not None
    if asked.unit != "curate":
        raise UsageError("prove a share of our own tokens", where="--labels", hint="leave --tokenizer out")
    documents, labels = judged(found.documents), found.labels
    pool = population(documents, found.said)
    drawn, known = drawn_labels(documents, pool, labels)
    if np.isnan(known).all():
        raise DataError(
            f"none of its {len(labels):,} rows says human or machine",
            where=str(file),
            hint="fill in the column label, or leave --labels out",
        )
    bounds = machine_below_by_labels(drawn, known, pool.score, confidence=confidence)
    total, mark = int(pool.tokens.sum()), sha256(file)
    return tuple(DetectedBound.of_share(bound.threshold, bound.share, total, mark) for bound in bounds)
