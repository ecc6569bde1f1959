"""Where a change removes text: the files that lose most, and rows that hold no text any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.amounts import count
from curate.jobs.check.change import Change
from curate.jobs.check.removed_text import Losses, emptied_rows
from curate.jobs.run.columns import numbers
from curate.report.verdict import Place
from curate.rulebook.judge import Judged

MOST = 200  # files or rows of one gate: more than anybody reads; every figure counts all of them
_NAMED = re.compile(r"removed\.by_(source|language)\.(.+)\.[a-z_]+", re.DOTALL)
_WORST = re.compile(r"removed\.worst_(source|language)\.[a-z_]+")


def removed_places(change: Change, judged: Judged) -> Iterator[Place]:
    """Of a gate on what is removed that is not kept; most tokens first."""
    losses, metric = change.losses, judged.gate.metric
    if losses is None or judged.gate.on != "removed":
        return
    if metric == "removed.emptied":
        yield from _emptied(change, judged)
        return
    for file in losses.figures.unread[:MOST]:
        yield Place(file, None, None, "removed", judged.level, "its earlier content is not there", "", judged.gate.id)
    chosen = _chosen(losses, metric)
    table = losses.documents.select(["path", "id"]).append_column("tokens", pa.array(losses.tokens)).filter(chosen)
    sums = [("tokens", "sum"), ([], "count_all"), ("id", "first")]
    by_file = table.group_by("path", use_threads=False).aggregate(sums)
    rows = by_file.sort_by([("tokens_sum", "descending"), ("path", "ascending")]).slice(0, MOST).to_pylist()
    for row in rows:
        noun = "document" if row["count_all"] == 1 else "documents"
        lost = f"{count(row['count_all'])} {noun} lost here, {count(row['tokens_sum'])} tokens"
        said = f"{lost}; the first is {row['id_first']}"
        yield Place(row["path"], None, None, "removed", judged.level, said, "", judged.gate.id)


def _chosen(losses: Losses, metric: str) -> pa.Array:
    """The documents that the figure counts."""
    chosen: NDArray[np.bool_] = np.ones(len(losses.tokens), np.bool_)
    named, worst = _NAMED.fullmatch(metric), _WORST.fullmatch(metric)
    if metric.startswith("removed.human."):
        chosen = losses.human
    elif named or worst:
        part = (named or worst)[1]  # type: ignore[index]
        worst_part = losses.figures.worst_source if part == "source" else losses.figures.worst_language
        names = pc.fill_null(losses.documents.column(part), "")
        chosen = np.asarray(pc.equal(names, named[2] if named else worst_part.name))
    return pa.array(chosen)


def _emptied(change: Change, judged: Judged) -> Iterator[Place]:
    if change.scan is None:
        return
    documents = change.scan.documents
    files = [file.path for file in change.files if file.removed]
    path, row = documents.column("path"), numbers(documents, "row")
    for at in emptied_rows(change.scan, files)[:MOST]:
        spot = change.spot(path[int(at)].as_py(), int(row[at]))
        said = "holds no text now"
        yield Place(spot.path, spot.row, spot.line, "removed", judged.level, said, "", judged.gate.id)
