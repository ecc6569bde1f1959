"""Strata, weights and repeats keep the laws of a mix: the floor, nestedness, shares within rounding, any row order."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.errors import VerdictError
from curate.mixing.candidates import Candidates
from curate.mixing.classes import DECLARED, DETECTED, OTHER
from curate.mixing.request import exact_ratio
from curate.mixing.select import select
from curate.mixing.selection import Selection, Shares
from curate.mixing.strata import BONUS, drawing_order, rarity_bonus, scarcity
from curate.mixing.weights import largest_total

RATIOS = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])


@st.composite
def corpora(draw: st.DrawFn, classes: tuple[int, ...] = (DECLARED, OTHER)) -> Candidates:
    size = draw(st.integers(0, 50))
    tokens = np.array(draw(st.lists(st.integers(0, 300), min_size=size, max_size=size)), np.int64)
    of = draw(st.lists(st.sampled_from(classes), min_size=size, max_size=size))
    priority = draw(st.lists(st.integers(0, 2**64 - 1), min_size=size, max_size=size, unique=True))
    source = np.array(draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)), np.int64)
    stratum = source * 2 + np.array(draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)), np.int64)
    return Candidates(
        tokens, np.array(of, np.uint8), np.array(priority, np.uint64), stratum, source, scarcity(source, tokens)
    )


def attempt(candidates: Candidates, ratio: float, budget: int | None, shares: Shares) -> Selection | None:
    try:
        return select(candidates, ratio=exact_ratio(ratio), budget=budget, shares=shares)
    except VerdictError:
        return None


def human(candidates: Candidates, selection: Selection) -> int:
    return int((candidates.tokens * selection.times)[candidates.classes == DECLARED].sum())


HALVES = {0: Fraction(1, 2), 1: Fraction(1, 2)}


@settings(max_examples=50)
@given(corpora(), RATIOS, st.lists(st.integers(1, 3_000), min_size=1, max_size=6), st.sampled_from([None, HALVES]))
def test_floor_nestedness_and_repeats(
    candidates: Candidates, ratio: float, budgets: list[int], weights: dict[int, Fraction] | None
) -> None:
    for repeats in (1, 3):
        shares = Shares(weights, 1.0, repeats)
        made = [m for budget in sorted(budgets) if (m := attempt(candidates, ratio, budget, shares)) is not None]
        for smaller, larger in pairwise(made):
            assert (smaller.times <= larger.times).all()
        for mix in made:
            total = int((candidates.tokens * mix.times).sum())
            assert 0 < total <= max(budgets)
            assert human(candidates, mix) >= Fraction(repr(ratio)) * total
            assert mix.times.max() <= repeats
            assert mix.times[candidates.classes == OTHER].max(initial=0) <= 1
            assert ((mix.times == 0) == (mix.left_out > 0)).all()


@settings(max_examples=50)
@given(corpora(), RATIOS, st.integers(1, 5_000))
def test_weights_hold_within_rounding(candidates: Candidates, ratio: float, budget: int) -> None:
    weights = {0: Fraction(1, 4), 1: Fraction(3, 4)}
    mix = attempt(candidates, ratio, budget, Shares(weights))
    if mix is None:
        return
    longest = int(candidates.tokens.max())
    given = [int((candidates.tokens * mix.times)[candidates.source == g].sum()) for g in range(3)]
    assert given[2] == 0
    total = sum(given)
    assert abs(given[0] - total / 4) <= 3 * longest  # one document of each source and side


@settings(max_examples=50)
@given(corpora(), st.lists(RATIOS, min_size=2, max_size=2), st.one_of(st.none(), st.integers(1, 3_000)))
def test_a_higher_ratio_never_lowers_human_tokens(
    candidates: Candidates, ratios: list[float], budget: int | None
) -> None:
    """Beside the document that the budget cuts."""
    low, high = (attempt(candidates, ratio, budget, Shares()) for ratio in sorted(ratios))
    if low is not None and high is not None:
        slack = int(candidates.tokens.max()) if budget is not None else 0
        assert human(candidates, high) >= human(candidates, low) - slack


@settings(max_examples=50)
@given(corpora((DECLARED, DETECTED, OTHER)), st.randoms())
def test_the_order_of_the_rows_changes_nothing(candidates: Candidates, random: object) -> None:
    shuffle = list(range(len(candidates.tokens)))
    random.shuffle(shuffle)  # type: ignore[attr-defined]
    for shares in (Shares(), Shares(HALVES), Shares(None, 3.0)):
        moved = attempt(candidates.only(np.array(shuffle, np.int64)), 0.5, None, shares)
        here = attempt(candidates, 0.5, None, shares)
        assert (here is None) == (moved is None)
        if here is not None and moved is not None:
            assert here.times[shuffle].tolist() == moved.times.tolist()


@settings(max_examples=50)
@given(st.tuples(*[st.integers(0, 40)] * 4), st.integers(0, 10).map(lambda k: Fraction(k, 10)), st.integers(0, 20))
def test_the_largest_weighted_total_is_the_largest(supply: tuple[int, ...], ratio: Fraction, machine: int) -> None:
    """Against every total tried one by one."""
    have, rest = {0: supply[0], 1: supply[1]}, {0: supply[2], 1: supply[3]}
    weights = {0: Fraction(1, 3), 1: Fraction(2, 3)}

    def possible(total: int) -> bool:
        if any(w * total > have[g] + rest[g] for g, w in weights.items()):
            return False
        return sum(min(Fraction(have[g]), w * total) for g, w in weights.items()) - machine >= ratio * total

    expected = max((total for total in range(1, 161) if possible(total)), default=0)
    assert largest_total(weights, have, rest, ratio=ratio, machine=machine) == expected


def test_noise_wins_no_more_than_twice_its_pace_and_rare_words_win() -> None:
    """Of 400 documents of one length, 40 dense in rare words, the first 100 drawn hold more of them."""
    n = 400
    tokens, stratum = np.full(n, 100, np.int64), np.zeros(n, np.int64)
    rare = np.where(np.arange(n) < 40, 50, 1).astype(np.int64)
    bonus = rarity_bonus(rare, tokens, stratum)
    assert bonus.max() == BONUS
    priority = np.random.default_rng(5).integers(0, 2**64, n, dtype=np.uint64)
    plain = Candidates(tokens, np.zeros(n, np.uint8), priority, stratum)
    drawn = [drawing_order(np.arange(n), c, temperature=1.0)[:100] for c in (plain, replace(plain, bonus=bonus))]
    hits = [int((rows < 40).sum()) for rows in drawn]
    assert hits[0] < hits[1] <= 2.6 * hits[0]
    spam = rarity_bonus(rare * 1000, tokens, stratum)
    assert spam.max() == BONUS
    assert (scarcity(np.array([0] * 999 + [1]), np.ones(1000, np.int64))[[0, -1]] == [1, 2]).all()
