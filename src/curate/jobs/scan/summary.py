"""Sums over annotations into the figures of a scan; no text is read here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.doubled_keys import doubled_keys
from curate.corpus.not_read import left_out, unread
from curate.corpus.remote.hub_origins import hub_origins
from curate.jobs.run.columns import numbers
from curate.jobs.run.lost_files import lost_files, mostly_lost, read_rows
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.figures import DuplicateFigures, LargeCluster, Repeats, ScanFigures
from curate.jobs.scan.paragraphs import COLUMN as REPEATED
from curate.jobs.scan.silent_chats import turns_of
from curate.neardup.clusters import Clusters
from curate.rulebook.decide import fired
from curate.rulebook.rules import RuleBook
from curate.schema import Amount

RULED_AT_A_TIME = 1 << 18  # documents: every rule has a byte a document meanwhile
LARGEST = 10  # clusters named in scan.json; all are in clusters.parquet


def summarise(found: Corpus, without_effect: tuple[str, ...]) -> ScanFigures:
    """All figures of the contract; share and diversity are asked for last, as they may still be under way."""
    documents, clusters, book = found.documents, found.clusters, found.book
    doubled = doubled_keys(found.mended)
    return ScanFigures(
        version=1,
        documents=documents.num_rows,
        tokens=_total(documents, "tokens"),
        bytes=_total(documents, "text_bytes"),
        files=len(found.files),
        quarantined=len(found.quarantined),
        mostly_quarantined=mostly_lost(read_rows(found.tasks), found.quarantined, found.files),
        lost_files=lost_files(found.quarantined),
        mended=len(found.mended) - doubled.rows,
        languages=amounts(documents, "language"),
        rules=rule_counts(book, documents),
        books=book_counts(book, documents),
        duplicates=duplicate_figures(documents, clusters),
        machine_share=found.share,
        diversity=found.diversity,
        columns=found.layouts,
        labels=found.declared.labels,
        dates=found.declared.dates,
        without_effect=without_effect,
        doubled_keys=doubled,
        turns=turns_of(documents, found.tasks),
        unread=unread(found.not_read),
        left_out=left_out(found.not_read),
        reference_columns=found.human.layouts if found.human else (),
        hub=hub_origins(found.plan.paths, (file.path for file in found.files)),
    )


def amounts(documents: pa.Table, column: str) -> dict[str, Amount]:
    """Documents and tokens by the values of a column, most tokens first, ties by name."""
    values = documents.column(column).cast(pa.string()).fill_null("")
    coded = values.dictionary_encode().unify_dictionaries().combine_chunks()  # `group_by` loads more of Arrow
    codes, names = np.asarray(coded.indices), coded.dictionary.to_pylist()
    counts = np.bincount(codes, minlength=len(names)).tolist()
    tokens = np.bincount(codes, numbers(documents, "tokens"), len(names)).tolist()  # exact below 2 ** 53
    ranked = sorted(zip(names, counts, map(int, tokens), strict=True), key=lambda one: (-one[2], one[0]))
    return {name: Amount(count, total) for name, count, total in ranked}


def rule_counts(book: RuleBook, documents: pa.Table) -> dict[str, int]:
    """Documents in which each rule fires, whatever its consequence."""
    counts = {rule.id: 0 for rule in book.rules}
    for piece in _pieces(documents):
        for then in ("remove", "flag"):
            ids = fired(book, piece, then=then).flatten()
            for item in pc.value_counts(ids).to_pylist():
                counts[item["values"]] += item["counts"]
    return counts


def book_counts(book: RuleBook, documents: pa.Table) -> dict[str, int]:
    """Documents in which a rule of each book fires that says to remove them."""
    counts = {}
    for name in sorted(set(book.home.values())):
        removing = tuple(rule for rule in book.rules if book.home[rule.id] == name)
        counts[name] = sum(
            int(pc.sum(pc.greater(pc.list_value_length(fired(RuleBook(removing), piece)), 0)).as_py() or 0)
            for piece in _pieces(documents)
        )
    return counts


def _pieces(documents: pa.Table) -> Iterator[pa.Table]:
    return (documents.slice(begin, RULED_AT_A_TIME) for begin in range(0, documents.num_rows, RULED_AT_A_TIME))


def duplicate_figures(documents: pa.Table, clusters: Clusters) -> DuplicateFigures:
    """Of documents and the clusters over their rows; of `clusters` edges and similarities are not read."""
    members = clusters.cluster >= 0
    outside = members & (clusters.representative != np.arange(len(members)))
    tokens = numbers(documents, "tokens").astype(np.int64)
    exact = outside & clusters.exact
    heads, sizes = np.unique(clusters.representative[members], return_counts=True)
    ids = documents.column("id")
    ranked = np.lexsort((clusters.rank[heads], -sizes))[:LARGEST]
    return DuplicateFigures(
        clusters=len(heads),
        documents=int(members.sum()),
        token_share=int(tokens[outside].sum()) / max(1, int(tokens.sum())),
        largest=tuple(LargeCluster(ids[int(heads[k])].as_py(), int(sizes[k])) for k in ranked),
        exact=_repeats(documents, clusters, exact, tokens),
        near=_repeats(documents, clusters, outside & ~exact, tokens),
        paragraph_token_share=_total(documents, REPEATED) / max(1, int(tokens.sum())),
    )


def _repeats(documents: pa.Table, clusters: Clusters, which: NDArray[np.bool_], tokens: NDArray[np.int64]) -> Repeats:
    rows = np.flatnonzero(which)
    source = documents.column("source")
    other = pc.not_equal(source.take(pa.array(rows)), source.take(pa.array(clusters.representative[rows])))
    share = int(tokens[rows].sum()) / max(1, int(tokens.sum()))
    return Repeats(len(rows), share, int(pc.sum(other).as_py() or 0))


def _total(documents: pa.Table, column: str) -> int:
    return int(pc.sum(documents.column(column)).as_py() or 0)
