"""Why values of a column count as no dates, and which count, with examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.rulebook.date_reading import Reading
from curate.rulebook.date_spellings import HALF, MOST, SAME, Spellings, latest_start
from curate.rulebook.dates import KINDS, Days

EXACT = ("day", "eight digits", "seconds", "milliseconds", "microseconds", "nanoseconds")  # kinds that name a day
EMPTY = "it is empty"


def why_no_dates(found: Spellings, days: Days) -> str:
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


def why_none(found: Spellings, today: np.datetime64, *, named: bool) -> str:
    said, bare = found.total(~found.empty), found.total(found.number)
    if not said:
        return EMPTY
    if late := found.total((found.parsed.starts > latest_start(today)) & ~found.number):
        return f"{late:,} of its {said:,} values are dates after today, and none is an earlier one"
    if not bare:
        return f"none of its {said:,} values is a date"
    years = found.total(found.number & (found.parsed.kinds == KINDS.index("year")))
    if not named and years >= MOST * bare:
        return f"its {bare:,} values are bare numbers that may be years or anything else"
    if bare == 1:
        return "its one number is no plausible date"
    return f"its {bare:,} numbers are no plausible dates of one kind"


def not_counted(found: Spellings, dated: NDArray[np.bool_], reading: Reading) -> str:
    """Description of the values that do not count."""
    rest = ~found.empty & ~dated
    parsed, defaults = found.parsed, np.array(reading.defaults, "datetime64[D]")
    parts = {
        "after today": rest & (parsed.starts > np.datetime64(reading.until or "2999-12-31")),
        "a first of January that stands for no date": rest & np.isin(parsed.days, defaults),
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


def counted_kinds(found: Spellings, dated: NDArray[np.bool_]) -> dict[str, int]:
    sums = np.bincount(found.parsed.kinds[dated], found.counts[dated], len(KINDS)).astype(np.int64)
    return {KINDS[code]: int(sums[code]) for code in np.argsort(-sums, kind="stable") if sums[code]}


def examples_of(found: Spellings, days: Days, dated: NDArray[np.bool_]) -> tuple[str, ...]:
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
