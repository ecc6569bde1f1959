"""The measure of a scan: how machine-like each document reads, as log-odds; null where nothing is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from curate.detect.judge import Judge
from curate.measuring.batch import Batch


@dataclass(frozen=True, slots=True)
class MachineScore:
    """Log-odds that a machine wrote the text, at even odds beforehand: it ranks, it accuses nobody."""

    detector: Judge

    name: ClassVar[str] = "machine"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"score": pa.float32()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """float32; null for a language without calibration and for fewer than MIN_TOKENS tokens."""
        scores = self.detector.scores(batch.judged)
        return [pa.array(scores.astype(np.float32), mask=np.isnan(scores))]
