"""Sources that share a mix as the user says, under the same floor: one order, of which every mix is a prefix.

The mix of T tokens takes w T from a source of weight w, its human documents (declared; where that is too little, those
the detector counts as well) in their natural share or, where the floor needs more, up to all it has. The rates at the
largest possible T hold for every smaller one, so mixes are nested. At any level human documents are in as soon as their
rate begins to ask for them and the others only when it has asked for them whole: so rounding never costs the floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from curate.corpus.remote.hidden import hide
from curate.errors import UsageError

STEPS = 10**9  # weights are whole billionths
OPTION = "--weights"
NEVER = float("inf")


def parse_weights(text: str) -> tuple[tuple[str, Fraction], ...]:
    """Shares by source from "a=0.5,b=0.5"; raises UsageError for what is no list of shares that sum to 1."""
    found: dict[str, Fraction] = {}
    for part in filter(str.strip, text.split(",")):
        name, equals, number = part.rpartition("=")
        try:
            share = float(number.encode("ascii"))
        except ValueError:
            share = -1.0
        if not equals or not name.strip() or not isfinite(share) or not 0 < share <= 1:
            told = f"a source and its share are needed, not {hide(part)!r}"
            raise UsageError(told, where=OPTION, hint="web=0.7,books=0.3")
        if name.strip() in found:
            raise UsageError(f"{name.strip()!r} stands there twice", where=OPTION)
        found[name.strip()] = Fraction(round(share * STEPS), STEPS)
    total = sum(found.values(), Fraction(0))
    if not found or abs(total - 1) > Fraction(1, 1000):
        raise UsageError(f"the shares sum to {float(total):g}, not to 1", where=OPTION, hint="web=0.7,books=0.3")
    return tuple((name, share / total) for name, share in sorted(found.items()))


def check_sources(weights: Sequence[tuple[str, Fraction]], sources: Sequence[str]) -> None:
    """Raises UsageError for a weight that names no source of the corpus."""
    for name, _ in weights:
        if name not in sources:
            near = get_close_matches(name, sources, n=1)
            known = ", ".join([*sorted(sources)[:10], *([f"{len(sources) - 10} more"] if len(sources) > 10 else [])])
            hint = f"did you mean {near[0]!r}?" if near else f"sources are {known}; --source-column names their column"
            raise UsageError(f"no source is called {name!r}", where=OPTION, hint=hint)


def largest_total(
    weights: Mapping[int, Fraction],
    human: Mapping[int, int],
    other: Mapping[int, int],
    *,
    ratio: Fraction,
    machine: int,
) -> int:
    """The most tokens of which each source gives its weight and `ratio` are human, 0 where there are none.

    `human`, `other`: tokens by source; `machine` of the human ones do not count. What is human beyond the floor, as a
    function of the total, is concave: it is enough to look where a source's human text ends.
    """
    most = min((human[g] + other[g]) // w for g, w in weights.items())

    def holds(total: int) -> bool:
        given = sum((min(Fraction(human[g]), w * total) for g, w in weights.items()), Fraction(0))
        return total > 0 and given - machine >= ratio * total

    bends = sorted({most, *(min(most, human[g] // w) for g, w in weights.items())})
    good = max((i for i, bend in enumerate(bends) if holds(bend)), default=-1)
    if good < 0:
        return 0
    low, high = bends[good], bends[min(good + 1, len(bends) - 1)]
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def rates(
    weights: Mapping[int, Fraction],
    human: Mapping[int, int],
    other: Mapping[int, int],
    *,
    ratio: Fraction,
    total: int,
    eager: bool,
) -> dict[tuple[int, bool], Fraction]:
    """Tokens of a mix of `total` by (source, is human): natural, or as human as the floor needs; all if `eager`."""
    at_most = {g: min(Fraction(human[g]), w * total) for g, w in weights.items()}
    natural = {
        g: min(max(w * total * Fraction(human[g], max(1, human[g] + other[g])), w * total - other[g]), at_most[g])
        for g, w in weights.items()
    }
    lacking = ratio * total - sum(natural.values(), Fraction(0))
    room = sum(at_most.values(), Fraction(0)) - sum(natural.values(), Fraction(0))
    step = Fraction(1) if eager else min(Fraction(1), max(Fraction(0), lacking / room)) if room else Fraction(0)
    given = {g: natural[g] + step * (at_most[g] - natural[g]) for g in weights}
    return {(g, side): given[g] if side else w * total - given[g] for g, w in weights.items() for side in (True, False)}


def places(tokens: NDArray[np.int64], rate: Fraction, total: int, *, human: bool) -> NDArray[np.float64]:
    """The mix size at which each document of a line comes in: human ones at their beginning, others at their end."""
    ends = np.cumsum(tokens)
    if rate <= 0:
        return np.full(len(tokens), NEVER)
    points = ends - tokens if human else ends
    return np.asarray(points * float(Fraction(total) / rate))
