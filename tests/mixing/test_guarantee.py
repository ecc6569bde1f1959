"""The promise against fractions in plain Python, and against the worst corpus that the bound allows."""

from fractions import Fraction

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from curate.mixing.guarantee import (
    UNBOUNDED,
    DetectedBound,
    choose_bound,
    guarantee,
    supported_total,
    supports,
)
from curate.mixing.request import exact_ratio

RATIO = st.integers(1, 10**6).map(lambda k: Fraction(k, 10**6))
TOKENS = st.integers(0, 10**12)


@given(st.integers(-(10**12), 10**12), RATIO)
def test_what_a_credit_supports_is_the_largest_total_of_which_it_is_the_ratio(credit: int, ratio: Fraction) -> None:
    total = int(supports(np.array([credit]), ratio)[0])
    assert credit >= ratio * total
    assert credit < ratio * (total + 1)
    assert total == supported_total(credit, ratio)


def test_no_ratio_leaves_room_for_everything() -> None:
    assert supports(np.array([0, 5]), Fraction(0)).tolist() == [UNBOUNDED, UNBOUNDED]


@example(1, 0, 124, 0.008, 0.0, 0)  # 0.008 as a float is a little over 1/125
@given(TOKENS, TOKENS, TOKENS, st.floats(0, 1), st.floats(0, 1), TOKENS)
def test_a_promise_is_kept_by_the_worst_corpus_that_its_evidence_allows(
    declared: int, detected: int, other: int, ratio: float, share: float, pool: int
) -> None:
    bound = DetectedBound.of_share(-1.0, share, detected + pool)
    tokens = {"audited": 0, "declared": declared, "detected": detected, "other": other}
    found = guarantee(tokens, exact_ratio(ratio), confidence=0.95, detected=bound)
    total = declared + detected + other
    machine = min(detected, bound.machine_below_threshold_at_most)
    truly_human = declared + (detected - machine)
    assert found.human_tokens <= truly_human
    assert exact_ratio(found.bound) <= Fraction(found.human_tokens, total or 1)  # as it is printed
    assert found.met == (Fraction(truly_human) >= exact_ratio(ratio) * total)
    if found.met and total:
        assert found.bound >= ratio


def test_the_bound_in_tokens_is_rounded_against_the_detector() -> None:
    assert DetectedBound.of_share(0.0, 0.1, 101).machine_below_threshold_at_most == 11
    assert DetectedBound.of_share(0.0, 1.7, 10).machine_below_threshold_at_most == 10


def test_declared_text_that_is_enough_alone_is_what_the_certificate_rests_on() -> None:
    tokens = {"audited": 0, "declared": 30, "detected": 60, "other": 10}
    bound = DetectedBound(-1.0, 5, 100)
    found = guarantee(tokens, Fraction(3, 10), confidence=0.95, detected=bound)
    assert (found.evidence, found.guarantee, found.human_tokens, found.bound) == ("declared", "declared", 30, 0.3)
    assert "60 tokens that score below the threshold ride along" in found.basis[1]


def test_a_promise_on_detected_text_begins_with_conditional_and_names_the_shift_no_test_sees() -> None:
    tokens = {"audited": 0, "declared": 10, "detected": 60, "other": 30}
    found = guarantee(tokens, Fraction(1, 2), confidence=0.95, detected=DetectedBound(-1.0, 5, 100))
    assert (found.evidence, found.guarantee, found.human_tokens, found.bound) == ("detected", "conditional", 65, 0.65)
    assert found.basis[0].startswith("CONDITIONAL")
    assert "no test can see" in found.basis[2]
    assert "if what declares 10 of the 100 tokens human (labels, dates, provenance rules) is right" in found.basis[0]
    alone = guarantee(tokens | {"declared": 0}, Fraction(1, 2), confidence=0.95, detected=DetectedBound(-1.0, 5, 100))
    assert "declares" not in " ".join(alone.basis)


def test_a_floor_that_nothing_keeps_is_not_met() -> None:
    tokens = {"audited": 0, "declared": 10, "detected": 0, "other": 30}
    found = guarantee(tokens, Fraction(1, 2), confidence=0.95, detected=None)
    assert (found.met, found.bound) == (False, 0.25)


def test_the_threshold_that_proves_most_human_tokens_is_chosen() -> None:
    scores = pa.array([-3.0, -2.0, -1.0, -1.0, -5.0], pa.float32())
    declared = pa.array([None, None, None, "machine", "human"])
    tokens = np.array([50, 50, 10, 1000, 1000], np.int64)
    bounds = [DetectedBound(-2.5, 0, 110), DetectedBound(-1.5, 10, 110), DetectedBound(0.0, 40, 110)]
    assert choose_bound(bounds, declared=declared, machine_score=scores, tokens=tokens) == bounds[1]
    assert choose_bound(bounds[::-1], declared=declared, machine_score=scores, tokens=tokens) == bounds[1]
    assert choose_bound([], declared=declared, machine_score=scores, tokens=tokens) is None
