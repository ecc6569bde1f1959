"""The machine share of a corpus and of its parts, from the annotations of its documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import numpy as np
import pyarrow as pa

from curate.corpus.labels import Label
from curate.detect.histogram import ScoreHistogram
from curate.detect.judge import Judge
from curate.detect.label_pool import next_step
from curate.detect.labelled_share import Labelled
from curate.detect.periods import Period, by_period, trend
from curate.detect.reference import Reference
from curate.detect.scored import COLUMNS, Rows, Scored, histogram_of, second_half
from curate.detect.share import Share
from curate.detect.share_parts import LENGTH_NAMES, Part, dated, doubts_of, parts_beside_whole, parts_of
from curate.detect.share_parts import placebo_of as placebo_of_scored
from curate.engines.local import local_engine
from curate.jobs.run.column_names import dated_name
from curate.jobs.run.columns import fingerprints
from curate.jobs.scan.date_columns import DATE
from curate.jobs.scan.figures import CorpusShare
from curate.jobs.scan.label_pool import population
from curate.jobs.scan.label_reading import read_labelled
from curate.jobs.scan.provenance import Said
from curate.neardup.clusters import Clusters
from curate.rulebook.dates import last_day


def corpus_share(
    documents: pa.Table,
    clusters: Clusters,
    detector: Judge,
    confidence: float,
    reference: Reference | None,
    said: Said,
    labels: Sequence[Label] = (),
    *,
    workers: int = 1,
) -> CorpusShare:
    """The share of the whole corpus; by language, source, month and length where there is more than one.

    Documents that declare who wrote them count as they say, and the human ones among them are the reference of the
    others of their source and language. Labels correct the whole and the parts that they lie in; where they contradict
    declarations none of these counts. No part is told more surely than the whole allows. Of a language whose text of
    before chat models reads as machine-written nothing is concluded from scores.
    """
    labelled, said = read_labelled(documents, said, labels, confidence=confidence) if labels else (None, said)
    scored = _scored(documents, clusters, detector, said)
    later = dated(scored, ~said.human & ~said.machine)
    early, doubts = placebo_of_scored(scored, confidence, workers=workers)

    def read(rows: Rows) -> Share:
        return scored.share(rows, reference, confidence, doubts_of(scored, rows, doubts))

    found, counts = _by_parts(scored, read, workers)
    whole = found[""][""][1]
    whole = labelled.share(whole) if labelled else whole
    periods = by_period(later, read, workers=workers)
    months = {one.name: (later.rows[one.at], one.share) for one in periods}
    by_month, by_source, by_length = (
        parts_beside_whole(scored, whole, _by_labels(labelled, some))
        for some in (months, found["source"], found["length"])
    )
    reasons = (*said.sentences(documents), *whole.reasons, *_next_steps(documents, said, whole))
    told = replace(whole, reasons=reasons)
    return CorpusShare(
        **{field.name: getattr(told, field.name) for field in fields(Share)},
        by_language=_by_language(scored, whole, labelled, found["language"]),
        by_source=by_source,
        by_month=by_month,
        trend=trend(later, [one._replace(share=by_month[one.name]) for one in periods]),
        placebo_by_year={one.name: one.share for one in early},
        parts=counts | {"months": np.unique(later.days.astype("datetime64[M]")).size},
        by_length={name: by_length[name] for name in LENGTH_NAMES if name in by_length},
    )


def _by_parts(
    scored: Scored, read: Callable[[Rows], Share], workers: int
) -> tuple[dict[str, dict[str, tuple[Rows, Share]]], dict[str, int]]:
    """Shares of the whole and of its parts, by kind and name, and how many languages and sources there are in all."""

    def estimate(part: Part) -> tuple[Part, Share]:
        return part, read(part.rows)

    found: dict[str, dict[str, tuple[Rows, Share]]] = {by: {} for by in ("", "language", "source", "length")}
    counts: dict[str, int] = {}
    for part, share in local_engine(workers).map(estimate, parts_of(scored)):
        found[part.by][part.name] = part.rows, share
        counts |= {f"{part.by}s": part.of} if part.by in ("language", "source") else {}
    return found, counts


def _by_language(
    scored: Scored, whole: Share, labelled: Labelled | None, languages: dict[str, tuple[Rows, Share]]
) -> dict[str, Share]:
    if labelled:
        return parts_beside_whole(scored, whole, _by_labels(labelled, languages))
    return {name: share for name, (_, share) in languages.items()}


def placebo_of(
    documents: pa.Table, clusters: Clusters, detector: Judge, confidence: float, said: Said, *, workers: int = 1
) -> tuple[list[Period], dict[str, str]]:
    """Reading of documents dated before chat models by year, and of each language that fails there the reason."""
    return placebo_of_scored(_scored(documents, clusters, detector, said), confidence, workers=workers)


def reference_of(documents: pa.Table, clusters: Clusters, detector: Judge) -> Reference:
    """Scanned human text in two halves."""
    second = second_half(fingerprints(documents), clusters.representative)
    first, other = (scores_of(documents, clusters, detector, np.flatnonzero(half)) for half in (~second, second))
    return Reference(human=first, placebo=other)


def scores_of(
    documents: pa.Table, clusters: Clusters, detector: Judge, rows: Rows | None = None, mass: Rows | None = None
) -> ScoreHistogram:
    """As `histogram_of`."""
    return histogram_of(documents, clusters.cluster, detector.calibration, rows, mass)


def _scored(documents: pa.Table, clusters: Clusters, detector: Judge, said: Said) -> Scored:
    return Scored(
        documents.select(COLUMNS),
        detector.calibration,
        clusters.cluster,
        clusters.representative,
        fingerprints(documents),
        said.human,
        said.machine,
        last_day(documents.column(dated_name(DATE))),
    )


def _by_labels(labelled: Labelled | None, parts: dict[str, tuple[Rows, Share]]) -> dict[str, tuple[Rows, Share]]:
    """Parts with their rows, each by the labels inside it where there are enough."""
    if labelled is None:
        return parts
    return {name: (rows, labelled.share_of(rows, share)) for name, (rows, share) in parts.items()}


def _next_steps(documents: pa.Table, said: Said, share: Share) -> tuple[str, ...]:
    """Steps that would narrow an inconclusive answer, cheapest first."""
    pool = population(documents, said)
    if share.verdict == "estimated" or not pool.rows.size:
        return ()
    given = share.evidence != "detected" or share.if_known_kinds is None  # what nothing scores no reference helps
    reference = (
        "or give human text of the same sources with --human-reference (2,000 documents of before December 2022)"
    )
    return (next_step(pool, share.confidence, labelled=share.evidence == "audited"), *(() if given else (reference,)))
