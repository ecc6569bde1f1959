"""What the detector proves of the documents that nobody has declared: the worst case at a row of thresholds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.detect.below import machine_below
from curate.jobs.again import Asked
from curate.jobs.load import numbers
from curate.jobs.share import scores_of
from curate.mixing.guarantee import DetectedBound


def detected_bounds(asked: Asked, said: pa.Array, confidence: float) -> tuple[DetectedBound, ...]:
    """Bounds that all hold together, over the pool of scored documents for which `said` is null.

    Every document that may count as detected human lies in that pool, so whatever a mix selects from it holds no more
    machine tokens below a threshold than the pool does. Empty where nothing is scored.
    """
    rows = np.flatnonzero(np.asarray(pc.is_null(said)))
    found = asked.found
    mass = numbers(found.documents, "tokens").astype(np.int64)[rows]
    pool = scores_of(asked.measured, found.clusters, found.detector, rows, mass=mass)
    if not pool.scored_tokens:
        return ()
    bounds = machine_below(pool, found.detector.calibration, confidence=confidence)
    return tuple(DetectedBound.of_share(bound.threshold, bound.share, pool.scored_tokens) for bound in bounds)
