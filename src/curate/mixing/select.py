"""Which documents are written so that the human floor holds exactly on them; refusals are worded in refusal.

A mix is a prefix of the chain: the same for every budget, so a larger budget is a superset and no total exceeds its
budget. The floor is checked in whole tokens on the very prefix that is written. A prefix ends at the first document
that does not fit the budget, so the budget is met within one document; where the floor and not the budget is what stops
a mix short of its budget, it is refused. Without a budget the longest prefix that holds is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from curate.mixing.candidates import Candidates
from curate.mixing.chain import chain
from curate.mixing.classes import DECLARED, DETECTED, OTHER
from curate.mixing.guarantee import counted, supports
from curate.mixing.queue import Queue, queue
from curate.mixing.refusal import Supply, budget_refused, nothing_to_write, weights_refused
from curate.mixing.strata import drawing_order
from curate.mixing.weights import largest_total, places, rates

LEFT_OUT: Final = ("", "human-floor", "budget", "weights")  # the reasons of `Selection.left_out`, by code
FLOOR: Final = 1
BUDGET: Final = 2
WEIGHTS: Final = 3

RATIOS: Final = 100  # steps of the human ratios that a refusal tries
REPEATS: Final = (2, 3, 4, 6, 8, 16, 32, 100)  # and of how often declared text may come


@dataclass(frozen=True, slots=True)
class Shares:
    """How strata share a mix: weights by number of source (None: natural), temperature, times a document may come."""

    weights: dict[int, Fraction] | None = None
    temperature: float = 1.0
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Selection:
    """`times` int64[n] that each document is written; `left_out` uint8[n]: 0, or why not, a code in LEFT_OUT."""

    times: NDArray[np.int64]
    left_out: NDArray[np.uint8]


def select(
    candidates: Candidates,
    *,
    ratio: Fraction,
    budget: int | None,
    machine_tokens: int = 0,
    shares: Shares = Shares(),
) -> Selection:
    """The mix; raises VerdictError, with the numbers, where the floor cannot be met.

    `machine_tokens` is what detected tokens must outweigh before they count as human: machine_below_threshold_at_most
    of the DetectedBound.
    """
    classes = candidates.classes
    declared, detected, other = (_queue(candidates, classes == code, shares) for code in (DECLARED, DETECTED, OTHER))
    supply = Supply(declared.total, detected.total, other.total, ratio, machine_tokens, shares.repeats)
    if shares.weights is not None:
        return _weighted(candidates, supply, budget, shares)
    order = chain(declared, detected, other, ratio=ratio, machine_tokens=machine_tokens, repeats=shares.repeats)
    totals = np.cumsum(candidates.tokens[order])
    holds = totals <= supports(_credit(candidates, order, machine_tokens), ratio)
    count = _longest(holds) if budget is None else _within(totals, holds, budget, supply)
    if count == 0 or totals[count - 1] == 0:
        raise nothing_to_write(supply, budget)
    return _selection(len(candidates.tokens), order, count, rest=BUDGET if budget is not None else FLOOR)


def _queue(candidates: Candidates, which: NDArray[np.bool_], shares: Shares) -> Queue:
    ordered = drawing_order(np.flatnonzero(which), candidates, temperature=shares.temperature)
    return queue(ordered, candidates.tokens)


def _weighted(candidates: Candidates, supply: Supply, budget: int | None, shares: Shares) -> Selection:
    """Raises VerdictError, with what was tried and works."""
    chosen, total = _weigh(candidates, supply, budget, shares)
    if chosen is None:
        raise weights_refused(supply, budget, total, _ways_with_weights(candidates, supply, budget, shares, total))
    return chosen


def _weigh(candidates: Candidates, supply: Supply, budget: int | None, shares: Shares) -> tuple[Selection | None, int]:
    """The mix, None where there is none, and the most tokens that there can be.

    Declared text alone where it carries as large a mix as together with what the detector counts.
    """
    ways = [_Way(candidates, supply, shares, detected=detected) for detected in (False, True)]
    way = max(ways, key=lambda one: one.total)  # the first of equals: the stronger evidence
    if way.total == 0 or (budget is not None and budget > way.total):
        return None, way.total
    order = way.order()
    totals = np.cumsum(candidates.tokens[order])
    holds = totals <= supports(_credit(candidates, order, supply.machine_tokens if way.detected else 0), supply.ratio)
    count = _longest(holds & (totals <= (way.total if budget is None else budget)))
    if count == 0 or totals[count - 1] == 0:
        return None, way.total
    rest = WEIGHTS if budget is None else BUDGET
    return _selection(len(candidates.tokens), order, count, rest=rest, never=WEIGHTS), way.total


def _ways_with_weights(
    candidates: Candidates, supply: Supply, budget: int | None, shares: Shares, total: int
) -> list[str]:
    """Options with which these weights give a mix; each has been tried."""

    def works(ratio: Fraction, budget: int | None, repeats: int) -> bool:
        wanted = replace(supply, ratio=ratio, repeats=repeats)
        return _weigh(candidates, wanted, budget, replace(shares, repeats=repeats))[0] is not None

    ways = [f"--budget {total}"] if budget is not None and works(supply.ratio, total, shares.repeats) else []
    low, high = 0, int(supply.ratio * RATIOS)
    while low < high:  # a lower ratio never gives less
        middle = (low + high + 1) // 2
        fine = middle < supply.ratio * RATIOS and works(Fraction(middle, RATIOS), budget, shares.repeats)
        low, high = (middle, high) if fine else (low, middle - 1)
    ways += [f"--human-ratio {low / RATIOS:g}"] if low else []
    if budget is not None and supply.declared:
        more = (times for times in REPEATS if times > shares.repeats and works(supply.ratio, budget, times))
        ways += [f"--max-repeat {times}" for times in islice(more, 1)]
    return ways


class _Way:
    """One evidence that may carry a weighted mix: how large that gets, and in which order."""

    def __init__(self, candidates: Candidates, supply: Supply, shares: Shares, *, detected: bool) -> None:
        assert shares.weights is not None
        assert candidates.source is not None
        self.candidates, self.shares, self.ratio, self.detected = candidates, shares, supply.ratio, detected
        human = (candidates.classes == DECLARED) | (detected & (candidates.classes == DETECTED))
        self.lines = {
            (g, side): self._line(np.flatnonzero((candidates.source == g) & (human == side)), repeated=side)
            for g in shares.weights
            for side in (True, False)
        }
        size = {key: int(candidates.tokens[line].sum()) for key, line in self.lines.items()}
        self.human, self.other = ({g: size[g, side] for g in shares.weights} for side in (True, False))
        machine = supply.machine_tokens if detected else 0
        self.total = largest_total(shares.weights, self.human, self.other, ratio=supply.ratio, machine=machine)

    def _line(self, documents: NDArray[np.int64], *, repeated: bool) -> NDArray[np.int64]:
        """Documents of one source and side in drawing order, declared ones again as often as they may come."""
        line = drawing_order(documents, self.candidates, temperature=self.shares.temperature)
        again = line[self.candidates.classes[line] == DECLARED] if repeated else line[:0]
        return np.concatenate((line, np.tile(again, self.shares.repeats - 1)))

    def order(self) -> NDArray[np.int64]:
        """By the mix size at which each comes in, human documents first."""
        assert self.shares.weights is not None
        found = rates(
            self.shares.weights, self.human, self.other, ratio=self.ratio, total=self.total, eager=self.detected
        )
        levels = [
            places(self.candidates.tokens[line], found[key], self.total, human=key[1])
            for key, line in self.lines.items()
        ]
        side = np.concatenate([np.full(len(line), not key[1]) for key, line in self.lines.items()])
        order = np.concatenate(list(self.lines.values()))
        place = np.concatenate(levels)
        asked = np.flatnonzero(place <= self.total)
        priority = self.candidates.priority[order]
        return order[asked[np.lexsort((priority[asked], side[asked], place[asked]))]]


def _credit(candidates: Candidates, order: NDArray[np.int64], machine_tokens: int) -> NDArray[np.int64]:
    tokens, classes = candidates.tokens[order], candidates.classes[order]
    declared, detected = (np.cumsum(np.where(classes == code, tokens, 0)) for code in (DECLARED, DETECTED))
    return counted(declared, detected, machine_tokens)


def _longest(holds: NDArray[np.bool_]) -> int:
    held = np.flatnonzero(holds)
    return int(held[-1]) + 1 if len(held) else 0


def _within(totals: NDArray[np.int64], holds: NDArray[np.bool_], budget: int, supply: Supply) -> int:
    """Documents of the longest prefix within the budget, if the budget is what ends it."""
    count = int(np.searchsorted(totals, budget, side="right"))
    if count == 0:
        return 0
    if not holds[count - 1] or (count == len(totals) and budget > supply.supported):
        raise budget_refused(supply, budget, works=_working(totals, holds))
    return count


def _working(totals: NDArray[np.int64], holds: NDArray[np.bool_]) -> tuple[int, int]:
    """The largest total before the floor first breaks, and the smallest after it last did (0: never)."""
    broken = np.flatnonzero(~holds)
    if not len(broken):
        return int(totals[-1]), 0
    below = int(totals[broken[0] - 1]) if broken[0] else 0
    return below, int(totals[broken[-1] + 1]) if broken[-1] + 1 < len(totals) else 0


def _selection(size: int, order: NDArray[np.int64], count: int, *, rest: int, never: int = FLOOR) -> Selection:
    """`rest`: why documents of the order behind the mix are not in it; `never`: why others are not in the order."""
    times = np.bincount(order[:count], minlength=size)
    left_out = np.full(size, never, dtype=np.uint8)
    left_out[order[count:]] = rest
    left_out[times > 0] = 0
    return Selection(times, left_out)
