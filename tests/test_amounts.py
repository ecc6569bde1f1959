"""Numbers for people: read back they are the number but for rounding, in order; 0 and 100 % are said of no others."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curate.amounts import at_least, count, exact, growth, number, of_text, percent, points, readable, size
from curate.settings.scan import MEMORY

shares = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 5e-324, 0.0005, 0.000999, 0.001, 0.0995, 0.99, 0.9995, 1 - 1e-16])


def back(text: str) -> float:
    """Value that a person reads."""
    said = re.fullmatch(r"([<>]?)([+-]?[\d,.]+) ?(%|points)?", text)
    assert said, text
    return float(said[2].replace(",", ""))


@given(shares)
def test_a_share_reads_back(share: float) -> None:
    shown = percent(share)
    step = 0.5 if back(shown) >= 10 else 0.05
    assert abs(back(shown) - 100 * share) <= (0.1 if shown[0] in "<>" else step + 1e-9)
    assert (shown == "0 %") == (share == 0)
    assert (shown == "100 %") == (100 * share == 100)
    assert ".0 %" not in shown


@given(shares, shares)
def test_shares_keep_their_order(one: float, other: float) -> None:
    low, high = sorted((one, other))
    rank = {"<": -0.01, ">": 0.01}
    shown = [percent(low), percent(high)]
    assert back(shown[0]) + rank.get(shown[0][0], 0) <= back(shown[1]) + rank.get(shown[1][0], 0)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0 %"), (0.00009, "<0.1 %"), (0.001, "0.1 %"), (0.03, "3 %"), (0.0996, "10 %"), (0.1204, "12 %"),
     (0.995, "99.5 %"), (0.99999, ">99.9 %"), (1, "100 %"), (1.2, "120 %"), (-0.035, "-3.5 %"),
     (float("nan"), "unknown")],
)  # fmt: skip
def test_shares(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0004, "+<0.1"), (-0.0004, "-<0.1"), (-0.9999, "->99.9"), (0.038, "+3.8"), (-0.5, "-50")]
)
def test_a_sign_stands_before_the_whole_size(value: float, shown: str) -> None:
    """A loss too small to be shown is not to read as a larger one, as <-0.1 % would."""
    assert growth(value) == f"{shown} %"
    assert points(value) == f"{shown} points"


@given(st.floats(-1, 1))
def test_a_difference_and_a_change_say_which_way(value: float) -> None:
    for shown in (points(value), growth(value)):
        sign = re.search("[+-]", shown)
        assert sign is None or (sign[0] == "-") == (value < 0)
        assert sign is not None or value == 0
    assert (growth(value) == "0 %") == (value == 0)


@given(shares)
def test_a_lower_bound_is_never_more_than_it_is(share: float) -> None:
    shown = at_least(share)
    if shown == "more than 0 %":
        assert 0 < share < 0.001
    else:
        assert 0 <= 100 * share - back(shown) < 0.1 + 1e-9 or back(shown) == pytest.approx(100 * share, abs=1e-12)
        assert shown != "100 %" or share == 1


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: abs(value) < 1e15))
def test_a_number_reads_back_and_has_no_exponent(value: float) -> None:
    shown = number(value)
    assert "e" not in shown
    assert back(shown) == pytest.approx(value, rel=0.006, abs=0)
    assert (back(shown) == 0) == (value == 0)


@given(st.decimals(0, 1, places=4).map(float))
def test_a_share_that_was_set_is_said_as_it_was(share: float) -> None:
    assert back(exact(share)) == pytest.approx(100 * share, abs=1e-9)


@given(st.integers(1, 2**50))
def test_a_size_is_what_the_option_takes(bytes_: int) -> None:
    assume(bytes_ >= 1000)
    again = MEMORY.kind.read(size(bytes_))
    assert again == pytest.approx(bytes_, rel=0.05)


@given(st.integers(0, 10**12))
def test_a_count_reads_back(value: int) -> None:
    assert int(count(value).replace(",", "")) == value


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("score below 0.0034872740507125854, at least", "score below 0.00349, at least"),
        ("-1.2512489999999998.", "-1.25."),
        ("version 1.26.123456 of v0.123456x", "version 1.26.123456 of v0.123456x"),
        ("12,345 tokens, 0.95", "12,345 tokens, 0.95"),
    ],
)
def test_a_sentence_for_people_has_no_number_of_many_digits(said: str, shown: str) -> None:
    assert readable(said) == shown


@pytest.mark.parametrize(
    ("bytes_", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (36_466, "36.5 kB"), (50_001, "0.1 MB"), (9 * 10**9, "9,000.0 MB")],
)
def test_a_text_that_is_there_is_never_nothing(bytes_: int, said: str) -> None:
    assert of_text(bytes_) == said
