"""One class of documents in the order in which a mix takes them; how classes are woven together is chain's business.

The drawing order of strata, with one exception: a document waits until its queue holds PATIENCE times as many tokens
as it has itself. Any order that is fixed before the budget is known gives nested mixes (a mix is a prefix); this one
also keeps a book at the head of the queue from shutting out the thousand pages behind it: where the next document is
too long for the budget, all but a PATIENCE-th of the queue's share is already used, or nothing shorter is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PATIENCE = 8


@dataclass(frozen=True, slots=True)
class Queue:
    """Documents (positions int64 among the candidates) in drawing order, and the running sum of their tokens.

    `base` tokens of the same class are already placed; `cumulative` and `total` count from there on, not from zero.
    """

    documents: NDArray[np.int64]
    cumulative: NDArray[np.int64]
    base: int
    total: int

    @property
    def with_start(self) -> NDArray[np.int64]:
        """Tokens after 0, 1, 2, ... documents."""
        return np.concatenate((np.array([self.base], dtype=np.int64), self.cumulative))

    def after(self, count: int) -> Queue:
        """Queue without its first `count` documents."""
        return Queue(self.documents[count:], self.cumulative[count:], int(self.with_start[count]), self.total)

    def first(self, count: int) -> Queue:
        """The first `count` documents alone."""
        return Queue(self.documents[:count], self.cumulative[:count], self.base, int(self.with_start[count]))

    def again(self, times: int) -> Queue:
        """Queue that follows where each document may be in the mix 1 + `times` times."""
        cumulative = self.total + np.cumsum(np.tile(np.diff(self.with_start), times))
        return Queue(np.tile(self.documents, times), cumulative, self.total, self.total * (1 + times))


def queue(documents: NDArray[np.int64], tokens: NDArray[np.int64]) -> Queue:
    """Documents in the order in which they are drawn, but for patience; `tokens` are those of all candidates."""
    ordered = documents[_patient(tokens[documents])]
    cumulative = np.cumsum(tokens[ordered])
    return Queue(ordered, cumulative, 0, int(cumulative[-1]) if len(cumulative) else 0)


def _patient(tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """Admission order: documents of up to `limit` tokens until 2 * PATIENCE * limit are in, then the limit doubles.

    `tokens` in priority order. The limit starts at the shortest document, so there are at most 63 passes.
    """
    waiting = np.arange(len(tokens))
    placed: list[NDArray[np.int64]] = []
    filled, limit = 0, 1
    while len(waiting):
        lengths = tokens[waiting]
        limit = max(limit, 1 << int(lengths.min() - 1).bit_length())
        short = np.flatnonzero(lengths <= limit)
        if len(short) < len(waiting):
            reached = np.searchsorted(filled + np.cumsum(lengths[short]), 2 * PATIENCE * limit, side="left")
            short = short[: reached + 1]
        placed.append(waiting[short])
        filled += int(lengths[short].sum())
        waiting = np.delete(waiting, short)
        limit *= 2
    return np.concatenate(placed) if placed else waiting
