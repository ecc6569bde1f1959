"""Which documents are written so that the human floor holds exactly on them; refusals are worded in refusal.

A mix is a prefix of the chain: the same for every budget, so a larger budget is a superset and no total exceeds its
budget. The floor is checked in whole tokens on the very prefix that is written. A prefix ends at the first document
that does not fit the budget, so the budget is met within one document; where the floor and not the budget is what stops
a mix short of its budget, it is refused. Without a budget the longest prefix that holds is written.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from curate.mixing.candidates import Candidates
from curate.mixing.chain import chain
from curate.mixing.classes import DECLARED, DETECTED, OTHER
from curate.mixing.guarantee import supports
from curate.mixing.queue import Queue, queue
from curate.mixing.refusal import Supply, budget_refused, nothing_to_write
from curate.mixing.selection import (
    BUDGET,
    FLOOR,
    NATURAL,
    Selection,
    Shares,
    human_credit,
    longest_prefix,
    selection_of,
)
from curate.mixing.strata import drawing_order
from curate.mixing.weighted import select_weighted


def select(
    candidates: Candidates,
    *,
    ratio: Fraction,
    budget: int | None,
    machine_tokens: int = 0,
    shares: Shares = NATURAL,
) -> Selection:
    """The mix; raises VerdictError, with the numbers, where the floor cannot be met.

    `machine_tokens` is what detected tokens must outweigh before they count as human: machine_below_threshold_at_most
    of the DetectedBound.
    """
    classes = candidates.classes
    declared, detected, other = (_queue(candidates, classes == code, shares) for code in (DECLARED, DETECTED, OTHER))
    supply = Supply(declared.total, detected.total, other.total, ratio, machine_tokens, shares.repeats)
    if shares.weights is not None:
        return select_weighted(candidates, supply, budget, shares)
    order = chain(declared, detected, other, ratio=ratio, machine_tokens=machine_tokens, repeats=shares.repeats)
    totals = np.cumsum(candidates.tokens[order])
    holds = totals <= supports(human_credit(candidates, order, machine_tokens), ratio)
    count = longest_prefix(holds) if budget is None else _within(totals, holds, budget, supply)
    if count == 0 or totals[count - 1] == 0:
        raise nothing_to_write(supply, budget)
    return selection_of(len(candidates.tokens), order, count, rest=BUDGET if budget is not None else FLOOR)


def _queue(candidates: Candidates, which: NDArray[np.bool_], shares: Shares) -> Queue:
    ordered = drawing_order(np.flatnonzero(which), candidates, temperature=shares.temperature)
    return queue(ordered, candidates.tokens)


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
