"""Selection of a mix whose sources have weights."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from curate.mixing.candidates import Candidates
from curate.mixing.classes import DECLARED, DETECTED
from curate.mixing.guarantee import supports
from curate.mixing.refusal import Supply, weights_refused
from curate.mixing.selection import BUDGET, WEIGHTS, Selection, Shares, human_credit, longest_prefix, selection_of
from curate.mixing.strata import drawing_order
from curate.mixing.weights import largest_total, places, rates

RATIOS: Final = 100  # steps of the human ratios that a refusal tries
REPEATS: Final = (2, 3, 4, 6, 8, 16, 32, 100)  # and of how often declared text may come


def select_weighted(candidates: Candidates, supply: Supply, budget: int | None, shares: Shares) -> Selection:
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
    holds = totals <= supports(
        human_credit(candidates, order, supply.machine_tokens if way.detected else 0), supply.ratio
    )
    count = longest_prefix(holds & (totals <= (way.total if budget is None else budget)))
    if count == 0 or totals[count - 1] == 0:
        return None, way.total
    rest = WEIGHTS if budget is None else BUDGET
    return selection_of(len(candidates.tokens), order, count, rest=rest, never=WEIGHTS), way.total


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
