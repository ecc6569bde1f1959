"""A mix that is asked for, and the documents that it may take, before any is chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.jobs.mix.bounds import detected_bounds, doubted_languages, labelled_bounds
from curate.jobs.mix.evidence import Evidence, evidence_of
from curate.jobs.run.columns import numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.provenance import said_column
from curate.jobs.scan.second_pass import Asked
from curate.mixing.candidates import Candidates
from curate.mixing.classes import classify
from curate.mixing.guarantee import DetectedBound, choose_bound
from curate.mixing.priority import TIE_COLUMNS, occurrences, priorities
from curate.mixing.request import MixRequest
from curate.mixing.strata import scarcity


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The request, and the evidence, classes and strata of all documents, before any is chosen."""

    asked: Asked
    request: MixRequest
    evidence: Evidence
    doubts: dict[str, str]  # languages whose scores do not count, and why
    bound: DetectedBound | None
    documents: Candidates  # all of the corpus
    sources: list[str]  # by number

    @property
    def tokens(self) -> NDArray[np.int64]:
        """int64[n], in the unit asked for."""
        return self.documents.tokens


def case_of(asked: Asked, request: MixRequest) -> Case:
    found = asked.found
    tokens = numbers(found.documents, "tokens").astype(np.int64)
    evidence, doubts = evidence_of(asked), doubted_languages(asked, request.confidence)
    bound = _bound(asked, request, evidence, tokens, doubts)
    classes = classify(
        evidence.said,
        evidence.scores,
        threshold=bound.threshold if bound else None,
        trust=request.trust,
        labelled=bool(bound and bound.labels),
        unclear=evidence.unclear,
    )
    sources, source = _codes(found.documents.column("source"))
    stratum, scarce = _strata(found, tokens)
    everything = Candidates(tokens, classes, _priorities(found.documents, request.seed), stratum, source, scarce)
    return Case(asked, request, evidence, doubts, bound, everything, sources)


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """The values of a column, and for each document which one it has."""
    encoded = column.combine_chunks().fill_null("").dictionary_encode()
    return encoded.dictionary.to_pylist(), np.asarray(encoded.indices, dtype=np.int64)


def _strata(found: Corpus, tokens: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """A number for each source in a language, and how scarce it is.

    Files are no sources: a mix must not depend on how they are cut.
    """
    _, source = _codes(said_column(found.documents, "source", found.tasks))
    languages, language = _codes(found.documents.column("language"))
    return source * len(languages) + language, np.maximum(scarcity(source, tokens), scarcity(language, tokens))


def _bound(
    asked: Asked,
    request: MixRequest,
    evidence: Evidence,
    tokens: NDArray[np.int64],
    doubted: Collection[str],
) -> DetectedBound | None:
    """Bound by labels, or else by the detector; None where it may not count or proves nothing."""
    labelled = asked.found.plan.labels is not None
    if not labelled and request.trust != "detected":
        return None
    counting = evidence.passed if labelled else evidence.passed & ~evidence.unclear
    here = pa.array(np.flatnonzero(counting))
    bounds = (
        labelled_bounds(asked, request.confidence)
        if labelled
        else detected_bounds(asked, evidence.said, request.confidence, doubted)
    )
    return choose_bound(
        bounds,
        declared=evidence.said.take(here),
        machine_score=evidence.scores.take(here),
        tokens=tokens[np.asarray(here)],
    )


def _priorities(documents: pa.Table, seed: int) -> NDArray[np.uint64]:
    high, low = (numbers(documents, f"fingerprint_{part}").astype(np.uint64) for part in ("high", "low"))
    ties = documents.select([name for name in TIE_COLUMNS if name in documents.column_names])
    return priorities(high, low, occurrences(high, low, ties), seed=seed)
