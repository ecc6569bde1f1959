"""The machine share of a corpus and of its parts, from the annotations of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.labels import Label
from curate.detect.calibration import LENGTHS, length_bucket
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.joint import beside_whole
from curate.detect.judge import Judge
from curate.detect.periods import CHAT_MODELS, Dated, Period, by_period, trend
from curate.detect.placebo import placebo
from curate.detect.reference import Reference
from curate.detect.share import NO_DOUBTS, Declared, Part, Share, share_of_parts
from curate.engines.local import local_engine
from curate.jobs.run.column_names import dated_name
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.scan.date_columns import DATE
from curate.jobs.scan.figures import CorpusShare
from curate.jobs.scan.human_reference import own_reference
from curate.jobs.scan.label_pool import next_step, population
from curate.jobs.scan.label_reading import read_labelled
from curate.jobs.scan.labelled_share import Labelled
from curate.jobs.scan.provenance import Said
from curate.neardup.clusters import Clusters
from curate.rulebook.dates import last_day

LENGTH_NAMES = (*(f"{low}-{high - 1}" for low, high in pairwise(LENGTHS)), f"{LENGTHS[-1]}+")  # tokens
PARTS = 20  # languages, sources: the largest by tokens

Rows = NDArray[np.int64]


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
    others of their source and language. Labels correct the whole and the parts that they lie in; no part is told more
    surely than the whole allows. Of a language whose text of before chat models reads as machine-written nothing is
    concluded from scores.
    """
    later = _dated(documents, ~said.human & ~said.machine)
    early, doubts = placebo_of(documents, clusters, detector, confidence, said, workers=workers)

    def read(rows: Rows, given: Reference | None = reference) -> Share:
        here = _spoken(documents, rows, doubts)
        return _share_of(documents, clusters, detector, confidence, said, rows, given, here)

    def estimate(part: _Part) -> tuple[_Part, Share]:
        return part, read(part.rows, part.reference)

    found: dict[str, dict[str, tuple[Rows, Share]]] = {by: {} for by in ("", "language", "source", "length")}
    parts: dict[str, int] = {}
    for part, share in local_engine(workers).map(estimate, _parts(documents, reference)):
        found[part.by][part.name] = part.rows, share
        parts |= {f"{part.by}s": part.of} if part.by in ("language", "source") else {}
    labelled = read_labelled(documents, said, labels, confidence=confidence) if labels else None
    whole = found[""][""][1]
    whole = labelled.share(whole) if labelled else whole
    parts |= {"months": np.unique(later.days.astype("datetime64[M]")).size}
    periods = by_period(later, read, workers=workers)
    months = {one.name: (later.rows[one.at], one.share) for one in periods}
    by_month, by_source, by_length = (
        _beside_whole(documents, said, whole, _by_labels(labelled, some))
        for some in (months, found["source"], found["length"])
    )
    languages = {name: share for name, (_, share) in found["language"].items()}
    if labelled:
        languages = _beside_whole(documents, said, whole, _by_labels(labelled, found["language"]))
    reasons = (*said.sentences(documents), *whole.reasons, *_next_steps(documents, said, whole))
    told = replace(whole, reasons=reasons)
    return CorpusShare(
        **{field.name: getattr(told, field.name) for field in fields(Share)},
        by_language=languages,
        by_source=by_source,
        by_month=by_month,
        trend=trend(later, [one._replace(share=by_month[one.name]) for one in periods]),
        placebo_by_year={one.name: one.share for one in early},
        parts=parts,
        by_length={name: by_length[name] for name in LENGTH_NAMES if name in by_length},
    )


def placebo_of(
    documents: pa.Table, clusters: Clusters, detector: Judge, confidence: float, said: Said, *, workers: int = 1
) -> tuple[list[Period], dict[str, str]]:
    """Reading of documents dated before chat models by year, and of each language that fails there the reason."""

    def read(rows: Rows, level: float) -> Share:
        others = said.human.copy()
        others[rows] = False
        return _share_of(documents, clusters, detector, level, replace(said, human=others), rows, None)

    def languages(rows: Rows) -> list[tuple[str, Rows]]:
        names, code = _codes(documents.column("language").take(pa.array(rows)))
        return [(name, rows[code == number]) for number, name in enumerate(names)]

    return placebo(_dated(documents, said.human, CHAT_MODELS), read, languages, confidence, workers=workers)


def _spoken(documents: pa.Table, rows: Rows, doubts: Mapping[str, str]) -> dict[str, str]:
    """Of these doubts those of languages that some of the rows are in."""
    if not doubts:
        return {}
    names, _ = _codes(documents.column("language").take(pa.array(rows)))
    return {name: doubts[name] for name in names if name in doubts}


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Rows]:
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), np.asarray(pc.fill_null(encoded.indices, -1), np.int64)


def _by_labels(labelled: Labelled | None, parts: dict[str, tuple[Rows, Share]]) -> dict[str, tuple[Rows, Share]]:
    """Parts with their rows, each by the labels inside it where there are enough."""
    if labelled is None:
        return parts
    return {name: (rows, labelled.share_of(rows, share)) for name, (rows, share) in parts.items()}


def _beside_whole(
    documents: pa.Table, said: Said, whole: Share, parts: dict[str, tuple[Rows, Share]]
) -> dict[str, Share]:
    """As `beside_whole`, of parts with their rows."""
    tokens = numbers(documents, "tokens").astype(np.int64, copy=False)
    total, outside = max(1, int(tokens.sum())), ~said.human
    for rows, _ in parts.values():
        outside[rows] = False
    weight = {name: int(tokens[rows].sum()) / total for name, (rows, _) in parts.items()}
    shares = {name: share for name, (_, share) in parts.items()}
    machine = {
        name: int(tokens[rows[said.machine[rows]]].sum()) / max(1, int(tokens[rows].sum()))
        for name, (rows, _) in parts.items()
    }
    return beside_whole(whole, shares, weight, int(tokens[outside].sum()) / total, machine)


class _Part(NamedTuple):
    """Rows of a corpus that are read for themselves, and the reference that stands for them; by "": all of it."""

    by: str
    name: str
    rows: Rows
    reference: Reference | None
    of: int  # how many such parts there are in all


def _parts(documents: pa.Table, reference: Reference | None) -> Iterator[_Part]:
    yield _Part("", "", np.arange(documents.num_rows), reference, 1)
    columns = (
        ("language", documents.column("language"), reference),
        ("source", documents.column("source"), reference),
        ("length", _lengths(documents), reference),
    )
    for by, column, given in columns:
        largest, count = largest_parts(column, documents)
        yield from (_Part(by, name, rows, given, count) for name, rows in largest)


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


def _share_of(
    documents: pa.Table,
    clusters: Clusters,
    detector: Judge,
    confidence: float,
    said: Said,
    rows: Rows,
    given: Reference | None,
    doubts: Mapping[str, str] = NO_DOUBTS,
) -> Share:
    """Combined share: documents with human text of their own source, the others, and declared ones."""
    unknown = rows[~said.human[rows] & ~said.machine[rows]]
    own = own_reference(documents, clusters, detector, unknown, np.flatnonzero(said.human))
    parts = [(unknown[~own.covered], given), (unknown[own.covered], own.reference)]
    return share_of_parts(
        tuple(Part(scores_of(documents, clusters, detector, some), known) for some, known in parts if some.size),
        detector.calibration,
        confidence=confidence,
        declared=_declared(documents, said, rows),
        doubted=doubts,
    )


def _declared(documents: pa.Table, said: Said, rows: Rows) -> Declared:
    return Declared(*(_tokens(documents, rows[side[rows]]) for side in (said.human, said.machine)))


def _tokens(documents: pa.Table, rows: Rows) -> int:
    return int(numbers(documents, "tokens").astype(np.int64, copy=False)[rows].sum())


def reference_of(documents: pa.Table, clusters: Clusters, detector: Judge) -> Reference:
    """Scanned human text in two halves, by a bit of the fingerprint of each cluster's representative."""
    second = (fingerprints(documents)[clusters.representative, 1] & np.uint64(1)).astype(np.bool_)
    first, other = (scores_of(documents, clusters, detector, np.flatnonzero(half)) for half in (~second, second))
    return Reference(human=first, placebo=other)


def scores_of(
    documents: pa.Table,
    clusters: Clusters,
    detector: Judge,
    rows: Rows | None = None,
    mass: NDArray[np.int64] | None = None,
) -> ScoreHistogram:
    """The score histogram of chosen rows (None: all; none twice), near-duplicates counted by their cluster.

    `mass`: what is summed where it is not our own tokens, int64 of as many as are chosen.
    """
    if rows is not None and mass is None and rows.size == documents.num_rows:
        rows = None  # all of them: nothing to copy
    read = documents.select(["language", "machine_score", "tokens"])  # taking ids too would double what is in memory
    chosen = read if rows is None else read.take(pa.array(rows))
    return score_histogram(
        detector.calibration,
        chosen.column("language"),
        numbers(chosen, "machine_score"),
        numbers(chosen, "tokens").astype(np.int64, copy=False),
        clusters.cluster if rows is None else clusters.cluster[rows],
        mass=mass,
    )


def largest_parts(column: pa.ChunkedArray, documents: pa.Table) -> tuple[list[tuple[str, Rows]], int]:
    """The values of a column with most tokens, at most PARTS, and their rows, none if there is one; and how many."""
    names, code = _codes(column)
    if len(names) < 2:
        return [], len(names)
    known = code >= 0
    tokens = np.bincount(code[known], numbers(documents, "tokens")[known], len(names))
    largest = sorted(range(len(names)), key=lambda i: (-tokens[i], names[i]))[:PARTS]
    return [(names[i], np.flatnonzero(code == i)) for i in largest], len(names)


def _dated(documents: pa.Table, which: NDArray[np.bool_], until: np.datetime64 | None = None) -> Dated:
    """Of these documents those with a date, at the latest of the day `until`."""
    days = last_day(documents.column(dated_name(DATE)))
    which = which & ~np.isnat(days) & (days <= until if until is not None else True)
    tokens = numbers(documents, "tokens").astype(np.int64, copy=False)
    return Dated(np.flatnonzero(which), days[which], tokens, ~np.isnan(numbers(documents, "machine_score")))


def _lengths(documents: pa.Table) -> pa.ChunkedArray:
    """Such as "60-149"; null where a document is too short for a score."""
    length = length_bucket(numbers(documents, "tokens").astype(np.int64, copy=False))
    return pa.chunked_array([pa.array(LENGTH_NAMES).take(pa.array(length, mask=length < 0))])
