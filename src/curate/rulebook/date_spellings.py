"""Distinct spellings of a column of dates, and the reading that all of them together permit."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.rulebook.date_reading import EARLIEST, SILENT, Reading
from curate.rulebook.dates import BARE, KINDS, Days, Parsed, parse_dates

MOST = 0.95  # of the numbers in a column that must be dates of one kind, or none is
HALF = 0.5  # of the values in a column found by itself that must be dates
SAME = 20  # documents from which one date for all is an export's, and a much repeated first of January a default
SPIKE = 0.1  # of all dates: a first of January that takes more stands for "not known"
_CALENDAR = ("year", "eight digits")
_NOTHING = (  # what stands for no date: words, and the days at which calendars of machines begin
    r"(?i)^(?:n\.?\s?d\.?|n/?a|unknown|none|null|nan|nat|undated|[-?.\s]*|0"
    r"|(?:0000-00-00|0001-01-01|1582-10-15|1601-01-01|1753-01-01|1899-12-3[01]|190[04]-01-01|1969-12-31|1970-01-01)"
    r"(?:[T ].*)?)$"
)
_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]*)?(?:e\+?[0-9]+)?$"


class Spellings(NamedTuple):
    """Distinct spellings of a column of dates.

    codes: the spelling of each row, null for none. counts, parsed, empty, number: of each spelling, its rows, its date,
    whether it says nothing, and whether it is a number.
    """

    spelt: pa.Array
    codes: pa.Array
    counts: NDArray[np.int64]
    parsed: Parsed
    empty: NDArray[np.bool_]
    number: NDArray[np.bool_]

    def total(self, which: NDArray[np.bool_]) -> int:
        """Count the rows of these spellings, bool[spellings]."""
        return int(self.counts[which].sum())


def distinct_spellings(values: pa.Array | pa.ChunkedArray) -> Spellings:
    """Parse each distinct spelling of a column once."""
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = column.cast(pa.string()).dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, len(coded.dictionary)))
    counts = np.bincount(codes, minlength=len(coded.dictionary) + 1)[:-1]
    spelt = pc.utf8_trim_whitespace(coded.dictionary)
    empty, number = (np.asarray(pc.match_substring_regex(spelt, shape)) for shape in (_NOTHING, _NUMBER))
    return Spellings(spelt, coded.indices, counts, parse_dates(spelt), empty, number & ~empty)


def reading_of(found: Spellings, today: np.datetime64, *, named: bool) -> Reading:
    """Return how the column is read on that day in UTC; SILENT where none of its values can count."""
    numbers = _numbers_that_count(found, today, named=named)
    latest = latest_start(today)
    late = bool((found.parsed.starts > latest).any())  # only then, so that the day of a scan changes nothing
    open_reading = Reading(numbers=numbers, until=str(latest) if late else "")
    days = open_reading.counted(found.parsed)
    if np.isnat(days).all():
        return SILENT
    grain = _grain(found, days)
    return replace(open_reading, grain=grain, defaults=_defaults(found, days, grain))


def _numbers_that_count(found: Spellings, today: np.datetime64, *, named: bool) -> tuple[str, ...]:
    """Kinds of numbers that nearly all numbers of the column are; years alone only where somebody named the column."""
    bare = found.total(found.number)
    inside = (found.parsed.days >= EARLIEST) & (found.parsed.days <= _end_of_year(today))
    groups: list[tuple[str, ...]] = [(kind,) for kind in BARE if kind not in _CALENDAR and (named or kind != "decimal")]
    groups.append(_CALENDAR if named else ("eight digits",))
    for kinds in groups:
        fits = np.isin(found.parsed.kinds, [KINDS.index(kind) for kind in kinds]) & inside
        if fits.any() and found.total(fits & found.number) >= MOST * bare:
            return kinds
    return ()


def latest_start(today: np.datetime64) -> np.datetime64:
    """Last day on which a date may begin: clocks ahead of UTC have the next day already."""
    return today + np.timedelta64(1, "D")


def _end_of_year(day: np.datetime64) -> np.datetime64:
    return np.datetime64(f"{str(day)[:4]}-12-31")


def _grain(found: Spellings, days: Days) -> str:
    """Period that dates on a first day stand for: where most are the first of a month or year, for all of it."""
    exact = np.isin(found.parsed.kinds, [KINDS.index(kind) for kind in ("day", "eight digits")]) & ~np.isnat(days)
    total = found.total(exact)
    if total < SAME or np.unique(days[exact]).size < 3:
        return "day"
    first = exact & (days == days.astype("datetime64[M]").astype("datetime64[D]"))
    january = exact & (days == days.astype("datetime64[Y]").astype("datetime64[D]"))
    if found.total(january) > HALF * total:
        return "year"
    return "month" if found.total(first) > HALF * total else "day"


def _defaults(found: Spellings, days: Days, grain: str) -> tuple[str, ...]:
    """Firsts of January that far too many documents have, among dates of other days."""
    dated = ~np.isnat(days)
    if grain != "day" or np.unique(days[dated]).size < 3:
        return ()
    january = dated & (found.parsed.kinds == KINDS.index("day"))
    january &= days == days.astype("datetime64[Y]").astype("datetime64[D]")
    least = max(SAME, SPIKE * found.total(dated))
    each = {str(day): found.total(january & (days == day)) for day in np.unique(days[january])}
    return tuple(day for day, count in each.items() if count > least)
