"""Which new rows repeat what was there: every text of the baseline that is like one, and the one most like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.engines.local import local_engine
from curate.jobs.check.baseline_index import BaseSegment
from curate.jobs.check.baseline_state import Base
from curate.jobs.run.columns import fingerprints, numbers, row_groups
from curate.jobs.run.index import Matches
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.matches import index_figures
from curate.measuring.matching import equal_texts
from curate.neardup.bands import Bands, choose_bands
from curate.neardup.copies import Pairs, join_pairs, most_similar, that_stay
from curate.neardup.index_lookup import COLUMNS, find_alike, read_queries

PLACE = ("id", "source", "path", "row")  # what is told of a document of the baseline
Gone = NDArray[np.bool_]  # of the baseline's documents: the change takes them away


def find_pairs(base: Base, gone: Gone, change: Corpus) -> Job[tuple[Pairs, Pairs]]:
    """Pairs of new rows with texts that stay, and with texts that are gone. A text that stays in one place stays."""
    prints, there = fingerprints(change.documents), fingerprints(base.documents)
    filled = np.flatnonzero(numbers(change.documents, "text_bytes") > 0)
    new, old = equal_texts(prints[filled], there)
    new, stays = filled[new], ~gone[old]
    exact, moved = (
        Pairs(new[side], old[side], np.ones(int(side.sum())), np.ones(int(side.sum()), np.bool_))
        for side in (stays, ~stays)
    )
    fresh = np.ones(len(prints), np.bool_)
    fresh[exact.new] = False
    cut = choose_bands(change.plan.threshold, change.plan.num_perm)
    look = partial(_look_up, base.segments, fresh, change.plan.threshold, cut)
    parts, lost = [exact], [moved]
    for done, part in enumerate(local_engine(change.plan.workers).map(look, row_groups(change.tasks))):
        parts.append(that_stay(part, gone, there))
        lost.append(part.only(gone[part.old]))
        yield Progress("looking up in the baseline", done)
    return join_pairs(parts), join_pairs(lost)


def matches_of(base: Base, gone: Gone, change: Corpus, pairs: Pairs) -> Matches:
    """For each new document the one it repeats most."""
    old, similarity, exact = most_similar(pairs, fingerprints(base.documents), change.documents.num_rows)
    copies = int(base.figures["duplicates"]["exact"]["documents"])
    new = np.unique(fingerprints(change.documents)[~exact], axis=0)
    return Matches(
        documents=base.documents.select(list(PLACE)).take(pa.array(old, mask=old < 0)),
        similarity=similarity,
        exact=exact,
        corpora=("baseline",),
        texts=base.documents.num_rows - copies - _lost_texts(base, gone),
        new_texts=len(new),
    )


def beside_base(base: Base, gone: Gone, change: Corpus, pairs: Pairs) -> Corpus:
    """The scan of the change with its copies of the baseline among the figures."""
    matches = matches_of(base, gone, change, pairs)
    duplicates = replace(change.figures.duplicates, index=index_figures(change.documents, matches))
    return replace(change, matches=matches, summed=replace(change.figures, duplicates=duplicates))


def _lost_texts(base: Base, gone: Gone) -> int:
    """Texts that stand nowhere any more."""
    prints = fingerprints(base.documents)
    lost = np.unique(prints[gone], axis=0)
    of, rows = equal_texts(lost, prints)
    return len(lost) - len(np.unique(of[~gone[rows]]))


def _look_up(
    segments: Sequence[BaseSegment], fresh: NDArray[np.bool_], threshold: float, cut: Bands, item: tuple[Path, int, int]
) -> Pairs:
    path, group, before = item
    with pq.ParquetFile(path) as file:
        block = read_queries(file.read_row_group(group, columns=list(COLUMNS), use_threads=False), cut)
    asked = np.flatnonzero(fresh[before : before + len(block.counts)] & (block.counts > 0))
    parts = []
    for one in segments:
        found = find_alike(block, asked, one.segment, threshold)
        different = np.zeros(len(found.query), np.bool_)
        parts.append(Pairs(found.query + before, one.rows[found.row], found.similarity, different))
    return join_pairs(parts)
