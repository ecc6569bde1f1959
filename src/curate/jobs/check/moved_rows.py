"""Rows that a change moves from one file to another, and rows of a held-out split that come into other files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.split_names import is_held_out
from curate.jobs.check.baseline_state import Base
from curate.jobs.check.row_diff import NO_ROWS, FileRows
from curate.jobs.check.split_columns import held_out_rows
from curate.jobs.run.columns import fingerprints
from curate.jobs.scan.corpus import Corpus
from curate.neardup.copies import Pairs, most_similar

_FILES = 8  # that JSON names
_PLACES = 200  # rows of two files that are kept
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Move:
    """Rows that left one file and stand in another; places: (row there, row before or -1) of a few."""

    source: str
    target: str
    rows: int
    places: tuple[tuple[int, int], ...]

    @property
    def leaks(self) -> bool:
        """Return whether they were held out from training and are no more."""
        return is_held_out(self.source) and not is_held_out(self.target)


def moves(
    before: Mapping[str, FileRows], after: Mapping[str, FileRows],
    gone: Mapping[str, FileRows], fresh: Mapping[str, FileRows],
) -> tuple[Move, ...]:  # fmt: skip
    """Compare rows that left files and came into files with what is left of both without those that moved."""
    (source, was, old), (target, now, new) = _taken(before, gone), _taken(after, fresh)
    old_order, new_order = (np.lexsort((prints[:, 1], prints[:, 0])) for prints in (old, new))
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for i, k in zip(old_order.tolist(), new_order.tolist(), strict=True):
        pairs.setdefault((source[i], target[k]), []).append((int(now[k]), int(was[i])))
    return tuple(
        Move(*names, len(places), tuple(sorted(places)[:_PLACES]))
        for names, places in sorted(pairs.items())
        if names[0] != names[1]
    )


def _taken(side: Mapping[str, FileRows], left: Mapping[str, FileRows]) -> tuple[list[str], Rows, NDArray[np.uint64]]:
    """File, row and print of each readable row that is on a side and not among what is left of it."""
    names: list[str] = []
    parts = []
    for name in sorted(side):
        whole, rest = (one.only(~one.bad) for one in (side[name], left.get(name, NO_ROWS)))
        parts.append(whole.only(~np.isin(whole.rows, rest.rows)))
        names += [name] * len(parts[-1].rows)
    rows = np.concatenate([NO_ROWS.rows, *(part.rows for part in parts)])
    return names, rows, np.concatenate([NO_ROWS.prints, *(part.prints for part in parts)])


def renamed(source: str, target: str, rows: Rows) -> tuple[Move, ...]:
    """Rows that stay in a file whose new name tells of another split."""
    move = Move(source, target, len(rows), tuple((int(row), -1) for row in rows[:_PLACES]))
    return (move,) if move.leaks and len(rows) else ()


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """Rows of a scan, in no held-out split, that repeat a text of one; same: those of `near` with all words alike.

    known: the held-out document that each row of the scan is most like, similarity float64[n] how much.
    """

    exact: Rows = field(default_factory=lambda: NO_ROWS.rows)
    near: Rows = field(default_factory=lambda: NO_ROWS.rows)
    same: Rows = field(default_factory=lambda: NO_ROWS.rows)
    known: pa.Table | None = None
    similarity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


def copied_rows(scan: Corpus, base: Base, pairs: Pairs) -> Copied:
    """Rows of the scan whose text stands, or stood, in a held-out split of the baseline, or nearly so.

    pairs: with texts that stay there and with those that the change takes away. A row that is held out by its file or
    by a column must be held out by the same.
    """
    there = base.documents
    sides = (held_out_rows(documents, base.splits) for documents in (there, scan.documents))
    leaks = [was[pairs.old] & ~now[pairs.new] for was, now in zip(*sides, strict=True)]
    leaking = pairs.only(np.any(leaks, axis=0))
    old, similarity, exact = most_similar(leaking, fingerprints(there), scan.documents.num_rows)
    rows = np.flatnonzero(old >= 0)
    near = rows[~exact[rows]]
    known = there.select(["id", "path", "row"]).take(pa.array(old, mask=old < 0))
    return Copied(rows[exact[rows]], near, near[similarity[near] >= 1], known, similarity)


def moved_figures(found: Sequence[Move], copied: Copied) -> dict[str, Any]:
    """As `check --json` has it: rows between files, and those that leave a held-out split."""
    exact, near, same = (len(rows) for rows in (copied.exact, copied.near, copied.same))
    leaked = sum(one.rows for one in found if one.leaks)
    ranked = sorted(found, key=lambda one: (not one.leaks, -one.rows))
    files = [{"from": one.source, "to": one.target, "rows": one.rows} for one in ranked[:_FILES]]
    return {
        "moved": {"rows": sum(one.rows for one in found), "pairs": len(found), "files": files},
        "held_out": {"rows": leaked + exact + same, "moved": leaked, "copied": exact, "near": near},
    }
