"""What goes into a mix: rules, one document a cluster, evidence, the floor; decided from annotations alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.bounds import detected_bounds
from curate.jobs.load import numbers
from curate.jobs.scan import Scan
from curate.mixing.classes import classify, tokens_by_class
from curate.mixing.guarantee import DetectedBound, Guarantee, choose_bound, guarantee
from curate.mixing.priority import TIE_COLUMNS, occurrences, priorities
from curate.mixing.removed import removed_table
from curate.mixing.request import MixRequest
from curate.mixing.select import LEFT_OUT, Candidates, select
from curate.neardup.duplicates import drop_duplicates, repeated_by
from curate.rulebook.decide import declared, fired


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of the way took out, counted by a document's first reason."""

    reason: str
    documents: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The documents of a mix (rows of the scan, in the order in which they are written) and why the others are not."""

    order: NDArray[np.int64]
    guarantee: Guarantee
    tokens_by_class: dict[str, int]
    detected: DetectedBound | None
    removed: pa.Table  # id, path, row, reason
    removed_counts: dict[str, int]  # documents by reason
    steps: tuple[Step, ...]


def choose(found: Scan, request: MixRequest) -> Choice:
    """Raises VerdictError where the floor cannot be met; see mixing.select."""
    documents = found.documents
    tokens = numbers(documents, "tokens").astype(np.int64)
    label = documents.column("label") if found.plan.columns.label else None
    said, _ = declared(found.book, documents, label)
    ruled_out = fired(found.book, documents)
    passed = np.asarray(pc.equal(pc.list_value_length(ruled_out), 0))
    kept = drop_duplicates(found.clusters, _keep_order(request, said, passed, tokens))
    candidates = np.flatnonzero(passed & kept & (tokens > 0))
    bounds = detected_bounds(found, said) if request.trust == "detected" else ()
    scores = documents.column("machine_score").combine_chunks()
    here = pa.array(candidates)
    bound = choose_bound(
        bounds, declared=said.take(here), machine_score=scores.take(here), tokens=tokens[candidates]
    )
    classes = classify(
        said.take(here), scores.take(here), threshold=bound.threshold if bound else None, trust=request.trust
    )
    priority = _priorities(documents, request.seed)
    chosen = select(
        Candidates(tokens[candidates], classes, priority[candidates]),
        ratio=request.ratio,
        budget=request.budget,
        machine_tokens=bound.machine_tokens if bound else 0,
    )
    rows = candidates[chosen.selected]
    totals = tokens_by_class(classes[chosen.selected], tokens[rows])
    left_out = np.zeros(documents.num_rows, np.uint8)
    left_out[candidates] = chosen.left_out
    repeated = repeated_by(found.clusters, kept)
    ...
