"""The figures after merging: the baseline's, less what is gone, and what is new; null where that cannot be had so.

No text of the baseline is read, and none of its documents compared again. What a scan of everything would say is said,
but of paragraphs repeated across documents (and rules on them), of the sources of copies, of predictability.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.detect.judge import load_judge
from curate.diversity.figures import diversity
from curate.diversity.sample import Sample
from curate.jobs.check.baseline_copies import Gone
from curate.jobs.check.baseline_state import Base
from curate.jobs.check.merged_clusters import merged_clusters
from curate.jobs.run.background import Beside
from curate.jobs.run.plan import ScanPlan
from curate.jobs.scan.claims import new_rows
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.judged_turns import COLUMNS, judged
from curate.jobs.scan.paragraphs import SHARE
from curate.jobs.scan.provenance import FILLED, Said, said_column, said_of
from curate.jobs.scan.share import corpus_share
from curate.jobs.scan.summary import amounts, book_counts, duplicate_figures, rule_counts
from curate.neardup.copies import Pairs
from curate.rulebook.rules import RuleBook

Figures = dict[str, Any]


def merged_figures(
    plan: ScanPlan, base: Base, gone: Gone, change: Corpus | None, pairs: Pairs | None, sample: Sample | None, *,
    files: int, quarantined: int,
) -> Figures:  # fmt: skip
    """As `scan --json` of what is there after merging. gone bool[n]: documents of the baseline that are no more.

    sample: of what is there; files, quarantined: those after merging.
    """
    book = plan.rule_book()
    mixed = Beside(partial(diversity, sample)) if sample is not None else None
    lost = base.documents.filter(pa.array(gone))
    clusters = merged_clusters(base, gone, change, pairs)
    documents = _documents(base, gone, change)
    said = _said(plan, book, base, gone, change, documents)
    share = corpus_share(
        judged(documents), clusters, load_judge(plan.detector), plan.confidence, None, said, workers=plan.workers
    )
    duplicates = asdict(duplicate_figures(documents, clusters))
    duplicates["paragraph_token_share"] = None
    for kind in ("exact", "near"):
        duplicates[kind]["across_sources"] = None
    return {
        "version": 1,
        "documents": documents.num_rows,
        **{key: base.figures[key] + _plus(change, key) - _total(lost, name) for key, name in _SUMS.items()},
        "files": files,
        "quarantined": quarantined,
        "languages": _languages(base, lost, change),
        "machine_share": asdict(share),
        "duplicates": duplicates,
        "diversity": asdict(mixed.result()) if mixed else None,
        "rules": _rules(book, base, lost, change),
        "books": _books(book, base, lost, change),
    }


_SUMS = {"tokens": "tokens", "bytes": "text_bytes"}


def _documents(base: Base, gone: Gone, change: Corpus | None) -> pa.Table:
    stays = base.documents.filter(pa.array(~gone)) if gone.any() else base.documents
    if change is None:
        return stays
    sides = stays, change.documents
    names = [name for name in change.documents.column_names if name in stays.column_names]
    alone = [[name for name in COLUMNS if name in one.column_names and name not in names] for one in sides]
    parts = [one.select([*names, *own]) for one, own in zip(sides, alone, strict=True)]  # of chats on one side alone
    return pa.concat_tables(parts, promote_options="permissive")


def _said(plan: ScanPlan, book: RuleBook, base: Base, gone: Gone, change: Corpus | None, documents: pa.Table) -> Said:
    """Declarations of documents; an id or a source made from a file's name declares nothing."""
    stays = pa.array(~gone)
    columns = {}
    for name in FILLED:
        own = pc.if_else(base.documents.column(f"has_{name}"), base.documents.column(name), None).filter(stays)
        new = [] if change is None else said_column(change.documents, name, change.tasks).chunks
        columns[name] = pa.chunked_array([*own.chunks, *new], pa.string())
    new = 0 if change is None else change.documents.num_rows
    claiming = None if plan.trusted is None else new_rows(documents.num_rows - new, new)
    return said_of(book, documents, columns, claiming, plan.trusted)


def _languages(base: Base, lost: pa.Table, change: Corpus | None) -> dict[str, dict[str, int]]:
    less = amounts(lost, "language")
    more = {} if change is None else change.figures.languages
    found = {}
    for name in {*base.figures["languages"], *more}:
        own = base.figures["languages"].get(name, {"documents": 0, "tokens": 0})
        one = {
            key: own[key] + getattr(more.get(name), key, 0) - getattr(less.get(name), key, 0)
            for key in ("documents", "tokens")
        }
        if one["documents"]:
            found[name] = one
    return dict(sorted(found.items(), key=lambda item: (-item[1]["tokens"], item[0])))


def _rules(book: RuleBook, base: Base, lost: pa.Table, change: Corpus | None) -> dict[str, int | None]:
    less = rule_counts(book, lost)
    more = {} if change is None else change.figures.rules
    unknown = {rule.id for rule in book.rules if rule.measure == SHARE}
    counts = base.figures["rules"]
    return {name: None if name in unknown else counts[name] + more.get(name, 0) - less[name] for name in counts}


def _books(book: RuleBook, base: Base, lost: pa.Table, change: Corpus | None) -> dict[str, int | None]:
    less = book_counts(book, lost)
    more = {} if change is None else change.figures.books
    unknown = {book.home[rule.id] for rule in book.rules if rule.measure == SHARE and rule.then == "remove"}
    counts = base.figures["books"]
    return {name: None if name in unknown else counts[name] + more.get(name, 0) - less[name] for name in counts}


def _plus(change: Corpus | None, key: str) -> int:
    return 0 if change is None else int(getattr(change.figures, key))


def _total(table: pa.Table, column: str) -> int:
    return int(pc.sum(table.column(column)).as_py() or 0)
