"""A selection of documents, and its human tokens."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from curate.mixing.candidates import Candidates
from curate.mixing.classes import DECLARED, DETECTED
from curate.mixing.guarantee import counted

LEFT_OUT: Final = ("", "human-floor", "budget", "weights")  # the reasons of `Selection.left_out`, by code
FLOOR: Final = 1
BUDGET: Final = 2
WEIGHTS: Final = 3


@dataclass(frozen=True, slots=True)
class Shares:
    """How strata share a mix: weights by number of source (None: natural), temperature, times a document may come."""

    weights: dict[int, Fraction] | None = None
    temperature: float = 1.0
    repeats: int = 1


NATURAL = Shares()


@dataclass(frozen=True, slots=True)
class Selection:
    """`times` int64[n] that each document is written; `left_out` uint8[n]: 0, or why not, a code in LEFT_OUT."""

    times: NDArray[np.int64]
    left_out: NDArray[np.uint8]


def human_credit(candidates: Candidates, order: NDArray[np.int64], machine_tokens: int) -> NDArray[np.int64]:
    tokens, classes = candidates.tokens[order], candidates.classes[order]
    declared, detected = (np.cumsum(np.where(classes == code, tokens, 0)) for code in (DECLARED, DETECTED))
    return counted(declared, detected, machine_tokens)


def longest_prefix(holds: NDArray[np.bool_]) -> int:
    held = np.flatnonzero(holds)
    return int(held[-1]) + 1 if len(held) else 0


def selection_of(size: int, order: NDArray[np.int64], count: int, *, rest: int, never: int = FLOOR) -> Selection:
    """`rest`: why documents of the order behind the mix are not in it; `never`: why others are not in the order."""
    times = np.bincount(order[:count], minlength=size)
    left_out = np.full(size, never, dtype=np.uint8)
    left_out[order[count:]] = rest
    left_out[times > 0] = 0
    return Selection(times, left_out)
