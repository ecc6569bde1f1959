"""Which new rows repeat what was there: every text of the baseline that is like one, and the one most like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.engines.local import local_engine
from curate.jobs.check.baseline_index import BaseSegment
from curate.jobs.check.baseline_state import Base
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.run.index import Matches
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.job import Scan
from curate.jobs.scan.matches import index_figures
from curate.neardup.bands import Bands, choose_bands
from curate.neardup.index_lookup import COLUMNS, find_alike, read_queries

PLACE = ("id", "source", "path", "row")  # what is told of a document of the baseline
Rows = NDArray[np.int64]
Prints = NDArray[np.uint64]
Gone = NDArray[np.bool_]  # of the baseline's documents: the change takes them away


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """new, old int64[m]: documents of the change and of the baseline; similarity float64[m]; exact bool[m].

    Of equal texts every document of the baseline that has them, of texts alike one.
    """

    new: Rows
    old: Rows
    similarity: NDArray[np.float64]
    exact: NDArray[np.bool_]

    def only(self, which: NDArray[np.bool_]) -> Pairs:
        """The pairs for which bool[m] holds."""
        return Pairs(self.new[which], self.old[which], self.similarity[which], self.exact[which])


def find_pairs(base: Base, gone: Gone, change: Scan) -> Job[tuple[Pairs, Pairs]]:
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
    for done, part in enumerate(local_engine(change.plan.workers).map(look, _blocks(change))):
        parts.append(_that_stays(part, gone, there))
        lost.append(part.only(gone[part.old]))
        yield Progress("looking up in the baseline", done)
    return _joined(parts), _joined(lost)


def matches_of(base: Base, gone: Gone, change: Scan, pairs: Pairs) -> Matches:
    """For each new document the one it repeats: the same text, else the most similar, ties by fingerprint and row."""
    prints = fingerprints(base.documents)[pairs.old]
    order = np.lexsort((pairs.old, prints[:, 1], prints[:, 0], -pairs.similarity, ~pairs.exact, pairs.new))
    first = order[np.concatenate([[True], np.diff(pairs.new[order]) > 0])[: len(order)]]
    count = change.documents.num_rows
    old, similarity, exact = np.full(count, -1, np.int64), np.zeros(count), np.zeros(count, np.bool_)
    rows = pairs.new[first]
    old[rows], similarity[rows], exact[rows] = pairs.old[first], pairs.similarity[first], pairs.exact[first]
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


def beside_base(base: Base, gone: Gone, change: Scan, pairs: Pairs) -> Scan:
    """The scan of the change with its copies of the baseline among the figures."""
    matches = matches_of(base, gone, change, pairs)
    duplicates = replace(change.figures.duplicates, index=index_figures(change.documents, matches))
    return replace(change, matches=matches, figures=replace(change.figures, duplicates=duplicates))


def _lost_texts(base: Base, gone: Gone) -> int:
    """Texts that stand nowhere any more."""
    prints = fingerprints(base.documents)
    lost = np.unique(prints[gone], axis=0)
    of, rows = equal_texts(lost, prints)
    return len(lost) - len(np.unique(of[~gone[rows]]))


def equal_texts(wanted: Prints, there: Prints) -> tuple[Rows, Rows]:
    """All pairs (i, k) with wanted[i] == there[k]; costs little more than a look at each of `there`."""
    order = np.argsort(wanted[:, 0], kind="stable")
    high = wanted[order, 0]
    begin, end = (np.searchsorted(high, there[:, 0], side) for side in ("left", "right"))
    hits = np.flatnonzero(begin < end)
    counts = end[hits] - begin[hits]
    inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    i, k = order[np.repeat(begin[hits], counts) + inside], np.repeat(hits, counts)
    same = wanted[i, 1] == there[k, 1]
    return i[same], k[same]


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
    return _joined(parts)


def _that_stays(pairs: Pairs, gone: Gone, there: Prints) -> Pairs:
    """Pairs with texts that are still there, each with a document that is."""
    lost = np.flatnonzero(gone[pairs.old])
    if not len(lost):
        return pairs
    of, rows = equal_texts(there[pairs.old[lost]], there)
    of, rows = of[~gone[rows]], rows[~gone[rows]]
    old = pairs.old.copy()
    old[lost[of[::-1]]] = rows[::-1]  # the first of them is written last
    return replace(pairs, old=old).only(~gone[old])


def _joined(parts: Sequence[Pairs]) -> Pairs:
    none = np.zeros(0, np.int64)
    new, old, similarity, exact = (
        np.concatenate([kind, *(getattr(part, name) for part in parts)])
        for name, kind in (("new", none), ("old", none), ("similarity", np.zeros(0)), ("exact", np.zeros(0, np.bool_)))
    )
    return Pairs(new, old, similarity, exact)


def _blocks(change: Scan) -> Iterator[tuple[Path, int, int]]:
    before = 0
    for task in change.tasks:
        path = task.run.annotations(task.number)
        metadata = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            yield path, group, before
            before += metadata.row_group(group).num_rows
