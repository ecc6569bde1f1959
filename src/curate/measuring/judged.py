"""Measures of the turns of a chat that the machine share judges, where those are not the whole text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from curate.measuring.batch import Batch
from curate.measuring.counts import Language, TextBytes, TokenCount
from curate.measuring.measure import Measure


@dataclass(frozen=True, slots=True)
class Judged:
    """Tokens, UTF-8 bytes and language of the judged turns."""

    name: ClassVar[str] = "judged"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"tokens": pa.int64(), "bytes": pa.int64(), "language": pa.string()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """Never null."""
        each: tuple[Measure, ...] = (TokenCount(), TextBytes(), Language())
        return [column for one in each for column in one.measure(batch.judged)]


@dataclass(frozen=True, slots=True)
class JudgedTokens:
    """Tokens of the judged turns alone, in the unit of another measure."""

    unit: Measure

    name: ClassVar[str] = "tokens"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"": pa.int64()}

    def measure(self, batch: Batch) -> list[pa.Array]:
        """int64, never null."""
        return self.unit.measure(batch.judged)
