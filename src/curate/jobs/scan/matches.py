"""Matches with earlier corpora: matches.parquet, and the figures beside the duplicates of the scan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from curate.corpus.write import write_table
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import numbers
from curate.jobs.run.folder import Run
from curate.jobs.run.index import Matches, match_and_add
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job
from curate.jobs.scan.figures import IndexedDocument, IndexFigures, ScanFigures

LARGEST = 10  # documents of the index named in scan.json; every match is in matches.parquet


def beside_index(plan: ScanPlan, run: Run, tasks: tuple[ShardTask, ...], documents: pa.Table) -> Job[Matches | None]:
    """Match the documents with the index, where the plan has one; writes matches.parquet."""
    if plan.index is None:
        return None
    matches = yield from match_and_add(plan, plan.index, tasks, documents)
    write_table(run.matches, matches_table(documents, matches))
    return matches


def with_index(figures: ScanFigures, documents: pa.Table, matches: Matches | None) -> ScanFigures:
    """The figures with those of the index, where there is one."""
    if matches is None:
        return figures
    return replace(figures, duplicates=replace(figures.duplicates, index=index_figures(documents, matches)))


def matches_table(documents: pa.Table, matches: Matches) -> pa.Table:
    """Documents that repeat one of the index, by path and row: which, how similar, and whether it is the same text."""
    rows = np.flatnonzero(matches.found)
    of = documents.select(["id", "path", "row"]).take(pa.array(rows))
    known = matches.documents.take(pa.array(rows))
    kind = pa.array(["near", "exact"]).take(pa.array(matches.exact[rows].astype(np.int8)))
    columns = {
        "matched_id": known.column("id").cast(pa.string()),
        "matched_source": known.column("source").cast(pa.string()),
        "similarity": pa.array(matches.similarity[rows].astype(np.float32)),
        "kind": kind,
    }
    table = pa.table({**{name: of.column(name) for name in of.column_names}, **columns})
    return table.sort_by([("path", "ascending"), ("row", "ascending")])


def index_figures(documents: pa.Table, matches: Matches) -> IndexFigures:
    """Sums over the matches."""
    rows = np.flatnonzero(matches.found)
    tokens = numbers(documents, "tokens").astype(np.int64)
    exact = int(matches.exact[rows].sum())
    return IndexFigures(
        corpora=len(matches.corpora),
        texts=matches.texts,
        documents=len(rows),
        exact=exact,
        near=len(rows) - exact,
        token_share=int(tokens[rows].sum()) / max(1, int(tokens.sum())),
        new_texts=matches.new_texts,
        largest=_largest(matches.documents.take(pa.array(rows))),
    )


def _largest(known: pa.Table) -> tuple[IndexedDocument, ...]:
    """Documents of the index with most copies here, ties by id and source."""
    counted = known.group_by(["id", "source"]).aggregate([([], "count_all")])
    order = [("count_all", "descending"), ("id", "ascending"), ("source", "ascending")]
    rows = counted.sort_by(order).slice(0, LARGEST).to_pylist()
    return tuple(IndexedDocument(row["id"], row["source"], row["count_all"]) for row in rows)
