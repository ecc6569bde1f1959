"""How the values of a column of dates are read, once that is settled: it can be applied to any part of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from curate.rulebook.dates import BARE, KINDS, NEVER, Days, Parsed, parse_dates

EARLIEST = np.datetime64("1450-01-01")  # before print, a year is rather a number


@dataclass(frozen=True, slots=True)
class Reading:
    """How values of a column are read: which numbers count, what a first day stands for, which days are defaults.

    numbers: kinds of BARE that count. grain: "day", or "month" or "year" where most dates are a first day of one.
    defaults: ISO days that stand for "not known". until: the last day on which a date may begin, "" where none begins
    later. declares: whether any counts.
    """

    numbers: tuple[str, ...] = BARE
    grain: str = "day"
    defaults: tuple[str, ...] = ()
    until: str = ""
    declares: bool = True

    def days(self, values: pa.Array | pa.ChunkedArray) -> pa.Array:
        """string[n]: the last day that each value may mean, in ISO form, null where it counts for nothing."""
        column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        coded = column.cast(pa.string()).dictionary_encode()
        days = self.counted(parse_dates(coded.dictionary))
        return iso_days(days).take(coded.indices)

    def counted(self, parsed: Parsed) -> Days:
        """The days of spellings, NaT for those that count for nothing."""
        if not self.declares:
            return np.full(len(parsed.days), NEVER)
        closed = [KINDS.index(kind) for kind in BARE if kind not in self.numbers]
        default = np.array(self.defaults, dtype="datetime64[D]")
        gone = np.isin(parsed.kinds, closed) | np.isin(parsed.days, default)
        days = in_grain(parsed, self.grain)
        gone |= days < EARLIEST
        gone |= (parsed.starts > np.datetime64(self.until)) if self.until else False
        return np.where(gone, NEVER, days)


SILENT = Reading(numbers=(), declares=False)


def iso_days(days: Days) -> pa.Array:
    return pa.array(days.astype("datetime64[s]")).cast(pa.date32()).cast(pa.string())


def in_grain(parsed: Parsed, grain: str) -> Days:
    """First days moved to the end of the month or year that they stand for."""
    if grain == "day":
        return parsed.days
    unit: Literal["Y", "M"] = "Y" if grain == "year" else "M"
    whole = parsed.days.astype(f"datetime64[{unit}]")
    exact = np.isin(parsed.kinds, [KINDS.index(kind) for kind in ("day", "eight digits")])
    first = exact & (parsed.days == whole.astype("datetime64[D]"))
    end = (whole + np.timedelta64(1, unit)).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.where(first, end, parsed.days)
