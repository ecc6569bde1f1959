import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.rulebook.dates import last_day, parse_dates


def ends(value):
    day = last_day(pa.array([value], pa.string()))[0]
    return None if np.isnat(day) else str(day)


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("1993", "1993-12-31"),
        (" 2022 ", "2022-12-31"),
        ("2022-11", "2022-11-30"),
        ("2020-02", "2020-02-29"),
        ("2022-11-29", "2022-11-29"),
        ("2022/11/29", "2022-11-29"),
        ("20221129", "2022-11-29"),
        ("2019-04-25T12:57:54Z", "2019-04-25"),
        ("2019-04-25 12:57:54.123+02:00", "2019-04-25"),
        ("2019年4月25日", "2019-04-25"),
        ("CC-MAIN-2019-35", "2019-09-01"),
        ("CC-MAIN-2013-20", "2013-05-19"),
        ("CC-MAIN-2022-49", "2022-12-11"),
        ("CC-MAIN-2009-2010", "2010-12-31"),
        ("CC-MAIN-2012", "2012-12-31"),
        ("2019-35", "2019-09-01"),
        ("2019-W35-3", "2019-09-01"),
        ("2019W353", "2019-09-01"),
        ("2019-Q3", "2019-09-30"),
        ("2019Q1", "2019-03-31"),
        ("Q4 2019", "2019-12-31"),
        ("Thu, 25 Apr 2019 12:57:54 GMT", "2019-12-31"),
        ("April 25, 2019", "2019-12-31"),
        ("04/05/2019", "2019-12-31"),
        ("1556197074", "2019-04-25"),
        ("1556197074000", "2019-04-25"),
        ("2031-01-01", "2031-01-01"),
    ],
)
def test_a_date_means_its_last_day(value, end):
    assert ends(value) == end


@pytest.mark.parametrize(
    "value",
    [
        "",
        "n.d.",
        "unknown",
        "2019-02-30",
        "2019-13-01",
        "20191301",
        "0001-01-01",
        "1970-01-01",
        "1900-01-01",
        "1970-01-01T00:00:00Z",
        "CC-MAIN-2019-99",
        "19",
        "12019",
        "2019-04-25x",
        "99999999",
        "2019-",
        "--",
        "0",
    ],
)
def test_what_is_no_date_declares_nothing(value):
    assert ends(value) is None
    assert ends(None) is None


@given(st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))
def test_weeks_and_days_are_those_of_the_standard_library(day):
    placeholder = str(day) in {"1900-01-01", "1969-12-31", "1970-01-01"}
    assert ends(day.isoformat()) == (None if placeholder else day.isoformat())
    year, week, _ = day.isocalendar()
    if 1000 <= year <= 2999:
        assert ends(f"{year}-W{week:02}") == str(datetime.date.fromisocalendar(year, week, 7))


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2040, 12, 31)))
def test_a_day_lies_between_the_first_and_the_last_day_of_each_period_that_holds_it(day):
    year, week, _ = day.isocalendar()
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    periods = [day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}", f"{year}-W{week:02}", quarter, f"{day:%d.%m.%Y}"]
    found = parse_dates(pa.array(periods))
    lengths = (found.days - found.starts).astype(int).tolist()
    assert all(found.starts <= np.datetime64(day))
    assert all(np.datetime64(day) <= found.days)
    leap = (day.replace(day=1, month=12) - day.replace(day=1, month=1)).days + 30
    assert (lengths[0], lengths[2], lengths[3], lengths[5]) == (0, leap, 6, leap)
    assert 27 <= lengths[1] <= 30
    assert 89 <= lengths[4] <= 91


def test_slices_and_chunks_keep_their_rows():
    values = pa.chunked_array([["1993", None], ["2001-05", "1993"]]).slice(1)
    assert [str(day) for day in last_day(values)] == ["NaT", "2001-05-31", "1993-12-31"]
