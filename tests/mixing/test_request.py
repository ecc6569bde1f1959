"""Valid requests of a mix, and refusals that name the option."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import UsageError
from curate.mixing.request import MixRequest, parse_budget


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("50M", 50_000_000),
        ("1.5B", 1_500_000_000),
        ("2g", 2_000_000_000),
        ("10k", 10_000),
        ("0.5K", 500),
        ("1_000", 1_000),
        ("1,000", 1_000),
        ("7", 7),
        (" 3T ", 3 * 10**12),
    ],
)
def test_a_budget_is_read_as_people_write_it(text: str, tokens: int) -> None:
    assert parse_budget(text) == tokens


@pytest.mark.parametrize("text", ["", "M", "0", "-5", "1.5", "0.0001K", "5 apples", "1e6", "inf", "nan", "50MM"])
def test_a_budget_that_is_no_number_of_tokens_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_budget(text)
    assert caught.value.where == "--budget"
    assert "50M" in caught.value.hint


@pytest.mark.parametrize(
    ("values", "option"),
    [
        ({"human_ratio": 1.5}, "--human-ratio"),
        ({"human_ratio": -0.1}, "--human-ratio"),
        ({"human_ratio": float("nan")}, "--human-ratio"),
        ({"human_ratio": 0.3, "confidence": 1.0}, "--confidence"),
        ({"human_ratio": 0.3, "budget": 0}, "--budget"),
        ({"human_ratio": 0.3, "seed": -1}, "--seed"),
        ({"human_ratio": 0.3, "trust": "hoped"}, "--trust"),
        ({"human_ratio": 0.3, "keep": "all"}, "--keep"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_the_name_of_its_option(values: dict[str, object], option: str) -> None:
    with pytest.raises(UsageError) as caught:
        MixRequest(**values)  # type: ignore[arg-type]
    assert option in f"{caught.value.where} {caught.value}"
    assert caught.value.exit_code == 2


@given(st.floats(0, 1))
def test_the_exact_ratio_is_never_below_what_was_asked_and_less_than_a_millionth_above(human_ratio: float) -> None:
    ratio = MixRequest(human_ratio=human_ratio).ratio
    assert Fraction(repr(human_ratio)) <= ratio < Fraction(repr(human_ratio)) + Fraction(1, 10**6)
    assert ratio <= 1


def test_a_ratio_is_what_is_written_not_its_binary_neighbour() -> None:
    assert MixRequest(human_ratio=0.3).ratio == Fraction(3, 10)
