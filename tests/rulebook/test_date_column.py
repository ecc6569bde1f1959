"""A column is dates or it is not, by all its values; what is no date counts for nothing and is told."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.rulebook.date_column import DateColumn, read_column
from curate.rulebook.date_reading import Reading

TODAY = np.datetime64("2026-11-30")
ISO = [f"20{i % 20 + 1:02}-{i % 12 + 1:02}-{i % 27 + 2:02}" for i in range(200)]


def column(values: Sequence[str | None], *, named: bool = False) -> DateColumn:
    found, settled = read_column(pa.array(values, pa.string()), "c", TODAY, named=named)
    days = found.reading.days(pa.array(values, pa.string())).to_pylist()
    assert settled.to_pylist() == days
    assert found.dated + found.not_counted + found.undated == found.documents == len(values)
    assert found.dated == sum(day is not None for day in days)
    assert (found.first, found.last) == (min(filter(None, days), default=""), max(filter(None, days), default=""))
    assert found.dated or found.reason
    return found


NO_DATES = {
    "seconds into a recording": [str(i) for i in range(1000, 1976)],
    "numbers from 1900 to 1999": [str(i) for i in range(1900, 2000)],
    "page numbers": [str(i) for i in range(1, 900)],
    "ids that count": [str(20190101 + i) for i in range(200)],
    "versions": [f"20{i % 20 + 1:02}.{i % 3 + 1}" for i in range(100)],
    "prices": [f"{1000 + i * 7.13:.2f}" for i in range(100)],
    "durations": [f"00:{i % 60:02}:{i % 50:02}" for i in range(100)],
    "years in texts": ["In 2019 we went", "2019-04-25 was a day", "May 4, 2019 was late", "2019-04-25 to 2020-05-05"],
    "seconds and milliseconds": [str((1500000000 + i) * (1, 1000)[i % 2]) for i in range(100)],
    "days to come": [f"20{i % 20 + 30}-01-05" for i in range(100)],
    "an export": ["2019-03-04"] * 60,
    "two digits": [f"{i % 28 + 1:02}/{i % 12 + 1:02}/19" for i in range(60)],
    "mostly something else": ["x"] * 50 + ISO[:20],
    "nothing": ["0000-00-00", "1970-01-01T00:00:00Z", "1900-01-01", "n.d.", "", "0"] * 10,
    "before print": [f"{i:04}-05-06" for i in range(1000, 1100)],
}


@pytest.mark.parametrize("name", NO_DATES)
def test_a_column_found_by_itself_that_is_no_plausible_dates_declares_nothing(name: str) -> None:
    found = column(NO_DATES[name])
    assert found.dated == 0
    assert not found.reading.declares
    assert "declares no date" in found.sentence
    assert found.examples or found.undated == found.documents


@pytest.mark.parametrize("name", sorted(set(NO_DATES) - {
    "numbers from 1900 to 1999", "versions", "an export", "mostly something else",
}))  # fmt: skip
def test_naming_it_makes_no_date_of_what_cannot_be_one(name: str) -> None:
    assert column(NO_DATES[name], named=True).dated == 0


def test_what_naming_would_count_is_said_and_so_it_is() -> None:
    for name in ("numbers from 1900 to 1999", "versions", "an export", "mostly something else"):
        assert "--date-column c would count them" in column(NO_DATES[name]).sentence
        assert column(NO_DATES[name], named=True).dated > 0
    assert "would count" not in column(NO_DATES["seconds into a recording"]).sentence


DATES = {
    "days": (ISO, "2001-01-02", "2020-12-19"),
    "digits": ([day.replace("-", "") for day in ISO], None, None),
    "seconds": ([str(1500000000 + 86400 * i) for i in range(200)], "2017-07-14", "2018-01-29"),
    "milliseconds as floats": ([f"{1.5e12 + 86400000 * i:.9e}" for i in range(200)], "2017-07-14", "2018-01-29"),
    "nanoseconds": ([str(1500000000 * 10**9 + i) for i in range(200)], "2017-07-14", "2017-07-14"),
    "crawls": (["CC-MAIN-2019-30"] * 60, "2019-07-28", "2019-07-28"),
    "months spelt out": (["Mar 2019", "April 2020", "June 2021"], "2019-12-31", "2021-12-31"),
    "day or month first": (["04/05/2019", "05/04/2020", "25/12/2021"], "2019-12-31", "2021-12-31"),
    "of social networks": ([f"Wed Aug {i} 13:08:45 +0000 2008" for i in (6, 27)], "2008-12-31", "2008-12-31"),
    "with gaps": ([None, "", "unknown", *ISO[:3]], None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", DATES)
def test_plausible_dates_count_with_their_range_and_examples(name: str) -> None:
    values, first, last = DATES[name]
    if name == "nanoseconds":  # one day for all is an export's, in any unit
        assert column(values).dated == 0
        values = [*values, str(1500100000 * 10**9)]
        last = "2017-07-15"
    found = column(values)
    assert found.dated == sum(value not in (None, "", "unknown") for value in values)
    assert (found.first, found.last) == (first or found.first, last or found.last)
    assert 1 <= len(found.examples) <= 3
    assert found.first in found.sentence


def test_different_days_of_a_year_are_no_export_though_only_their_year_counts() -> None:
    assert column([f"{i % 28 + 1:02}.{i % 12 + 1:02}.2019" for i in range(60)]).dated == 60
    assert column([f"Fri Nov {i % 28 + 1} 11:22:33 2019 +0100" for i in range(60)]).dated == 60
    assert column(["25.04.2019"] * 60).dated == 0
    assert column([f"2019-03-04T10:{i:02}:00" for i in range(60)]).dated == 0


def test_one_date_beside_documents_without_one_is_no_export() -> None:
    assert column(["2019-04-05"] * 60).dated == 0
    assert column([*["2019-04-05"] * 60, None]).dated == 60
    assert column([*["2019-04-05"] * 60, "2019-04-06"]).dated == 61


def test_a_first_of_january_that_all_have_stands_for_the_year() -> None:
    found = column([f"{1990 + i % 33}-01-01" for i in range(200)])
    assert (found.first, found.last) == ("1990-12-31", "2022-12-31")
    month = column([f"20{i % 22 + 1:02}-{i % 12 + 1:02}-01T00:00:00Z" for i in range(200)])
    assert (month.reading.grain, month.last) == ("month", "2022-12-31")
    assert column(ISO).reading.grain == "day"


def test_a_first_of_january_that_too_many_have_among_others_is_no_date() -> None:
    found = column([*ISO, *["2001-01-01"] * 60, "2002-01-01"])
    assert found.reading.defaults == ("2001-01-01",)
    assert found.not_counted == 60
    assert "60 a first of January" in found.reason


def test_days_after_today_are_counted_apart() -> None:
    found = column([*ISO, "2031-01-05"])
    assert (found.dated, found.not_counted) == (200, 1)
    assert "1 after today" in found.reason
    assert column(ISO).reading.until == ""  # the day of a scan changes nothing where nothing lies after it


@pytest.mark.parametrize(
    ("value", "last"),
    [
        ("2026", "2026-12-31"),
        ("2026-11", "2026-11-30"),
        ("2026-12-01T08:30:00+14:00", "2026-12-01"),  # the same moment is the last of November in UTC
        ("2026-W49", "2026-12-06"),
        ("2026W49", "2026-12-06"),
        ("2026-49", "2026-12-06"),
        ("2026-Q4", "2026-12-31"),
        ("Q4 2026", "2026-12-31"),
        ("30.11.2026", "2026-12-31"),
        ("Nov 2026", "2026-12-31"),
        ("2026年11月", "2026-11-30"),
        ("2026年", "2026-12-31"),
        ("CC-MAIN-2026-49", "2026-12-06"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_period_that_has_begun_is_not_after_today(value: str, last: str, *, named: bool) -> None:
    if value.isdigit() and not named:
        return  # a bare year in a column that nobody named is no date
    found = column([value, "2019-04-05", "2018-04-05"], named=named)
    assert (found.dated, found.not_counted, found.last) == (3, 0, last)
    assert found.reading.until == ""


@pytest.mark.parametrize(
    "value", ["2027", "2027-01", "2026-12-02", "2026-W50", "2027-Q1", "Q1 2027", "2027年", "1.1.2027", "Jan 2027"]
)
def test_a_period_that_begins_later_is_after_today(value: str) -> None:
    found = column([value, *ISO], named=True)
    assert (found.dated, found.not_counted) == (200, 1)
    assert "1 after today" in found.reason


def test_rows_of_this_year_count_in_a_column_of_years() -> None:
    found = column([str(2010 + i % 17) for i in range(170)], named=True)
    assert (found.dated, found.last, found.reason) == (170, "2026-12-31", "")
    assert column(["2026"] * 30, named=True).dated == 30


SOME = [*ISO, "2001-01-01", "1999", "n.d.", "x", None, "20190425"]


@given(st.lists(st.sampled_from(SOME), min_size=1), st.booleans())
def test_the_order_of_the_values_does_not_matter_and_readings_hold_for_parts(values, named):
    found = column(values, named=named)
    mixed = list(values)
    random.Random(3).shuffle(mixed)
    assert column(mixed, named=named) == found
    whole = found.reading.days(pa.array(values, pa.string())).to_pylist()
    parts = [found.reading.days(pa.array([value], pa.string()))[0].as_py() for value in values]
    assert whole == parts


@given(st.lists(st.dates(datetime.date(1583, 1, 1), datetime.date(2026, 11, 29)), min_size=3, max_size=19, unique=True))
def test_days_are_those_of_the_standard_library(days):
    placeholders = {"1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1969-12-31"}
    known = [day for day in days if str(day) not in placeholders | {"1970-01-01"}]
    for shape in ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%dT%H:%M:%SZ", "%Y年%m月%d日", "%Y%m%d"):
        written = [datetime.datetime.combine(day, datetime.time(11, 12, 13)).strftime(shape) for day in known]
        found = Reading().days(pa.array(written, pa.string())).to_pylist()
        assert found == [str(day) for day in known], shape
    for shape in ("%d %B %Y", "%a, %d %b %Y %H:%M:%S GMT", "%B %d, %Y", "%d/%m/%Y", "%b %Y", "%d-%b-%Y", "%c"):
        written = [datetime.datetime.combine(day, datetime.time(11, 12, 13)).strftime(shape) for day in known]
        found = Reading().days(pa.array(written, pa.string())).to_pylist()
        assert found == [f"{day.year}-12-31" for day in known], shape
