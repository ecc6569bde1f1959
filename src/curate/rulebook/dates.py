"""The last day that a date, as data writes dates, may mean; whoever compares it is elsewhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]

YEAR = r"(?P<year>[12][0-9]{3})"
MONTH_NAME = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
SPELLINGS = (
    # 2019  2019-04  2019-04-25  2019/4/25  2019-04-25T12:57:54Z  2019年4月25日
    rf"^{YEAR}(?:年|[-/.年](?P<month>1[0-2]|0?[1-9])(?:月|[-/.月](?P<day>[0-9]{{1,2}})日?(?:[T ].*)?)?)?$",
    rf"^{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:T?[0-9]{{6}}Z?)?$",  # 20190425, 20190425125754
    rf"^CC-MAIN-{YEAR}-(?P<week>[0-5][0-9])$",  # Common Crawl's dumps: ISO weeks
    rf"^{YEAR}-W(?P<week>[0-5][0-9])(?:-[1-7])?$",  # 2019-W35
    rf"^{YEAR}-(?P<week>1[3-9]|[2-5][0-9])$",  # 2019-35: a week, since no month; 2019-05 counts as May, the later
    rf"^CC-MAIN-(?:[0-9]{{4}}-)?{YEAR}$",  # Common Crawl's first dumps: CC-MAIN-2009-2010, CC-MAIN-2012
    rf"^(?:[A-Z][a-z]+,? )?[0-9]{{1,2}}\.? {MONTH_NAME} {YEAR}(?: .*)?$",  # Thu, 25 Apr 2019 12:57:54 GMT
    rf"^(?:[A-Z][a-z]+,? )?{MONTH_NAME} [0-9]{{1,2}}, {YEAR}(?: .*)?$",  # April 25, 2019
    rf"^[0-9]{{1,2}}[./-][0-9]{{1,2}}[./-]{YEAR}(?: .*)?$",  # 04/25/2019
)
SECONDS = r"^(?P<seconds>1[0-9]{9})(?:[0-9]{3})?(?:\.[0-9]*)?$"  # Unix time of 2001 to 2033, or its milliseconds
NEVER = np.datetime64("NaT", "D")
PLACEHOLDERS = np.array(["1900-01-01", "1969-12-31", "1970-01-01"], dtype="datetime64[D]")  # mean "not known"


def last_day(values: pa.Array | pa.ChunkedArray) -> Days:
    """datetime64[D] of the length of `values` (strings): the last day a value may mean, NaT where it is no date.

    A year means its 31st of December, a month its last day, an ISO week its Sunday; where day and month may be
    swapped or are spelt out (04/05/2019, 25 Apr 2019) the year counts. Days that do not exist, years outside
    1000-2999 and the placeholders 1900-01-01 and 1970-01-01 are no dates. The day is the one written: a time
    zone does not move it.
    """
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = column.dictionary_encode()  # dumps and days repeat: parse each spelling once
    spelt = pc.utf8_trim_whitespace(coded.dictionary)
    days = np.full(len(spelt) + 1, NEVER)  # the last one is the null's
    for pattern in SPELLINGS:
        parts = pc.extract_regex(spelt, pattern)
        end = _period_end(*(_numbers(parts, name) for name in ("year", "month", "day", "week")))
        days[:-1] = np.where(np.isnat(days[:-1]), end, days[:-1])
    seconds = _numbers(pc.extract_regex(spelt, SECONDS), "seconds")
    days[:-1] = np.where(seconds > 0, seconds.astype("datetime64[s]").astype("datetime64[D]"), days[:-1])
    which: Numbers = pc.fill_null(coded.indices, len(spelt)).to_numpy(zero_copy_only=False)
    return days[which]


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
    wrong |= (year == 0) | (month > 12) | (week > 53) | np.isin(end, PLACEHOLDERS)
    return np.where(wrong, NEVER, end)


def _week_end(january: Days, week: Numbers) -> Days:
    """Sunday of an ISO week: week 1 is the one that holds the 4th of January."""
    fourth = january + np.timedelta64(3, "D")
    weekday = (fourth.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday, Monday is 0
    return np.asarray(fourth + _count(7 * week - 1 - weekday, "D"))


def _count(numbers: Numbers, unit: str) -> NDArray[np.timedelta64]:
    """So many days ("D") or months ("M"): numpy takes no bare number beside a date any more."""
    return numbers.astype(f"timedelta64[{unit}]")
