"""A scanned corpus beside an index of earlier ones: who repeats whom, and the index with this corpus in it."""

from __future__ import annotations

import hashlib
import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.owned import refuse_link, refuse_links
from curate.engines.local import local_engine
from curate.errors import UsageError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import fingerprints, numbers, row_groups
from curate.jobs.run.locks import wait_for
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.kernels.lookup import Nearest, Queries
from curate.measuring.measure import stamp
from curate.mixing.priority import TIE_COLUMNS, occurrences
from curate.neardup.index import Index, IndexSettings, KnownCorpus, documents_at, open_index
from curate.neardup.index_lookup import COLUMNS, find_equal, find_similar, no_match, put, read_queries
from curate.neardup.index_manifest import LOCK
from curate.neardup.index_segment import OpenSegment
from curate.neardup.index_writer import SegmentWriter
from curate.neardup.signature import Signature
from curate.neardup.texts import Texts, distinct_texts


@dataclass(frozen=True, slots=True)
class Matches:
    """Matches of n documents with earlier corpora.

    documents: id and source, null where nothing is repeated; similarity float64[n]; exact bool[n]. corpora: the
    fingerprints of those there were to compare with, and how many texts; new_texts: distinct ones not among them.
    """

    documents: pa.Table
    similarity: NDArray[np.float64]
    exact: NDArray[np.bool_]
    corpora: tuple[str, ...]
    texts: int
    new_texts: int

    @property
    def found(self) -> NDArray[np.bool_]:
        """Documents that repeat something, bool[n]."""
        return np.asarray(pc.is_valid(self.documents.column("id")))


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The corpus that is matched: its number, its distinct texts, and which of them (fresh) the index does not have."""

    number: int
    fingerprint: str
    texts: Texts
    fresh: NDArray[np.int64]
    position: NDArray[np.int64]  # of each document among the fresh texts; -1 for all but the first with its text


def check_index(plan: ScanPlan) -> None:
    """Before anything is read: the folder is an index or may become one, and its settings fit. Raises UsageError."""
    if plan.index is None:
        return
    found = open_index(plan.index, _settings(plan))
    if not plan.add_to_index and not found.corpora:
        raise UsageError(
            "there is no index",
            where=str(plan.index),
            hint=f"curate scan OLD --index {shlex.quote(str(plan.index))} makes one",
        )


def match_and_add(plan: ScanPlan, folder: Path, tasks: tuple[ShardTask, ...], documents: pa.Table) -> Job[Matches]:
    """Match a run's documents with the corpora that the index had before this one, then add this one if planned.

    A corpus is known by its texts, in any order and format: scanned again it is matched with what had been there before
    it, and not added again. One process at a time; others wait.
    """
    _refuse_links(folder)
    with ExitStack() as held:
        yield from wait_for(folder / LOCK, "the index", held)
        index = open_index(folder, _settings(plan))
        return (yield from _match(plan, index, tasks, documents))


def _refuse_links(folder: Path) -> None:
    """Raises UsageError: what a link in the index points to would be written over or removed."""
    refuse_link(folder)
    if folder.is_dir():
        refuse_links(folder)


def _match(plan: ScanPlan, index: Index, tasks: tuple[ShardTask, ...], documents: pa.Table) -> Job[Matches]:
    segments = index.open_segments()
    best, corpus = _equal(index, segments, documents, plan.index_corpora)
    known = corpus.number < len(index.corpora) or not plan.add_to_index
    with ExitStack() as held:
        writer = None
        if not known and len(corpus.fresh):
            prints = fingerprints(documents)[corpus.texts.row[corpus.fresh]]
            writer = held.enter_context(SegmentWriter(index.new_segment(), prints, index.cut.bands))
        work = partial(_look_up, index, segments, corpus, plan.threshold)
        for done, asked, block, found in local_engine(plan.workers).map(work, row_groups(tasks)):
            rows = corpus.position[done : done + len(block.counts)][asked]
            put(best, corpus.fresh[rows], found, asked)
            if writer is not None:
                writer.add(block, asked, rows)
            yield Progress("looking up in the index", done, documents.num_rows, "documents")
        names = documents.select(["id", "source"]).take(pa.array(corpus.texts.row[corpus.fresh]))
        segment = None if writer is None else writer.finish(corpus.number, names)
    if not known:
        yield Progress("adding to the index")
        index.with_corpus(KnownCorpus(corpus.fingerprint, plan.paths, documents.num_rows, len(corpus.fresh)), segment)
    return _matches(index, segments, corpus, best)


def _equal(
    index: Index, segments: list[OpenSegment], documents: pa.Table, first: int | None
) -> tuple[Nearest, _Corpus]:
    """The texts that the index has word for word, and the corpus without them."""
    prints = fingerprints(documents)
    ties = documents.select([name for name in TIE_COLUMNS if name in documents.column_names])
    texts = distinct_texts(prints, occurrences(prints[:, 0], prints[:, 1], ties))
    fingerprint = corpus_fingerprint(prints)
    number = min(index.number_of(fingerprint), len(index.corpora) if first is None else first)
    best = no_match(len(texts.row))
    best.segment[:], best.row[:] = find_equal(prints[texts.row], segments, number)
    best.similarity[best.segment >= 0] = 1.0
    fresh = np.flatnonzero((best.segment < 0) & (numbers(documents, "text_bytes")[texts.row] > 0))
    position = np.full(documents.num_rows, -1, np.int64)
    position[texts.row[fresh]] = np.arange(len(fresh))
    return best, _Corpus(number, fingerprint, texts, fresh, position)


def _look_up(
    index: Index, segments: list[OpenSegment], corpus: _Corpus, threshold: float, item: tuple[Path, int, int]
) -> tuple[int, NDArray[np.int64], Queries, Nearest]:
    """The documents before a block, those in it that were asked for, its sketches, and what they resemble."""
    path, group, before = item
    with pq.ParquetFile(path) as file:
        block = read_queries(file.read_row_group(group, columns=list(COLUMNS), use_threads=False), index.cut)
    here = corpus.position[before : before + len(block.counts)]
    asked = np.flatnonzero((here >= 0) & (block.counts > 0))
    return before, asked, block, find_similar(block, asked, segments, corpus.number, threshold)


def _matches(index: Index, segments: list[OpenSegment], corpus: _Corpus, best: Nearest) -> Matches:
    """From texts back to documents."""
    of = corpus.texts.of
    segment, row = best.segment[of], best.row[of]
    exact = np.ones(len(best.segment), np.bool_)
    exact[corpus.fresh] = False
    nothing = segment < 0
    return Matches(
        documents=documents_at(segments, pa.array(segment, mask=nothing), pa.array(row, mask=nothing)),
        similarity=np.where(nothing, 0.0, best.similarity[of]),
        exact=exact[of] & ~nothing,
        corpora=tuple(one.fingerprint for one in index.corpora[: corpus.number]),
        texts=index.texts_before(corpus.number),
        new_texts=len(corpus.fresh),
    )


def corpus_fingerprint(prints: NDArray[np.uint64]) -> str:
    """32 hex digits over the texts of a corpus, fingerprints uint64[n, 2], in any order."""
    ordered = prints[np.lexsort((prints[:, 1], prints[:, 0]))]
    return hashlib.blake2b(np.ascontiguousarray(ordered).data, digest_size=16).hexdigest()


def _settings(plan: ScanPlan) -> IndexSettings:
    measure = stamp((Signature(plan.ngram_size, plan.num_perm),))
    return IndexSettings(measure, plan.ngram_size, plan.num_perm, plan.threshold)
