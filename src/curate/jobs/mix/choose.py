"""Selection of a mix from annotations alone: rules, one document per cluster, evidence, the floor."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.errors import VerdictError
from curate.jobs.mix.bounds import detected_bounds, doubted_languages, labelled_bounds
from curate.jobs.mix.conflicts import conflicts
from curate.jobs.mix.removal_reasons import (
    Step,
    known_before,
    other_reasons,
    quarantined_rows,
    removed_documents,
    rule_reasons,
    steps,
)
from curate.jobs.run.columns import numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.duplicates import means_of, sketches
from curate.jobs.scan.excluded_found import excluding_nothing
from curate.jobs.scan.idle_settings import idle_in_mix
from curate.jobs.scan.label_column import UNCLEAR
from curate.jobs.scan.provenance import contested, declarations, early_days, said_column
from curate.jobs.scan.second_pass import Asked
from curate.jobs.scan.unused_settings import mix_without_effect, without_effect
from curate.kernels.sorting import order_by
from curate.mixing.candidates import Candidates
from curate.mixing.classes import DETECTED, OTHER, classify, tokens_by_class
from curate.mixing.guarantee import DetectedBound, Guarantee, choose_bound, guarantee
from curate.mixing.keep import keep_order
from curate.mixing.priority import TIE_COLUMNS, copies, occurrences, priorities
from curate.mixing.refusal import none_left
from curate.mixing.removed import Reason, reason_counts
from curate.mixing.request import MixRequest
from curate.mixing.select import select
from curate.mixing.selection import Shares
from curate.mixing.strata import rarity_bonus, scarcity
from curate.mixing.weights import check_sources, parse_weights
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.duplicates import drop_duplicates
from curate.rulebook.decide import fired


@dataclass(frozen=True, slots=True)
class Choice:
    """The documents of a mix (rows of the scan, in the order in which they are written) and why the others are not.

    A row that is written several times stands in `order` as often; `repeated` counts what comes again.
    """

    order: NDArray[np.int64]
    repeated: Step
    guarantee: Guarantee
    tokens_by_class: dict[str, int]
    detected: DetectedBound | None
    removed: pa.Table  # id, path, row, reason
    conflicts: pa.Table  # of evidence, see jobs.conflicts
    removed_counts: dict[str, int]  # documents by kind of reason
    steps: tuple[Step, ...]
    without_effect: tuple[str, ...]  # settings that changed nothing
    idle: tuple[str, ...]  # settings that found nothing to do
    doubts: tuple[str, ...]  # why no score of a language counts, or its dates are wrong, a sentence each


def choose(asked: Asked, request: MixRequest) -> Choice:
    """Raises VerdictError where the floor cannot be met; see mixing.select."""
    if request.trust == "audited" and asked.found.plan.labels is None:
        raise VerdictError(
            "an audit is of documents that are written, and none of these is yet",
            hint="mix with --trust declared or detected, then `curate audit draw OUT` and `verify OUT --labels`, "
            "or label a draw from the corpus and give --labels",
        )
    found = asked.found
    documents = found.documents
    tokens = numbers(documents, "tokens").astype(np.int64)
    said, by = declarations(found.book, documents, found.tasks)
    early = early_days(documents, said)
    unclear = np.asarray(documents.column(UNCLEAR))
    ruled_out = fired(found.book, asked.measured, days=early)
    disputed = contested(documents, said)
    known = known_before(found)
    fires, would = (_any(ids) for ids in (ruled_out, fired(found.book, asked.measured)))
    passed = ~fires & ~disputed & ~known.documents & ~asked.excluded.documents
    scores = documents.column("machine_score").combine_chunks()
    on_scores = request.trust == "detected" and asked.found.plan.labels is None
    doubts = doubted_languages(asked, request.confidence)
    bound = _bound(asked, request, said, scores, passed, tokens, doubts)
    classes = classify(
        said,
        scores,
        threshold=bound.threshold if bound else None,
        trust=request.trust,
        labelled=bool(bound and bound.labels),
        unclear=unclear,
    )
    sources, source = _codes(documents.column("source"))
    stratum, scarce = _strata(found, tokens)
    everything = Candidates(tokens, classes, _priorities(documents, request.seed), stratum, source, scarce)
    clusters, kept = _one_a_cluster(found, request, everything, passed)
    candidates = np.flatnonzero(passed & kept & (tokens > 0))
    reasons = [*rule_reasons(found, ruled_out), Reason("contested", disputed), known, asked.excluded]
    if not candidates.size:
        others = other_reasons(found, clusters, kept & passed, np.zeros(len(tokens), np.uint8), tokens)
        raise none_left({one.kind: int(one.documents.sum()) for one in (*reasons, *others)})
    if asked.rare is not None:
        everything = replace(everything, bonus=rarity_bonus(asked.rare, numbers(asked.measured, "tokens"), stratum))
    try:
        chosen = select(
            everything.only(candidates),
            ratio=request.ratio,
            budget=request.budget,
            machine_tokens=bound.machine_below_threshold_at_most if bound else 0,
            shares=_shares(request, sources),
        )
    except VerdictError as error:
        raise _refused(error, doubts.values() if on_scores else ()) from None
    order, again = _shuffled(candidates, chosen.times, everything.priority)
    left_out = np.zeros(len(tokens), np.uint8)
    left_out[candidates] = chosen.left_out
    reasons += other_reasons(found, clusters, kept & passed, left_out, tokens)
    totals = tokens_by_class(classes[order], tokens[order])
    removed = removed_documents(found, reasons)
    promise = guarantee(totals, request.ratio, confidence=request.confidence, detected=bound)
    quarantined = {"quarantine": len(found.quarantined)} if found.quarantined else {}
    return Choice(
        order=order,
        repeated=Step("repeated", int(again.sum()), int(tokens[order[again]].sum())),
        guarantee=promise,
        tokens_by_class=totals,
        detected=bound,
        conflicts=conflicts(asked, said, fires, disputed, would & ~fires),
        removed=pa.concat_tables([removed, quarantined_rows(found.quarantined)]),
        removed_counts=reason_counts(removed) | quarantined,
        steps=steps(reasons, tokens),
        without_effect=(
            *without_effect(found, set(by.unique().to_pylist())),
            *mix_without_effect(found, request),
            *excluding_nothing(asked.held),
        ),
        idle=idle_in_mix(asked, request, clusters, chosen, promise),
        doubts=tuple(doubts.values()),
    )


def _any(ids: pa.ListArray) -> NDArray[np.bool_]:
    return np.asarray(pc.greater(pc.list_value_length(ids), 0))


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


def _shares(request: MixRequest, sources: list[str]) -> Shares:
    if not request.weights:
        return Shares(None, request.temperature, request.max_repeat)
    weights = parse_weights(request.weights)
    check_sources(weights, sources)
    numbered = {sources.index(name): share for name, share in weights}
    return Shares(numbered, request.temperature, request.max_repeat)


def _shuffled(
    rows: NDArray[np.int64], times: NDArray[np.int64], priority: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Each row as often as it is written, all in an order drawn by hash, and which of those are not the first."""
    written = np.repeat(rows, times)
    number = np.arange(len(written)) - np.repeat(np.cumsum(times) - times, times)
    order = order_by(copies(priority[written], number), np.arange(len(written)))
    return written[order], number[order] > 0


def _refused(error: VerdictError, doubts: Iterable[str]) -> VerdictError:
    """The refusal, with why scores did not count before what to do."""
    return VerdictError(error.message, where=error.where, hint="; ".join(filter(None, (*doubts, error.hint))))


def _bound(
    asked: Asked,
    request: MixRequest,
    said: pa.Array,
    scores: pa.Array,
    passed: NDArray[np.bool_],
    tokens: NDArray[np.int64],
    doubted: Collection[str],
) -> DetectedBound | None:
    """Bound by labels, or else by the detector; None where it may not count or proves nothing."""
    labelled = asked.found.plan.labels is not None
    if not labelled and request.trust != "detected":
        return None
    counting = passed if labelled else passed & ~np.asarray(asked.found.documents.column(UNCLEAR))
    here = pa.array(np.flatnonzero(counting))
    bounds = (
        labelled_bounds(asked, request.confidence)
        if labelled
        else detected_bounds(asked, said, request.confidence, doubted)
    )
    return choose_bound(
        bounds, declared=said.take(here), machine_score=scores.take(here), tokens=tokens[np.asarray(here)]
    )


def _priorities(documents: pa.Table, seed: int) -> NDArray[np.uint64]:
    high, low = (numbers(documents, f"fingerprint_{part}").astype(np.uint64) for part in ("high", "low"))
    ties = documents.select([name for name in TIE_COLUMNS if name in documents.column_names])
    return priorities(high, low, occurrences(high, low, ties), seed=seed)


def _one_a_cluster(
    found: Corpus, request: MixRequest, documents: Candidates, passed: NDArray[np.bool_]
) -> tuple[Clusters, NDArray[np.bool_]]:
    """The clusters, and which documents repeat no kept one. What a rule removes comes last, lest it stand for others.

    In crowded buckets a document was compared with the first by rank only: with another rank, they are found again.
    """
    table = found.documents
    rank = keep_order(request.keep, documents, sources=table.column("source"), dates=table.column("date"))
    rank += np.where(passed, 0, len(rank))
    clusters = found.clusters
    if clusters.crowded:
        plan = found.plan
        means = means_of(found.run, plan.workers, plan.memory)
        clusters = find_clusters(sketches(found.tasks), plan.threshold, priority=rank, means=means)
    return clusters, drop_duplicates(clusters, rank)


assert OTHER > DETECTED  # classes sort by the strength of their evidence: keep_order relies on it
