"""Selection of a mix from annotations alone: rules, one document per cluster, evidence, the floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.errors import VerdictError
from curate.jobs.mix.case import Case, case_of
from curate.jobs.mix.removal_reasons import Step, other_reasons, quarantined_rows, removed_documents, steps
from curate.jobs.run.columns import numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.duplicates import means_of, sketches
from curate.jobs.scan.excluded_found import commonest_text, excluding_nothing
from curate.jobs.scan.idle_settings import idle_in_mix
from curate.jobs.scan.second_pass import Asked
from curate.jobs.scan.unused_settings import mix_without_effect, without_effect
from curate.kernels.sorting import order_by
from curate.mixing.classes import DETECTED, OTHER, tokens_by_class
from curate.mixing.guarantee import DetectedBound, Guarantee, guarantee
from curate.mixing.keep import keep_order
from curate.mixing.priority import copies
from curate.mixing.refusal import none_left
from curate.mixing.removed import Reason, reason_counts
from curate.mixing.request import MixRequest
from curate.mixing.select import select
from curate.mixing.selection import Selection, Shares
from curate.mixing.strata import rarity_bonus
from curate.mixing.weights import check_sources, parse_weights
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.duplicates import drop_duplicates


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
    _check_audited(asked, request)
    case = case_of(asked, request)
    clusters, kept = _one_a_cluster(case)
    standing = case.evidence.passed & kept
    candidates = np.flatnonzero(standing & (case.tokens > 0))
    if not candidates.size:
        raise _none_left(case, clusters, standing)
    chosen = _selected(case, candidates)
    order, again = _shuffled(candidates, chosen.times, case.documents.priority)
    left_out = np.zeros(len(case.tokens), np.uint8)
    left_out[candidates] = chosen.left_out
    reasons = [*case.evidence.reasons(asked), *other_reasons(asked.found, clusters, standing, left_out, case.tokens)]
    removed, counts = _removed(asked.found, reasons)
    totals = tokens_by_class(case.documents.classes[order], case.tokens[order])
    promise = guarantee(totals, request.ratio, confidence=request.confidence, detected=case.bound)
    return Choice(
        order=order,
        repeated=Step("repeated", int(again.sum()), int(case.tokens[order[again]].sum())),
        guarantee=promise,
        tokens_by_class=totals,
        detected=case.bound,
        conflicts=case.evidence.conflicts(asked),
        removed=removed,
        removed_counts=counts,
        steps=steps(reasons, case.tokens),
        without_effect=_without_effect(case),
        idle=idle_in_mix(asked, request, clusters, chosen, promise),
        doubts=tuple(case.doubts.values()),
    )


def _check_audited(asked: Asked, request: MixRequest) -> None:
    if request.trust == "audited" and asked.found.plan.labels is None:
        raise VerdictError(
            "an audit is of documents that are written, and none of these is yet",
            hint="mix with --trust declared or detected, then `curate audit draw OUT` and `verify OUT --labels`, "
            "or label a draw from the corpus and give --labels",
        )


def _none_left(case: Case, clusters: Clusters, standing: NDArray[np.bool_]) -> VerdictError:
    """The refusal where no document may go in, with how many each reason leaves out."""
    others = other_reasons(case.asked.found, clusters, standing, np.zeros(len(case.tokens), np.uint8), case.tokens)
    reasons = (*case.evidence.reasons(case.asked), *others)
    held = case.asked.held
    most = commonest_text(held) if held is not None else ""
    return none_left({one.kind: int(one.documents.sum()) for one in reasons}, most)


def _selected(case: Case, candidates: NDArray[np.int64]) -> Selection:
    """Documents by the floor, the budget and the weights. Raises VerdictError."""
    asked, request, bound, everything = case.asked, case.request, case.bound, case.documents
    if asked.rare is not None:
        assert everything.stratum is not None
        bonus = rarity_bonus(asked.rare, numbers(asked.measured, "tokens"), everything.stratum)
        everything = replace(everything, bonus=bonus)
    try:
        return select(
            everything.only(candidates),
            ratio=request.ratio,
            budget=request.budget,
            machine_tokens=bound.machine_below_threshold_at_most if bound else 0,
            shares=_shares(request, case.sources),
        )
    except VerdictError as error:
        on_scores = request.trust == "detected" and asked.found.plan.labels is None
        raise _refused(error, case.doubts.values() if on_scores else ()) from None


def _without_effect(case: Case) -> tuple[str, ...]:
    """Settings that changed nothing, a sentence each."""
    found = case.asked.found
    return (
        *without_effect(found, set(case.evidence.by.unique().to_pylist())),
        *mix_without_effect(found, case.request),
        *excluding_nothing(case.asked.held),
    )


def _removed(found: Corpus, reasons: Sequence[Reason]) -> tuple[pa.Table, dict[str, int]]:
    """Documents and rows that are not in the mix, each with its first reason, and their number by kind of reason."""
    removed = removed_documents(found, reasons)
    quarantined = {"quarantine": len(found.quarantined)} if found.quarantined else {}
    counts = reason_counts(removed) | quarantined
    return pa.concat_tables([removed, quarantined_rows(found.quarantined)]), counts


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


def _one_a_cluster(case: Case) -> tuple[Clusters, NDArray[np.bool_]]:
    """The clusters, and which documents repeat no kept one. What a rule removes comes last, lest it stand for others.

    In crowded buckets a document was compared with the first by rank only: with another rank, they are found again.
    """
    found = case.asked.found
    table, keep = found.documents, case.request.keep
    rank = keep_order(keep, case.documents, sources=table.column("source"), dates=table.column("date"))
    rank += np.where(case.evidence.passed, 0, len(rank))
    clusters = found.clusters
    if clusters.crowded:
        plan = found.plan
        means = means_of(found.run, plan.workers, plan.memory)
        clusters = find_clusters(sketches(found.tasks), plan.threshold, priority=rank, means=means)
    return clusters, drop_duplicates(clusters, rank)


assert OTHER > DETECTED  # classes sort by the strength of their evidence: keep_order relies on it
