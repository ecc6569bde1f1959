"""Candidates of a selection, column by column; strata and select decide order and amount."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents that rules and deduplication left over, one row each.

    tokens int64, classes uint8 (classes.classify), priority uint64 (priority.priorities); stratum int64 (a number for
    each source in a language; None: all one), source int64, scarce float64, one value a stratum (strata.scarcity),
    bonus uint16 (strata.rarity_bonus).
    """

    tokens: NDArray[np.int64]
    classes: NDArray[np.uint8]
    priority: NDArray[np.uint64]
    stratum: NDArray[np.int64] | None = None
    source: NDArray[np.int64] | None = None
    scarce: NDArray[np.float64] | None = None
    bonus: NDArray[np.uint16] | None = None

    def only(self, rows: NDArray[np.int64]) -> Candidates:
        """These documents alone, in this order."""
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(self, **{name: column[rows] for name, column in columns.items() if column is not None})
