"""The floor in whole tokens, budgets, nestedness, refusals: against brute force where it can be."""

from fractions import Fraction
from itertools import pairwise, product
from math import floor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.errors import VerdictError
from curate.mixing.candidates import Candidates
from curate.mixing.classes import DECLARED, DETECTED, OTHER
from curate.mixing.request import exact_ratio
from curate.mixing.select import select
from curate.mixing.selection import BUDGET, FLOOR, Selection

RATIOS = st.one_of(
    st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]), st.floats(0, 1, allow_nan=False, allow_subnormal=False)
)
LENGTHS = st.one_of(st.integers(0, 9), st.integers(0, 2_000), st.integers(0, 10**9))


@st.composite
def corpora(draw: st.DrawFn) -> Candidates:
    size = draw(st.integers(0, 60))
    tokens = draw(st.lists(LENGTHS, min_size=size, max_size=size))
    classes = draw(st.lists(st.sampled_from([DECLARED, DETECTED, OTHER]), min_size=size, max_size=size))
    priority = draw(st.lists(st.integers(0, 2**64 - 1), min_size=size, max_size=size, unique=True))
    return Candidates(np.array(tokens, np.int64), np.array(classes, np.uint8), np.array(priority, np.uint64))


def written(candidates: Candidates, selection: Selection) -> tuple[int, int, int]:
    """Declared, detected and all tokens of a selection, in plain Python."""
    kept = [i for i in range(len(candidates.tokens)) if (selection.times > 0)[i]]
    by = {code: sum(int(candidates.tokens[i]) for i in kept if candidates.classes[i] == code) for code in range(4)}
    return by[DECLARED], by[DETECTED], sum(by.values())


def human(declared: int, detected: int, machine: int) -> int:
    return declared + max(0, detected - machine)


def attempt(candidates: Candidates, ratio: float, budget: int | None, machine: int = 0) -> Selection | None:
    try:
        return select(candidates, ratio=exact_ratio(ratio), budget=budget, machine_tokens=machine)
    except VerdictError:
        return None


@given(corpora(), RATIOS, st.integers(0, 3_000), st.one_of(st.none(), st.integers(1, 10**10)))
def test_the_floor_holds_in_whole_tokens_and_the_budget_is_never_exceeded(
    candidates: Candidates, ratio: float, machine: int, budget: int | None
) -> None:
    selection = attempt(candidates, ratio, budget, machine)
    if selection is None:
        return
    declared, detected, total = written(candidates, selection)
    assert Fraction(human(declared, detected, machine)) >= Fraction(repr(ratio)) * total
    assert 0 < total <= (budget or total)
    assert (selection.left_out == 0).tolist() == (selection.times > 0).tolist()
    for_the_budget = candidates.tokens[selection.left_out == BUDGET]
    if budget is None:
        assert len(for_the_budget) == 0
    elif len(for_the_budget):
        assert budget - total < for_the_budget.max()


@given(corpora(), RATIOS, st.integers(0, 3_000), st.lists(st.integers(1, 10**5), min_size=2, max_size=12))
def test_a_larger_budget_is_a_superset(candidates: Candidates, ratio: float, machine: int, budgets: list[int]) -> None:
    mixes = [attempt(candidates, ratio, budget, machine) for budget in [*sorted(budgets), None]]
    answered = [(mix.times > 0) for mix in mixes if mix is not None]
    for smaller, larger in pairwise(answered):
        assert not (smaller & ~larger).any()


@given(corpora(), RATIOS, st.integers(0, 3_000), st.one_of(st.none(), st.integers(1, 10**5)), st.randoms())
def test_the_order_of_the_rows_changes_nothing(
    candidates: Candidates, ratio: float, machine: int, budget: int | None, random: object
) -> None:
    shuffle = list(range(len(candidates.tokens)))
    random.shuffle(shuffle)  # type: ignore[attr-defined]
    moved = Candidates(candidates.tokens[shuffle], candidates.classes[shuffle], candidates.priority[shuffle])
    here, there = attempt(candidates, ratio, budget, machine), attempt(moved, ratio, budget, machine)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert here.left_out[shuffle].tolist() == there.left_out.tolist()


def units(declared: int, detected: int, other: int) -> Candidates:
    """Documents of one token each, priorities scrambled."""
    classes = np.repeat(np.array([DECLARED, DETECTED, OTHER], np.uint8), [declared, detected, other])
    priority = np.random.default_rng(declared * 100 + detected * 10 + other).permutation(len(classes))
    return Candidates(np.ones(len(classes), np.int64), classes, priority.astype(np.uint64))


def possible(supply: tuple[int, int, int], ratio: Fraction, machine: int) -> set[int]:
    """Totals at which some choice of unit documents keeps the floor, by trying every one."""
    choices = product(*(range(most + 1) for most in supply))
    return {sum(c) for c in choices if human(c[0], c[1], machine) >= ratio * sum(c)} - {0}


@given(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    st.one_of(st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0]), st.integers(0, 1000).map(lambda k: k / 1000)),
    st.integers(0, 6),
)
def test_a_budget_is_refused_exactly_when_no_choice_of_documents_reaches_it(
    supply: tuple[int, int, int], ratio: float, machine: int
) -> None:
    candidates, totals = units(*supply), possible(supply, exact_ratio(ratio), machine)
    for budget in range(1, sum(supply) + 3):
        selection = attempt(candidates, ratio, budget, machine)
        assert (selection is not None) == (budget in totals), budget
        if selection is not None:
            assert (selection.times > 0).sum() == budget
    everything = attempt(candidates, ratio, None, machine)
    assert (everything is not None) == bool(totals)
    if everything is not None:
        assert (everything.times > 0).sum() == max(totals)


def corpus(seed: int, declared: int, detected: int, other: int) -> Candidates:
    """Documents of lengths like real ones (log-normal, median 300)."""
    draw = np.random.default_rng(seed)
    classes = np.repeat(np.array([DECLARED, DETECTED, OTHER], np.uint8), [declared, detected, other])
    tokens = draw.lognormal(np.log(300), 1.2, len(classes)).astype(np.int64) + 1
    return Candidates(tokens, classes, draw.integers(0, 2**64, len(classes), dtype=np.uint64))


def test_a_budget_is_nearly_used_up() -> None:
    candidates = corpus(1, 2_000, 3_000, 5_000)
    for share in (0.02, 0.1, 0.37, 0.5):
        budget = int(candidates.tokens.sum() * share)
        for ratio in (0.0, 0.2, 0.3):
            selection = attempt(candidates, ratio, budget, machine=1_000)
            assert selection is not None
            assert written(candidates, selection)[2] > 0.98 * budget


def test_where_the_floor_does_not_bind_the_mix_keeps_the_natural_proportions() -> None:
    candidates = corpus(2, 4_000, 2_000, 4_000)
    selection = attempt(candidates, 0.2, int(candidates.tokens.sum()) // 4)
    assert selection is not None
    everything = [candidates.tokens[candidates.classes == code].sum() for code in (DECLARED, DETECTED, OTHER)]
    kept = candidates.tokens[(selection.times > 0)]
    mixed = [kept[candidates.classes[(selection.times > 0)] == code].sum() for code in (DECLARED, DETECTED, OTHER)]
    for whole, part in zip(everything, mixed, strict=True):
        assert part / whole == pytest.approx(0.25, rel=0.03)


def test_without_a_budget_all_human_text_is_written_and_others_as_the_floor_permits() -> None:
    candidates = units(10, 20, 90)
    selection = attempt(candidates, 0.5, None, machine=4)
    assert selection is not None
    assert written(candidates, selection) == (10, 20, floor((10 + 20 - 4) / 0.5))
    assert set(selection.left_out[~(selection.times > 0)].tolist()) == {FLOOR}


def test_declared_text_carries_the_floor_before_detected_text_does() -> None:
    candidates = units(30, 60, 60)
    selection = attempt(candidates, 0.5, 60, machine=2)
    assert selection is not None
    assert written(candidates, selection)[0] == 30


def test_a_book_at_the_head_of_a_queue_shuts_nothing_out() -> None:
    tokens = np.array([10**7] + [100] * 500 + [10**7] + [100] * 500, np.int64)
    classes = np.array([DECLARED] * 501 + [OTHER] * 501, np.uint8)
    candidates = Candidates(tokens, classes, np.arange(1002, dtype=np.uint64))
    selection = attempt(candidates, 0.5, 50_000)
    assert selection is not None
    assert written(candidates, selection) == (25_000, 0, 50_000)
    assert not (selection.times > 0)[0]


def test_zero_token_documents_are_no_mix() -> None:
    empty = Candidates(np.zeros(3, np.int64), np.full(3, DECLARED, np.uint8), np.arange(3, dtype=np.uint64))
    assert attempt(empty, 0.5, None) is None


def test_a_million_documents_take_seconds_at_most() -> None:
    candidates = corpus(3, 200_000, 300_000, 500_000)
    selection = attempt(candidates, 0.3, int(candidates.tokens.sum()) // 10, machine=10_000)
    assert selection is not None


@pytest.mark.parametrize(
    ("candidates", "ratio", "budget", "machine", "said", "hint"),
    [
        (
            units(0, 0, 5),
            0.3,
            None,
            0,
            "nothing can be written at a human ratio of 0.3: 0 tokens are declared",
            "--label",
        ),
        (
            units(0, 10, 5),
            0.5,
            None,
            6,
            "of which 4 count (up to 6 may be machine), among 15",
            "--human-ratio 0.4 would work; or label",
        ),
        (
            units(3, 0, 17),
            0.3,
            15,
            0,
            "15 tokens at a human ratio of 0.3 cannot be met",
            "--budget 10 or --human-ratio 0.2",
        ),
        (
            units(2, 40, 40),
            0.5,
            10,
            10,
            "supports a mix of at most 4 tokens, or one of 20 to 64 tokens",
            "--budget 20 or --human-ratio 0.2",
        ),
        (units(5, 0, 5), 0.3, 12, 0, "among 10; that supports 10 tokens", "--budget 10 would work"),
        (
            units(0, 5, 5),
            0.3,
            None,
            9,
            "5 score as human, of which 0 count (all may be machine)",
            "--label-column",
        ),
    ],
)
def test_a_refusal_has_the_numbers_and_a_way_out(
    candidates: Candidates, ratio: float, budget: int | None, machine: int, said: str, hint: str
) -> None:
    with pytest.raises(VerdictError) as caught:
        select(candidates, ratio=exact_ratio(ratio), budget=budget, machine_tokens=machine)
    assert said in caught.value.message
    assert hint in caught.value.hint


@given(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), RATIOS, st.integers(0, 6))
@example((0, 2, 0), 0.7, 1)  # what scores as human outweighs the doubt in two tokens, and not in a budget of one
def test_what_a_refusal_advises_works(supply: tuple[int, int, int], ratio: float, machine: int) -> None:
    candidates = units(*supply)
    for budget in range(1, sum(supply) + 2):
        try:
            select(candidates, ratio=exact_ratio(ratio), budget=budget, machine_tokens=machine)
        except VerdictError as refusal:
            words = refusal.hint.replace(";", " ").split()
            advice = [(words[i], words[i + 1]) for i, word in enumerate(words) if word in ("--budget", "--human-ratio")]
            for option, value in advice:
                assert (
                    attempt(candidates, ratio, int(value), machine)
                    if option == "--budget"
                    else attempt(candidates, float(value), budget, machine)
                )
