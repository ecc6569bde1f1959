"""Dates of a whole column: whether it can hold dates, and which values count; a number alone is no date.

A value may be read as a date for itself (see dates); a column of them may still be seconds into a recording, page
numbers, the day of an export. Here the column is judged once, over all its values, and the reading that comes of it
can be applied to any part of them again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.rulebook.date_reading import SILENT, Reading, iso_days
from curate.rulebook.date_reasons import counted_kinds, examples_of, not_counted, why_no_dates, why_none
from curate.rulebook.date_spellings import distinct_spellings, reading_of
from curate.rulebook.dates import BARE

_READ_AS = {
    "day": "days", "month": "months", "year": "years", "week": "weeks", "quarter": "quarters",
    "crawl": "names of crawls",
    "spelt out": "years of dates spelt out", "eight digits": "days in digits", "decimal": "months in digits",
    **{unit: f"{unit} since 1970" for unit in BARE[3:]},
}  # fmt: skip
_GRAINS = {
    "day": "", "month": "; a first of a month stands for the month", "year": "; a first of January stands for the year",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A column that was looked at for dates: documents by what their value is, how it is read, and why not.

    named: the user named it; else it was found by its name. dated + not_counted + undated = documents. kinds: of what
    counts. first, last: ISO days. examples: up to three values with the day each may mean at last; of a column that
    declares nothing the values alone. reason: why it declares nothing, or why some of its values do not. role: "date",
    or "evidence" for a column that evidence names.
    """

    column: str
    named: bool
    documents: int
    dated: int
    undated: int
    not_counted: int
    kinds: dict[str, int]
    first: str
    last: str
    examples: tuple[str, ...]
    reason: str
    reading: Reading
    role: str = "date"

    @property
    def sentence(self) -> str:
        """Sentence on the column that was taken and how it was read, or why none was."""
        how = "" if self.named else " (found by its name)"
        shown = ", ".join(self.examples)
        if not self.dated:
            told = f" declares no date: {self.reason}" + (f", such as {shown}" if shown else "")
            return f"column {self.column!r}{how}{told}"
        kinds = ", ".join(_READ_AS[kind] for kind in self.kinds)
        rest = f"; {self.reason}" if self.reason else ""
        return (
            f"dates in column {self.column!r}{how}: {self.dated:,} of {self.documents:,} documents, {self.first} to "
            f"{self.last}, read as {kinds}{_GRAINS[self.reading.grain]}, such as {shown}{rest}"
        )


def read_column(
    values: pa.Array | pa.ChunkedArray, column: str, today: np.datetime64, *, named: bool, doubt: str = ""
) -> tuple[DateColumn, pa.Array]:
    """Judge all values of a column, strings, in any order; and the day that each declares, as `Reading.days`.

    doubt: why one that nobody named declares nothing, whatever it holds.
    """
    found = distinct_spellings(values)
    reading = reading_of(found, today, named=named)
    reason = "" if reading.declares else why_none(found, today, named=named)
    days = reading.counted(found.parsed)
    dated = ~np.isnat(days)
    if not named and not reason:
        reason = doubt or why_no_dates(found, days)
    if reason and not named:
        if reading_of(found, today, named=True).declares:
            reason += f"; --date-column {column} would count them"
        if reading.declares:
            reading = SILENT
            days = reading.counted(found.parsed)
            dated = ~np.isnat(days)
    told = found.total(~found.empty & ~dated)
    judged = DateColumn(
        column=column,
        named=named,
        documents=len(values),
        dated=found.total(dated),
        undated=len(values) - found.total(~found.empty),
        not_counted=told,
        kinds=counted_kinds(found, dated),
        first=str(days[dated].min()) if dated.any() else "",
        last=str(days[dated].max()) if dated.any() else "",
        examples=examples_of(found, days, dated),
        reason=reason or (not_counted(found, dated, reading) if told else ""),
        reading=reading,
    )
    return judged, iso_days(days).take(found.codes)
