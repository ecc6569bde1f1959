"""Dates of a whole column: whether it can hold dates, and which values count; a number alone is no date.

A value may be read as a date for itself (see dates); a column of them may still be seconds into a recording, page
numbers, the day of an export. Here the column is judged once, over all its values, and the reading that comes of it
can be applied to any part of them again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.rulebook.dates import BARE, KINDS, NEVER, Days, Parsed, parse_dates

EARLIEST = np.datetime64("1450-01-01")  # before print, a year is rather a number
MOST = 0.95  # of the numbers in a column that must be dates of one kind, or none is
HALF = 0.5  # of the values in a column found by itself that must be dates
SAME = 20  # documents from which one date for all is an export's, and a much repeated first of January a default
SPIKE = 0.1  # of all dates: a first of January that takes more stands for "not known"
EXACT = ("day", "eight digits", "seconds", "milliseconds", "microseconds", "nanoseconds")  # kinds that name a day
EMPTY = "it is empty"
_READ_AS = {
    "day": "days", "month": "months", "year": "years", "week": "weeks", "crawl": "names of crawls",
    "spelt out": "years of dates spelt out", "eight digits": "days in digits", "decimal": "months in digits",
    **{unit: f"{unit} since 1970" for unit in BARE[3:]},
}  # fmt: skip
_GRAINS = {
    "day": "", "month": "; a first of a month stands for the month", "year": "; a first of January stands for the year",
}  # fmt: skip
_CALENDAR = ("year", "eight digits")
_NOTHING = (  # what stands for no date: words, and the days at which calendars of machines begin
    r"(?i)^(?:n\.?\s?d\.?|n/?a|unknown|none|null|nan|nat|undated|[-?.\s]*|0"
    r"|(?:0000-00-00|0001-01-01|1582-10-15|1601-01-01|1753-01-01|1899-12-3[01]|190[04]-01-01|1969-12-31|1970-01-01)"
    r"(?:[T ].*)?)$"
)
_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]*)?(?:e\+?[0-9]+)?$"


@dataclass(frozen=True, slots=True)
class Reading:
    """How values of a column are read: which numbers count, what a first day stands for, which days are defaults.

    numbers: kinds of BARE that count. grain: "day", or "month" or "year" where most dates are a first day of one.
    defaults: ISO days that stand for "not known". until: the last day that a date may be, "" where none is later.
    declares: whether any counts.
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
        return _iso(days).take(coded.indices)

    def counted(self, parsed: Parsed) -> Days:
        """The days of spellings, NaT for those that count for nothing."""
        if not self.declares:
            return np.full(len(parsed.days), NEVER)
        closed = [KINDS.index(kind) for kind in BARE if kind not in self.numbers]
        default = np.array(self.defaults, dtype="datetime64[D]")
        gone = np.isin(parsed.kinds, closed) | np.isin(parsed.days, default)
        days = _to_grain(parsed, self.grain)
        gone |= days < EARLIEST
        gone |= (parsed.days > np.datetime64(self.until)) if self.until else False
        return np.where(gone, NEVER, days)


SILENT = Reading(numbers=(), declares=False)


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


class _Column(NamedTuple):
    """Distinct spellings, each row's, how often each stands, what each reads as."""

    spelt: pa.Array
    codes: pa.Array
    counts: NDArray[np.int64]
    parsed: Parsed
    empty: NDArray[np.bool_]
    number: NDArray[np.bool_]

    def total(self, which: NDArray[np.bool_]) -> int:
        return int(self.counts[which].sum())


def read_column(
    values: pa.Array | pa.ChunkedArray, column: str, today: np.datetime64, *, named: bool
) -> tuple[DateColumn, pa.Array]:
    """Judge all values of a column, strings, in any order; and the day that each declares, as `Reading.days`."""
    found = _distinct(values)
    reading, reason = _reading(found, today, named=named)
    days = reading.counted(found.parsed)
    dated = ~np.isnat(days)
    if not named and not reason:
        reason = _doubt(found, days)
    if reason and not named:
        if _reading(found, today, named=True)[0].declares:
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
        kinds=_kinds(found, dated),
        first=str(days[dated].min()) if dated.any() else "",
        last=str(days[dated].max()) if dated.any() else "",
        examples=_examples(found, days, dated),
        reason=reason or (_others(found, dated, reading) if told else ""),
        reading=reading,
    )
    return judged, _iso(days).take(found.codes)


def _iso(days: Days) -> pa.Array:
    return pa.array(days.astype("datetime64[s]")).cast(pa.date32()).cast(pa.string())


def _distinct(values: pa.Array | pa.ChunkedArray) -> _Column:
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = column.cast(pa.string()).dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, len(coded.dictionary)))
    counts = np.bincount(codes, minlength=len(coded.dictionary) + 1)[:-1]
    spelt = pc.utf8_trim_whitespace(coded.dictionary)
    empty, number = (np.asarray(pc.match_substring_regex(spelt, shape)) for shape in (_NOTHING, _NUMBER))
    return _Column(spelt, coded.indices, counts, parse_dates(spelt), empty, number & ~empty)


def _reading(found: _Column, today: np.datetime64, *, named: bool) -> tuple[Reading, str]:
    """The reading of the column, and why nothing of it counts, "" where something may."""
    numbers = _numbers_that_count(found, today, named=named)
    late = bool((found.parsed.days > today).any())  # only then, so that the day of a scan changes nothing
    open_reading = Reading(numbers=numbers, until=str(today) if late else "")
    days = open_reading.counted(found.parsed)
    if np.isnat(days).all():
        return SILENT, _no_date(found, today, named=named)
    grain = _grain(found, days)
    return replace(open_reading, grain=grain, defaults=_defaults(found, days, grain)), ""


def _numbers_that_count(found: _Column, today: np.datetime64, *, named: bool) -> tuple[str, ...]:
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


def _end_of_year(day: np.datetime64) -> np.datetime64:
    return np.datetime64(f"{str(day)[:4]}-12-31")


def _grain(found: _Column, days: Days) -> str:
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


def _to_grain(parsed: Parsed, grain: str) -> Days:
    """First days moved to the end of the month or year that they stand for."""
    if grain == "day":
        return parsed.days
    unit: Literal["Y", "M"] = "Y" if grain == "year" else "M"
    whole = parsed.days.astype(f"datetime64[{unit}]")
    exact = np.isin(parsed.kinds, [KINDS.index(kind) for kind in ("day", "eight digits")])
    first = exact & (parsed.days == whole.astype("datetime64[D]"))
    end = (whole + np.timedelta64(1, unit)).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.where(first, end, parsed.days)


def _defaults(found: _Column, days: Days, grain: str) -> tuple[str, ...]:
    """Firsts of January that far too many documents have, among dates of other days."""
    dated = ~np.isnat(days)
    if grain != "day" or np.unique(days[dated]).size < 3:
        return ()
    january = dated & (found.parsed.kinds == KINDS.index("day"))
    january &= days == days.astype("datetime64[Y]").astype("datetime64[D]")
    least = max(SAME, SPIKE * found.total(dated))
    each = {str(day): found.total(january & (days == day)) for day in np.unique(days[january])}
    return tuple(day for day, count in each.items() if count > least)


def _doubt(found: _Column, days: Days) -> str:
    """Why a column that was found by its name is none of dates; "" where it is one."""
    dated, said = ~np.isnat(days), found.total(~found.empty)
    if found.total(dated) < HALF * said:
        return f"only {found.total(dated):,} of its {said:,} values are dates"
    exact = np.isin(found.parsed.kinds, [KINDS.index(kind) for kind in EXACT])
    single = np.unique(days[dated & exact]).size + np.count_nonzero(dated & ~exact) == 1  # a crawl is one by nature
    crawl = found.parsed.kinds == KINDS.index("crawl")
    if single and len(found.codes) >= SAME and found.total(dated & ~crawl) == len(found.codes):
        return f"all {len(found.codes):,} documents have the date {days[dated][0]}, as an export or a default gives"
    return ""


def _no_date(found: _Column, today: np.datetime64, *, named: bool) -> str:
    said, bare = found.total(~found.empty), found.total(found.number)
    if not said:
        return EMPTY
    if late := found.total((found.parsed.days > today) & ~found.number):
        return f"{late:,} of its {said:,} values are dates after today, and none is an earlier one"
    if not bare:
        return f"none of its {said:,} values is a date"
    years = found.total(found.number & (found.parsed.kinds == KINDS.index("year")))
    if not named and years >= MOST * bare:
        return f"its {bare:,} values are bare numbers that may be years or anything else"
    if bare == 1:
        return "its one number is no plausible date"
    return f"its {bare:,} numbers are no plausible dates of one kind"


def _others(found: _Column, dated: NDArray[np.bool_], reading: Reading) -> str:
    """Description of the values that do not count."""
    rest = ~found.empty & ~dated
    days = found.parsed.days
    parts = {
        "after today": rest & (days > np.datetime64(reading.until or "2999-12-31")),
        "a first of January that stands for no date": rest & np.isin(days, np.array(reading.defaults, "datetime64[D]")),
        "numbers": rest & found.number,
    }
    told, seen = [], np.zeros(len(rest), np.bool_)
    for name, which in parts.items():
        here = found.total(which & ~seen)
        seen |= which
        told += [f"{here:,} {name}"] if here else []
    other = found.total(rest & ~seen)
    told += [f"{other:,} no date"] if other else []
    return "not counted: " + ", ".join(told)


def _kinds(found: _Column, dated: NDArray[np.bool_]) -> dict[str, int]:
    sums = np.bincount(found.parsed.kinds[dated], found.counts[dated], len(KINDS)).astype(np.int64)
    return {KINDS[code]: int(sums[code]) for code in np.argsort(-sums, kind="stable") if sums[code]}


def _examples(found: _Column, days: Days, dated: NDArray[np.bool_]) -> tuple[str, ...]:
    """Of the first, the middle and the last day that count, the first spelling; where none counts, of all spellings."""
    if not dated.any():
        words = found.spelt.filter(pa.array(~found.empty))
        order = np.asarray(pc.array_sort_indices(words))
        return tuple(word[:40] for word in words.take(pa.array(_three(order))).to_pylist())
    told = []
    for day in _three(np.unique(days[dated])):
        word = pc.min(found.spelt.filter(pa.array(dated & (days == day)))).as_py()
        told.append(word[:40] if word[:10] == str(day) else f"{word[:40]} = {day}")
    return tuple(told)


def _three(ordered: NDArray[Any]) -> NDArray[Any]:
    """First, middle and last, each once."""
    return ordered[sorted({0, len(ordered) // 2, len(ordered) - 1})] if len(ordered) else ordered
