"""Why documents are not in a mix, reason by reason, in the order in which the steps took place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.run.columns import numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.judged_turns import without_judged
from curate.mixing.removed import REMOVED, Reason, removed_table
from curate.mixing.selection import BUDGET, FLOOR, LEFT_OUT, WEIGHTS
from curate.neardup.clusters import Clusters
from curate.neardup.repeats import repeated_by
from curate.schema import Quarantined

_AT_A_TIME = 1 << 16  # rows


@dataclass(frozen=True, slots=True)
class Step:
    """Removals of one step: each document counts at its first reason only."""

    reason: str
    documents: int
    tokens: int


def known_before(found: Corpus) -> Reason:
    """Copies of documents that the index had before this corpus."""
    if found.matches is None:
        return Reason("indexed-copy", np.zeros(found.documents.num_rows, np.bool_))
    return Reason("indexed-copy", found.matches.found, found.matches.documents.column("id"))


def rule_reasons(found: Corpus, ruled_out: pa.ListArray) -> list[Reason]:
    parents = np.asarray(pc.list_parent_indices(ruled_out))
    ids = ruled_out.flatten()
    reasons = []
    for rule in (rule for rule in found.book.rules if rule.then == "remove"):
        fires = np.zeros(len(ruled_out), np.bool_)
        fires[parents[np.asarray(pc.equal(ids, rule.id))]] = True
        reasons.append(Reason(f"rule:{rule.id}", fires))
    return reasons


def other_reasons(
    found: Corpus,
    clusters: Clusters,
    kept: NDArray[np.bool_],
    left_out: NDArray[np.uint8],
    tokens: NDArray[np.int64],
) -> list[Reason]:
    """Reasons of deduplication and of the floor, in the order of the steps."""
    silent = without_judged(found.documents)
    reasons = [Reason("no-assistant-turn", silent), Reason("no tokens", (tokens == 0) & ~silent)]
    by = repeated_by(clusters, kept | (repeated_by(clusters, kept) < 0))  # a rule removed those: no second reason
    repeats = by >= 0
    names = found.documents.column("id").take(pa.array(np.where(repeats, by, 0)))
    high, low = (numbers(found.documents, f"fingerprint_{part}") for part in ("high", "low"))
    same = repeats & (high == high[by]) & (low == low[by])
    reasons.append(Reason("exact-duplicate", same, names))
    reasons.append(Reason("near-duplicate", repeats & ~same, names))
    reasons += [Reason(LEFT_OUT[code], left_out == code) for code in (FLOOR, BUDGET, WEIGHTS)]
    return reasons


def removed_documents(found: Corpus, reasons: Sequence[Reason]) -> pa.Table:
    table = found.documents
    return removed_table(ids=table.column("id"), paths=table.column("path"), rows=table.column("row"), reasons=reasons)


def quarantined_rows(items: Sequence[Quarantined]) -> pa.Table:
    """Rows and files that could not be read; row -1 means the whole file."""
    tables = [REMOVED.empty_table()]
    for start in range(0, len(items), _AT_A_TIME):
        rows = [
            {
                "id": "",
                "path": item.path,
                "row": -1 if item.row is None else item.row,
                "reason": f"quarantine: {item.reason}{_counted(item)}",
            }
            for item in items[start : start + _AT_A_TIME]
        ]
        tables.append(pa.Table.from_pylist(rows, REMOVED))
    return pa.concat_tables(tables)


def _counted(item: Quarantined) -> str:
    return f"; one of {item.counted:,} rows from here on that are only counted" if item.counted else ""


def steps(reasons: Sequence[Reason], tokens: NDArray[np.int64]) -> tuple[Step, ...]:
    steps = []
    gone = np.zeros(len(tokens), np.bool_)
    for reason in reasons:
        now = reason.documents & ~gone
        gone |= now
        if now.any():
            steps.append(Step(reason.kind, int(now.sum()), int(tokens[now].sum())))
    return tuple(steps)
