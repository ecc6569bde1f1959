"""Documents of one corpus that repeat those of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from curate.measuring.matching import Prints, Rows, equal_texts


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of a new document and an earlier one: new, old int64[m]; similarity float64[m]; exact bool[m].

    Of equal texts every document of the earlier corpus that has them, of texts alike one.
    """

    new: Rows
    old: Rows
    similarity: NDArray[np.float64]
    exact: NDArray[np.bool_]

    def only(self, which: NDArray[np.bool_]) -> Pairs:
        """The pairs for which bool[m] holds."""
        return Pairs(self.new[which], self.old[which], self.similarity[which], self.exact[which])


def join_pairs(parts: Sequence[Pairs]) -> Pairs:
    """The pairs of all parts, in their order."""
    none = np.zeros(0, np.int64)
    new, old, similarity, exact = (
        np.concatenate([kind, *(getattr(part, name) for part in parts)])
        for name, kind in (("new", none), ("old", none), ("similarity", np.zeros(0)), ("exact", np.zeros(0, np.bool_)))
    )
    return Pairs(new, old, similarity, exact)


def most_similar(pairs: Pairs, prints: Prints, count: int) -> tuple[Rows, NDArray[np.float64], NDArray[np.bool_]]:
    """For each of `count` new documents the one it repeats: the same text, else the most similar.

    Ties go by fingerprint, then row. prints: of the earlier documents. Returns old int64[count], -1 where nothing is
    alike, similarity float64[count], exact bool[count].
    """
    mine = prints[pairs.old]
    order = np.lexsort((pairs.old, mine[:, 1], mine[:, 0], -pairs.similarity, ~pairs.exact, pairs.new))
    first = order[np.concatenate([[True], np.diff(pairs.new[order]) > 0])[: len(order)]]
    old, similarity, exact = np.full(count, -1, np.int64), np.zeros(count), np.zeros(count, np.bool_)
    rows = pairs.new[first]
    old[rows], similarity[rows], exact[rows] = pairs.old[first], pairs.similarity[first], pairs.exact[first]
    return old, similarity, exact


def that_stay(pairs: Pairs, gone: NDArray[np.bool_], there: Prints) -> Pairs:
    """Pairs with texts that are still there, each with a document that is."""
    lost = np.flatnonzero(gone[pairs.old])
    if not len(lost):
        return pairs
    of, rows = equal_texts(there[pairs.old[lost]], there)
    of, rows = of[~gone[rows]], rows[~gone[rows]]
    old = pairs.old.copy()
    old[lost[of[::-1]]] = rows[::-1]  # the first of them is written last
    return replace(pairs, old=old).only(~gone[old])
