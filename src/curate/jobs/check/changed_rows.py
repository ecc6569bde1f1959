"""Rows that a change adds, removes and moves, file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from curate.corpus.split_names import is_held_out
from curate.jobs.check.moved_rows import Move, moves, renamed
from curate.jobs.check.paired_files import Pair
from curate.jobs.check.row_diff import NO_ROWS, FileRows, rows_of, without_moved
from curate.jobs.check.unjudged_columns import Unjudged, unjudged_of
from curate.jobs.run.selection import Settled
from curate.measuring.matching import gone_and_new
from curate.report.verdict import ChangedFile

Rows = NDArray[np.int64]


def rows_changed(pairs: Sequence[Pair], workers: int) -> tuple[dict[str, Rows], dict[str, Rows], int, tuple[Move, ...]]:
    """Return rows gone by earlier path, new rows by path, the number of unreadable rows gone, and moves.

    A path without an entry is new as a whole. A row that moved, within its file or to another, is neither gone nor new.
    """
    changing = {pair.path: pair for pair in pairs if not pair.same}
    old = _read({path: pair.old for path, pair in changing.items()}, workers)
    new = _read({path: pair.new for path, pair in changing.items() if pair.old}, workers)
    moved = _renamed(pairs, workers)
    for path, after in new.items():
        gone, fresh = gone_and_new(old[path].prints, after.prints)
        moved += renamed(changing[path].was, path, after.rows[~fresh & ~after.bad])
        old[path], new[path] = old[path].only(gone), after.only(fresh)
    if any(len(part.rows) for part in old.values()):  # else nothing can have moved to an added file
        new |= _read({path: pair.new for path, pair in changing.items() if not pair.old}, workers)
        before, later = old, new
        old, new = without_moved(before, later)
        sides = ({changing[path].was: part for path, part in side.items()} for side in (before, old))
        moved += moves(next(sides), later, next(sides), new)
    rows = {path: part.rows for path, part in new.items()} | {p.path: NO_ROWS.rows for p in pairs if p.same}
    gone_rows = {changing[path].was: part.rows[~part.bad] for path, part in old.items()}
    return gone_rows, rows, sum(int(part.bad.sum()) for part in old.values()), moved


def _renamed(pairs: Sequence[Pair], workers: int) -> tuple[Move, ...]:
    """Rows of files that are the same under a name of another split; other files that moved whole are not read."""
    same = {p.path: p for p in pairs if p.same and is_held_out(p.was) and not is_held_out(p.path)}
    rows = _read({path: pair.new for path, pair in same.items()}, workers)
    return tuple(one for path, pair in same.items() for one in renamed(pair.was, path, rows[path].rows))


def unjudged_rows(pairs: Sequence[Pair]) -> tuple[Unjudged, ...]:
    """Of files that are not the same: what moved from one to another is not new."""
    changing = [pair for pair in pairs if not pair.same]
    return unjudged_of([pair.old for pair in changing if pair.old], [pair.new for pair in changing if pair.new])


def _read(files: Mapping[str, Settled | None], workers: int) -> dict[str, FileRows]:
    there = {path: file for path, file in files.items() if file is not None}
    return dict(zip(there, rows_of(list(there.values()), workers), strict=True))


def changed_file(pair: Pair, gone: Mapping[str, Rows]) -> ChangedFile:
    state = pair.state
    if pair.note and pair.state != "deleted" and not pair.new:
        state = "pointer" if "LFS pointer" in pair.note else "skipped"
    before = pair.was if pair.state == "renamed" else ""
    return ChangedFile(pair.path, state, before, 0, len(gone.get(pair.was, ())), pair.note)
