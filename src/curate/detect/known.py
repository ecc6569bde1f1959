"""Share that reads as machine-written: the share of a corpus if its machine text is of known kinds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownKinds:
    """The share that reads as machine-written: an interval that holds the truth if the machine text is of known kinds.

    Known are the kinds of the calibration. Text that reads as human is not counted, whoever wrote it.
    """

    estimate: float
    low: float
    high: float

    def values(self) -> tuple[float, float, float]:
        """In the order of the fields."""
        return self.estimate, self.low, self.high
