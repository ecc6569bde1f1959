"""The last day that one value may mean, and the way it is written; columns of them are judged elsewhere."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]
Kinds = NDArray[np.uint8]

KINDS = (
    "", "day", "month", "year", "week", "crawl", "spelt out", "eight digits", "decimal",
    "seconds", "milliseconds", "microseconds", "nanoseconds", "quarter",
)  # fmt: skip
BARE = ("year", "eight digits", "decimal", "seconds", "milliseconds", "microseconds", "nanoseconds")  # numbers alone
YEAR = r"(?P<year>[12][0-9]{3})"
MONTH_NAME = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_ZONE = r"(?:\s*(?:[A-Z]{1,5}|[+-][0-9]{2}:?[0-9]{0,2}|\([A-Z]{2,5}\)|\[[A-Za-z/_]+\])){0,2}"
_CLOCK = r"[0-9]{1,2}(?:[:.]?[0-9]{2}){0,2}(?:[.,][0-9]+)?\s*(?:[AaPp]\.?[Mm]\.?)?"
TIME = rf"(?:(?:[T:]|,? +(?:at )?){_CLOCK}{_ZONE})?"  # nothing else may follow: a text that begins with a date is none
WEEKDAY = r"(?:[A-Z][a-z]+,? )?"
SPELLINGS = (
    # 2019-04-25  2019/4/25  2019-04-25T12:57:54Z  2019年4月25日
    ("day", rf"^{YEAR}[-/.年](?P<month>1[0-2]|0?[1-9])[-/.月](?P<day>[0-9]{{1,2}})日?{TIME}$"),
    ("month", rf"^{YEAR}[-/年](?P<month>1[0-2]|0?[1-9])月?$"),
    ("decimal", rf"^{YEAR}\.(?P<month>1[0-2]|0?[1-9])$"),  # 2019.04 is a month, or a version, or a price
    ("year", rf"^{YEAR}(?:\.0)?$"),
    ("spelt out", rf"^{YEAR}年$"),
    ("eight digits", rf"^{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:\.0|T?[0-9]{{6}}Z?)?$"),  # 20190425125754
    ("crawl", rf"^CC-MAIN-{YEAR}-(?P<week>[0-5][0-9])$"),  # Common Crawl's dumps: ISO weeks
    ("week", rf"^{YEAR}-?W(?P<week>[0-5][0-9])(?:-?[1-7])?$"),  # 2019-W35  2019W35  2019-W35-4
    ("week", rf"^{YEAR}-(?P<week>1[3-9]|[2-5][0-9])$"),  # 2019-35: a week, since no month; 2019-05 counts as May
    ("quarter", rf"^{YEAR}[-/ ]?Q(?P<quarter>[1-4])$"),  # 2019-Q3  2019Q3
    ("quarter", rf"^Q(?P<quarter>[1-4])[-/ ]{YEAR}$"),  # Q3 2019
    ("crawl", rf"^CC-MAIN-(?:[0-9]{{4}}-)?{YEAR}$"),  # Common Crawl's first dumps: CC-MAIN-2009-2010, CC-MAIN-2012
    ("spelt out", rf"^{WEEKDAY}[0-9]{{1,2}}\.?[ /-]{MONTH_NAME}[ /-]{YEAR}{TIME}$"),  # Thu, 25 Apr 2019 12:57:54 GMT
    ("spelt out", rf"^{WEEKDAY}{MONTH_NAME} (?:[0-9]{{1,2}},? )?{YEAR}{TIME}$"),  # April 25, 2019  Mar 2019
    ("spelt out", rf"^{WEEKDAY}{MONTH_NAME} +[0-9]{{1,2}} {_CLOCK}{_ZONE} {YEAR}{_ZONE}$"),  # Wed Aug 27 13:08:45 2008
    ("spelt out", rf"^[0-9]{{1,2}}[./-][0-9]{{1,2}}[./-]{YEAR}{TIME}$"),  # 04/25/2019
)
_UNITS = {"seconds": 10**9, "milliseconds": 10**12, "microseconds": 10**15, "nanoseconds": 10**18}
_EPOCH = r"^[12](?:[0-9]{9}(?:[0-9]{3}){0,3}(?:\.[0-9]*)?|\.[0-9]+e\+?[0-9]{1,2})$"  # Unix time of 2001 to 2033
NEVER = np.datetime64("NaT", "D")
PLACEHOLDERS = np.array(
    ["1582-10-15", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1969-12-31",
     "1970-01-01"], dtype="datetime64[D]",
)  # fmt: skip
"""Days at which calendars of machines begin: they mean "not known"."""


class Parsed(NamedTuple):
    """Of each value: the last and the first day that it may mean (NaT for no date), and its index in KINDS (uint8)."""

    days: Days
    starts: Days
    kinds: Kinds


def last_day(values: pa.Array | pa.ChunkedArray) -> Days:
    """datetime64[D] of the length of `values` (strings): the last day a value may mean, NaT where it is no date.

    A year means its 31st of December, a month its last day, an ISO week its Sunday; where day and month may be
    swapped or are spelt out (04/05/2019, 25 Apr 2019) the year counts. Days that do not exist, years outside
    1000-2999 and the placeholders 1900-01-01 and 1970-01-01 are no dates. The day is the one written: a time
    zone does not move it.
    """
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = column.dictionary_encode()  # dumps and days repeat: parse each spelling once
    days = np.append(parse_dates(coded.dictionary).days, NEVER)  # the last one is the null's
    which: Numbers = pc.fill_null(coded.indices, len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return days[which]


def parse_dates(values: pa.Array) -> Parsed:
    """Each spelling for itself: see `last_day`."""
    spelt = pc.utf8_trim_whitespace(values)
    days, starts = np.full(len(spelt), NEVER), np.full(len(spelt), NEVER)
    kinds = np.zeros(len(spelt), np.uint8)
    left = np.arange(len(spelt))  # what no pattern has fitted yet: most columns have one way of writing
    for kind, pattern in SPELLINGS:
        if not left.size:
            break
        start, end = _period_of(spelt.take(pa.array(left)), kind, pattern)
        fits = ~np.isnat(end)
        starts[left[fits]], days[left[fits]], kinds[left[fits]] = start[fits], end[fits], KINDS.index(kind)
        left = left[~fits]
    _unix_times(spelt, left, days, kinds)
    return Parsed(days, np.where(np.isnat(starts), days, starts), kinds)


def _period_of(spelt: pa.Array, kind: str, pattern: str) -> tuple[Days, Days]:
    """Return the first and the last day that each value may mean."""
    parts = pc.extract_regex(spelt, pattern)
    year, month, day, week, quarter = (_numbers(parts, name) for name in ("year", "month", "day", "week", "quarter"))
    end = _period_end(year, month + 3 * quarter, day, week)
    start = _period_start(end, month, day, week, quarter)
    if kind != "week" or "W" in pattern:
        return start, end
    season = (week > 0) & (week == (year + 1) % 100)  # 2022-23 may be the season that ends in 2023
    return start, np.where(season, _period_end(year + 1, month, day, week * 0), end)


def _period_start(end: Days, month: Numbers, day: Numbers, week: Numbers, quarter: Numbers) -> Days:
    """Return the first day of the day, week, month, quarter or year that ends so; 0 is "not given"."""
    months = end.astype("datetime64[M]") - _count(np.where(quarter > 0, 2, 0), "M")
    start = np.where((month > 0) | (quarter > 0), months, end.astype("datetime64[Y]").astype("datetime64[M]"))
    monday = end - np.timedelta64(6, "D")
    return np.where(day > 0, end, np.where(week > 0, monday, start.astype("datetime64[D]")))


def _unix_times(spelt: pa.Array, left: Numbers, days: Days, kinds: Kinds) -> None:
    """Fills in the days of Unix times among those that are left."""
    some = spelt.take(pa.array(left))
    numeric = pc.if_else(pc.match_substring_regex(some, _EPOCH), some, None)
    value: NDArray[np.float64] = pc.fill_null(pc.cast(numeric, pa.float64()), 0).to_numpy(zero_copy_only=False)
    for kind, unit in _UNITS.items():
        fits = (value >= unit) & (value < 2 * unit)
        seconds = (value[fits] / (unit // 10**9)).astype(np.int64)
        days[left[fits]] = seconds.astype("datetime64[s]").astype("datetime64[D]")
        kinds[left[fits]] = KINDS.index(kind)


def _numbers(parts: pa.StructArray, name: str) -> Numbers:
    """int64: the group's number, 0 where the expression did not match or has no such group."""
    if parts.type.get_field_index(name) < 0:
        return np.zeros(len(parts), dtype=np.int64)
    digits = pc.struct_field(parts, name)
    digits = pc.if_else(pc.equal(pc.binary_length(digits), 0), None, digits)
    numbers: Numbers = pc.fill_null(pc.cast(digits, pa.int64()), 0).to_numpy(zero_copy_only=False)
    return numbers


def _period_end(year: Numbers, month: Numbers, day: Numbers, week: Numbers) -> Days:
    """Last day of the day, week, month or year given; 0 is "not given"; NaT where there is no such day."""
    january = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]")
    first = january + _count(np.maximum(month, 1) - 1, "M")
    end = (first + _count(np.where(month > 0, 1, 12), "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    exact = first.astype("datetime64[D]") + _count(day - 1, "D")
    end = np.where(day > 0, exact, end)
    end = np.where(week > 0, _week_end(january.astype("datetime64[D]"), week), end)
    wrong = (day > 0) & (exact.astype("datetime64[M]") != first)
    wrong |= (year < 1000) | (month > 12) | (week > 53) | ((day > 0) & np.isin(end, PLACEHOLDERS))
    return np.where(wrong, NEVER, end)


def _week_end(january: Days, week: Numbers) -> Days:
    """Sunday of an ISO week: week 1 is the one that holds the 4th of January."""
    fourth = january + np.timedelta64(3, "D")
    weekday = (fourth.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday, Monday is 0
    return np.asarray(fourth + _count(7 * week - 1 - weekday, "D"))


def _count(numbers: Numbers, unit: str) -> NDArray[np.timedelta64]:
    """So many days ("D") or months ("M"): numpy takes no bare number beside a date any more."""
    return numbers.astype(f"timedelta64[{unit}]")
