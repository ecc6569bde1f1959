"""In which order the documents of a class are drawn: strata side by side, each at its own pace, so that none is lost.

A stratum (a source in a language) has a pace in tokens; at any point of the order it has given about as many tokens as
its pace times a level that is common to all, until it has no more: UniMax, nested, since a higher level only adds.
Inside a stratum documents come by priority sampling (Duffield, Lund and Thorup 2007): a uniform hash over a weight.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from curate.kernels.sorting import order_by, order_few
from curate.mixing.candidates import Candidates
from curate.mixing.priority import rehashed

TAIL: Final = 4  # a source or language is rare below 1 / (TAIL * number of them)
MOST: Final = 2  # times its natural pace that a rare one comes at: noise that looks like a language gets no more
BONUS: Final = 256  # a document's weight is 1 + bonus / BONUS


def drawing_order(documents: NDArray[np.int64], candidates: Candidates, *, temperature: float) -> NDArray[np.int64]:
    """These positions among the candidates in drawing order, whatever the order they are given in.

    Each document's place lies in its slot of its stratum's line at a random point, so that strata of one document come
    neither all first nor all last.
    """
    priority = candidates.priority[documents]
    bonus = candidates.bonus[documents] if candidates.bonus is not None else np.zeros(len(documents), np.uint16)
    weighted = priority // (np.uint64(BONUS) + bonus.astype(np.uint64))
    stratum = candidates.stratum[documents] if candidates.stratum is not None else np.zeros(len(documents), np.int64)
    order = order_by(weighted, priority)
    order = order[order_few(stratum[order])]
    ordered = documents[order]
    tokens, group = candidates.tokens[ordered], stratum[order]
    natural = candidates.scarce is None or temperature != 1
    scarce = np.ones(len(ordered)) if natural else np.asarray(candidates.scarce)[ordered]
    place = _places(tokens, group, scarce, rehashed(priority[order]), temperature)
    return ordered[order_by(place, weighted[order])]


def _places(
    tokens: NDArray[np.int64],
    group: NDArray[np.int64],
    scarce: NDArray[np.float64],
    draw: NDArray[np.uint64],
    temperature: float,
) -> NDArray[np.float64]:
    """The level at which each document comes; rows are by group, in the group's own order."""
    first = np.ones(len(group), np.bool_)
    first[1:] = group[1:] != group[:-1]
    number = np.cumsum(first) - 1
    ends = np.cumsum(tokens)
    starts = ends - tokens
    inside = starts - starts[first][number] if len(group) else starts
    supply = np.bincount(number, tokens, minlength=1).astype(np.float64)
    uniform = (draw >> np.uint64(11)) * 2.0**-53
    pace = paces(supply, temperature) * scarce[first]
    places: NDArray[np.float64] = (inside + uniform * tokens) / pace[number]
    return places


def paces(supply: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Relative paces of strata with this many tokens: natural at 1, even at infinity (the mT5 rule, p ~ n^(1/T))."""
    there = np.maximum(supply, 1.0)
    return there if temperature == 1 else np.asarray((there / there.max()) ** (1 / temperature) * there.max())


def scarcity(codes: NDArray[np.int64], tokens: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 to MOST, float64[n]: how much faster than naturally documents of a rare source (or language) come.

    1 from a TAIL-th of an even share on: neither rounding nor a neighbour's appetite costs a rare one its share.
    """
    supply = np.maximum(np.bincount(codes, tokens), 1e-9)
    there = np.bincount(codes) > 0
    even = tokens.sum() / max(1, int(there.sum()))
    return np.asarray(np.clip(even / TAIL / supply, 1, MOST)[codes])


def rarity_bonus(rare: NDArray[np.int64], tokens: NDArray[np.int64], stratum: NDArray[np.int64]) -> NDArray[np.uint16]:
    """0 to BONUS, uint16[n]: how dense a document is in rare words against its stratum, the whole at twice the mean.

    `rare` counts words of the human reference's tail, so that misspellings, tables and noise count nothing; a list of
    rare words weighs no more than a text with twice as many as usual.
    """
    groups = int(stratum.max(initial=0)) + 1
    words = np.bincount(stratum, rare, minlength=groups)[stratum]
    total = np.bincount(stratum, tokens, minlength=groups)[stratum]
    density = np.divide(rare * total, tokens * words, out=np.zeros(len(rare)), where=(tokens > 0) & (words > 0))
    return np.asarray(np.minimum(BONUS, density * (BONUS // 2)).astype(np.uint16))
