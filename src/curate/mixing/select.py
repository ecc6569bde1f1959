"""Which documents are written so that the human floor holds exactly on them; refusals are worded in refusal.

A mix is a prefix of the chain: the same for every budget, so a larger budget is a superset and no total exceeds its
budget. The floor is checked in whole tokens on the very prefix that is written. A prefix ends at the first document
that does not fit the budget, so the budget is met within one document; where the floor and not the budget is what stops
a mix short of its budget, it is refused. Without a budget the longest prefix that holds is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from curate.mixing.chain import chain
from curate.mixing.classes import DECLARED, DETECTED, OTHER
from curate.mixing.guarantee import counted, supports
from curate.mixing.queue import queue
from curate.mixing.refusal import Supply, budget_refused, nothing_to_write

LEFT_OUT: Final = ("", "human-floor", "budget")  # the reasons of `Selection.left_out`, by code
FLOOR: Final = 1
BUDGET: Final = 2


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents that rules and deduplication left over, one row each.

    tokens int64, classes uint8 (classes.classify), priority uint64 (priority.priorities).
    """

    tokens: NDArray[np.int64]
    classes: NDArray[np.uint8]
    priority: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Selection:
    """`selected` bool[n]; `left_out` uint8[n] is 0 for selected documents, else the code of a reason in LEFT_OUT."""

    selected: NDArray[np.bool_]
    left_out: NDArray[np.uint8]


def select(candidates: Candidates, *, ratio: Fraction, budget: int | None, machine_tokens: int = 0) -> Selection:
    """The mix; raises VerdictError, with the numbers, where the floor cannot be met.

    `machine_tokens` is what detected tokens must outweigh before they count as human: machine_below_threshold_at_most
    of the DetectedBound.
    """
    declared, detected, other = (
        queue(np.flatnonzero(candidates.classes == code), candidates.tokens, candidates.priority)
        for code in (DECLARED, DETECTED, OTHER)
    )
    order = chain(declared, detected, other, ratio=ratio, machine_tokens=machine_tokens)
    supply = Supply(declared.total, detected.total, other.total, ratio, machine_tokens)
    totals = np.cumsum(candidates.tokens[order])
    holds = totals <= supports(_credit(candidates, order, machine_tokens), ratio)
    count = _longest(holds) if budget is None else _within(totals, holds, budget, supply)
    if count == 0 or totals[count - 1] == 0:
        raise nothing_to_write(supply, budget)
    return _selection(len(candidates.tokens), order, count, has_budget=budget is not None)


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


def _selection(size: int, order: NDArray[np.int64], count: int, *, has_budget: bool) -> Selection:
    left_out = np.full(size, FLOOR, dtype=np.uint8)
    left_out[order[count:]] = BUDGET if has_budget else FLOOR
    left_out[order[:count]] = 0
    return Selection(left_out == 0, left_out)
