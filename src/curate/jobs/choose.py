"""What goes into a mix: rules, one document a cluster, evidence, the floor; decided from annotations alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.errors import VerdictError
from curate.jobs.bounds import detected_bounds
from curate.jobs.cluster import means_of, sketches
from curate.jobs.evidence import contested, declarations, said_column
from curate.jobs.load import numbers
from curate.jobs.scan import Scan
from curate.mixing.classes import DETECTED, OTHER, classify, tokens_by_class
from curate.mixing.guarantee import DetectedBound, Guarantee, choose_bound, guarantee
from curate.mixing.keep import keep_order
from curate.mixing.priority import TIE_COLUMNS, copies, occurrences, priorities
from curate.mixing.removed import REMOVED, Reason, reason_counts, removed_table
from curate.mixing.request import MixRequest
from curate.mixing.select import BUDGET, FLOOR, LEFT_OUT, WEIGHTS, Candidates, Shares, select
from curate.mixing.strata import scarcity
from curate.mixing.weights import check_sources, parse_weights
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.duplicates import drop_duplicates
from curate.neardup.repeats import repeated_by
from curate.rulebook.decide import fired
from curate.schema import Quarantined


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of the way took out: each document counts at its first reason only."""

    reason: str
    documents: int
    tokens: int


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
    removed_counts: dict[str, int]  # documents by kind of reason
    steps: tuple[Step, ...]


def choose(found: Scan, request: MixRequest) -> Choice:
    """Raises VerdictError where the floor cannot be met; see mixing.select."""
    if request.trust == "audited":
        raise VerdictError(
            "no document of this corpus has been audited", hint="--trust declared counts labels and provenance"
        )
    documents = found.documents
    tokens = numbers(documents, "tokens").astype(np.int64)
    said = declarations(found.book, documents, found.tasks)
    ruled_out = fired(found.book, documents)
    disputed = contested(documents, said)
    known = _known(found)
    passed = np.asarray(pc.equal(pc.list_value_length(ruled_out), 0)) & ~disputed & ~known.documents
    scores = documents.column("machine_score").combine_chunks()
    bound = _bound(found, request, said, scores, passed, tokens)
    classes = classify(said, scores, threshold=bound.threshold if bound else None, trust=request.trust)
    sources, source = _codes(documents.column("source"))
    stratum, scarce = _strata(found, tokens)
    everything = Candidates(tokens, classes, _priorities(documents, request.seed), stratum, source, scarce)
    clusters, kept = _one_a_cluster(found, request, everything, passed)
    candidates = np.flatnonzero(passed & kept & (tokens > 0))
    chosen = select(
        everything.only(candidates),
        ratio=request.ratio,
        budget=request.budget,
        machine_tokens=bound.machine_below_threshold_at_most if bound else 0,
        shares=_shares(request, sources),
    )
    order, again = _shuffled(candidates, chosen.times, everything.priority)
    left_out = np.zeros(len(tokens), np.uint8)
    left_out[candidates] = chosen.left_out
    reasons = [*_rule_reasons(found, ruled_out), Reason("contested", disputed), known]
    reasons += _other_reasons(found, clusters, kept & passed, left_out, tokens)
    totals = tokens_by_class(classes[order], tokens[order])
    removed = _removed(found, reasons)
    quarantined = {"quarantine": len(found.quarantined)} if found.quarantined else {}
    return Choice(
        order=order,
        repeated=Step("repeated", int(again.sum()), int(tokens[order[again]].sum())),
        guarantee=guarantee(totals, request.ratio, confidence=request.confidence, detected=bound),
        tokens_by_class=totals,
        detected=bound,
        removed=pa.concat_tables([removed, _quarantined(found.quarantined)]),
        removed_counts=reason_counts(removed) | quarantined,
        steps=_steps(reasons, tokens),
    )


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """The values of a column, and for each document which one it has."""
    encoded = column.combine_chunks().fill_null("").dictionary_encode()
    return encoded.dictionary.to_pylist(), np.asarray(encoded.indices, dtype=np.int64)


def _strata(found: Scan, tokens: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
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
    order = np.argsort(copies(priority[written], number), kind="stable")
    return written[order], number[order] > 0


def _bound(
    found: Scan,
    request: MixRequest,
    said: pa.Array,
    scores: pa.Array,
    passed: NDArray[np.bool_],
    tokens: NDArray[np.int64],
) -> DetectedBound | None:
    """What the detector proves, None where it may not count or proves nothing."""
    if request.trust != "detected":
        return None
    here = pa.array(np.flatnonzero(passed))
    bounds = detected_bounds(found, said, request.confidence)
    return choose_bound(
        bounds, declared=said.take(here), machine_score=scores.take(here), tokens=tokens[np.asarray(here)]
    )


def _priorities(documents: pa.Table, seed: int) -> NDArray[np.uint64]:
    high, low = (numbers(documents, f"fingerprint_{part}").astype(np.uint64) for part in ("high", "low"))
    ties = documents.select([name for name in TIE_COLUMNS if name in documents.column_names])
    return priorities(high, low, occurrences(high, low, ties), seed=seed)


def _one_a_cluster(
    found: Scan, request: MixRequest, documents: Candidates, passed: NDArray[np.bool_]
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


def _known(found: Scan) -> Reason:
    """Copies of documents that the index had before this corpus."""
    if found.matches is None:
        return Reason("indexed-copy", np.zeros(found.documents.num_rows, np.bool_))
    return Reason("indexed-copy", found.matches.found, found.matches.documents.column("id"))


def _rule_reasons(found: Scan, ruled_out: pa.ListArray) -> list[Reason]:
    parents = np.asarray(pc.list_parent_indices(ruled_out))
    ids = ruled_out.flatten()
    reasons = []
    for rule in (rule for rule in found.book.rules if rule.then == "remove"):
        fires = np.zeros(len(ruled_out), np.bool_)
        fires[parents[np.asarray(pc.equal(ids, rule.id))]] = True
        reasons.append(Reason(f"rule:{rule.id}", fires))
    return reasons


def _other_reasons(
    found: Scan,
    clusters: Clusters,
    kept: NDArray[np.bool_],
    left_out: NDArray[np.uint8],
    tokens: NDArray[np.int64],
) -> list[Reason]:
    """What deduplication and the floor left out, in the order in which the steps took place."""
    reasons = [Reason("no tokens", tokens == 0)]
    by = repeated_by(clusters, kept | (repeated_by(clusters, kept) < 0))  # a rule removed those: no second reason
    repeats = by >= 0
    names = found.documents.column("id").take(pa.array(np.where(repeats, by, 0)))
    high, low = (numbers(found.documents, f"fingerprint_{part}") for part in ("high", "low"))
    same = repeats & (high == high[by]) & (low == low[by])
    reasons.append(Reason("exact-duplicate", same, names))
    reasons.append(Reason("near-duplicate", repeats & ~same, names))
    reasons += [Reason(LEFT_OUT[code], left_out == code) for code in (FLOOR, BUDGET, WEIGHTS)]
    return reasons


def _removed(found: Scan, reasons: Sequence[Reason]) -> pa.Table:
    table = found.documents
    return removed_table(ids=table.column("id"), paths=table.column("path"), rows=table.column("row"), reasons=reasons)


def _quarantined(items: Sequence[Quarantined]) -> pa.Table:
    """Rows and files that could not be read; row -1 means the whole file."""
    rows = [
        {
            "id": "",
            "path": item.path,
            "row": -1 if item.row is None else item.row,
            "reason": f"quarantine: {item.reason}",
        }
        for item in items
    ]
    return pa.Table.from_pylist(rows, REMOVED)


def _steps(reasons: Sequence[Reason], tokens: NDArray[np.int64]) -> tuple[Step, ...]:
    steps = []
    gone = np.zeros(len(tokens), np.bool_)
    for reason in reasons:
        now = reason.documents & ~gone
        gone |= now
        if now.any():
            steps.append(Step(reason.kind, int(now.sum()), int(tokens[now].sum())))
    return tuple(steps)


assert OTHER > DETECTED  # classes sort by the strength of their evidence: keep_order relies on it
