"""The few documents a report shows by their text: the most machine-like, and the largest clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.corpus.originals import read_judged, read_texts
from curate.diversity.tail import missing_tail
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.scan.corpus import Corpus
from curate.schema import Columns, Shard

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Highlight:
    """A document worth looking at: where it stands, its text, and why it is shown."""

    path: str
    row: int
    text: str
    score: float = 0.0  # log-odds
    documents: int = 0  # of its cluster


@dataclass(frozen=True, slots=True)
class Highlights:
    """Everything in a scan's report that is not in scan.json."""

    machine_like: tuple[Highlight, ...]
    clusters: tuple[Highlight, ...]
    missing: tuple[str, ...]  # rare words expected at this size and absent


def highlights(scan: Corpus) -> Highlights:
    """Read the shown documents' texts again; a handful of shards at most."""
    liked = _most_machine_like(scan)
    largest, sizes = _largest_clusters(scan)
    judged, whole = judged_texts(scan, liked), texts_of(scan, largest)
    table = scan.documents
    scores = numbers(table, "machine_score")
    path, row = table.column("path"), table.column("row")

    def highlight(i: int, texts: dict[int, str], *, documents: int = 0) -> Highlight:
        return Highlight(path[i].as_py(), row[i].as_py(), texts.get(i, ""), float(np.nan_to_num(scores[i])), documents)

    sample = scan.sample
    main = max(scan.figures.languages.items(), key=lambda item: item[1].tokens)[0]
    return Highlights(
        tuple(highlight(i, judged) for i in liked),
        tuple(highlight(i, whole, documents=size) for i, size in zip(largest, sizes, strict=True)),
        tuple(missing_tail(sample, main, 12)),
    )


def _most_machine_like(scan: Corpus) -> list[int]:
    """Rows of the highest scores above even odds, one a cluster; ties by fingerprint."""
    scores = numbers(scan.documents, "machine_score").astype(np.float64)
    own = scan.clusters.representative == np.arange(scores.size)
    rows = np.flatnonzero(own & (scores > 0))
    prints = fingerprints(scan.documents)[rows]
    order = np.lexsort((prints[:, 1], prints[:, 0], -scores[rows]))[:SHOWN]
    return [int(i) for i in rows[order]]


def _largest_clusters(scan: Corpus) -> tuple[list[int], list[int]]:
    """Representatives of the clusters with most members, and how many those are."""
    members = scan.clusters.cluster >= 0
    rows, counts = np.unique(scan.clusters.representative[members], return_counts=True)
    prints = fingerprints(scan.documents)[rows]
    order = np.lexsort((prints[:, 1], prints[:, 0], -counts))[:SHOWN]
    return [int(i) for i in rows[order]], [int(i) for i in counts[order]]


def texts_of(scan: Corpus, rows: list[int]) -> dict[int, str]:
    """Texts of the given rows of the run, each shard opened once."""
    return _texts(scan, rows, read_texts)


def judged_texts(scan: Corpus, rows: list[int]) -> dict[int, str]:
    """The same, of chats the turns alone that the machine share judges."""
    return _texts(scan, rows, read_judged)


def _texts(
    scan: Corpus, rows: list[int], read: Callable[[Shard, Columns, NDArray[np.int64]], dict[int, str]]
) -> dict[int, str]:
    starts = _shard_starts(scan)
    wanted: dict[int, list[int]] = defaultdict(list)
    for row in set(rows):
        wanted[int(np.searchsorted(starts, row, side="right")) - 1].append(row)
    texts: dict[int, str] = {}
    table_rows = numbers(scan.documents, "row")
    for number, here in wanted.items():
        task = scan.tasks[number]
        in_file = np.sort(table_rows[np.array(here)].astype(np.int64))
        found = read(task.shard, task.columns, in_file)
        texts |= {row: found.get(int(table_rows[row]), "") for row in here}
    return texts


def _shard_starts(scan: Corpus) -> NDArray[np.int64]:
    from_shards = [0]
    for task in scan.tasks:
        from_shards.append(from_shards[-1] + task.documents())
    return np.array(from_shards[:-1], np.int64)
