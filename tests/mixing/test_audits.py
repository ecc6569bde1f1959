"""Rounds of an audit: exact binomial bounds, an error that all rounds share, draws in proportion to tokens."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from curate.mixing.audits import Audit, audit_draw, draws_for, error_of_round, proved_share, proved_tokens
from curate.mixing.guarantee import guarantee

TOKENS = {"audited": 0, "declared": 600, "detected": 0, "other": 400}


@pytest.mark.parametrize(("human", "draws"), [(59, 59), (90, 100), (0, 30), (299, 300)])
@pytest.mark.parametrize("round", [1, 3])
def test_the_bound_is_where_so_many_hits_get_too_likely(human: int, draws: int, round: int) -> None:
    bound = proved_share(human, draws, confidence=0.95, round=round)
    level = 0.05 / (round * (round + 1))
    if human == 0:
        assert bound == 0
    else:
        assert binom.sf(human - 1, draws, bound) == pytest.approx(level)


def test_a_bound_fails_as_rarely_as_its_part_of_the_error() -> None:
    share, draws = 0.8, 60
    wrong = sum(
        binom.pmf(k, draws, share) for k in range(draws + 1) if proved_share(k, draws, confidence=0.95, round=1) > share
    )
    assert 0.005 < wrong <= error_of_round(0.95, 1)


def test_all_rounds_together_cost_no_more_than_the_error() -> None:
    assert sum(error_of_round(0.95, round) for round in range(1, 2000)) == pytest.approx(0.05, rel=1e-3)
    assert sum(error_of_round(0.95, round) for round in range(1, 2000)) < 0.05


def test_documents_are_drawn_in_proportion_to_tokens_by_digest_and_round_alone() -> None:
    tokens = np.array([0, 1, 3, 12], np.int64)
    rows, times = audit_draw(tokens, 16_000, digest="ab", round=1)
    assert rows.tolist() == [1, 2, 3]
    np.testing.assert_allclose(times / 16_000, tokens[1:] / 16, atol=0.01)
    assert all(
        np.array_equal(a, b)
        for a, b in zip((rows, times), audit_draw(tokens, 16_000, digest="ab", round=1), strict=True)
    )
    for other in (audit_draw(tokens, 16_000, digest="ab", round=2), audit_draw(tokens, 16_000, digest="cd", round=1)):
        assert not np.array_equal(times, other[1])


def test_so_many_draws_prove_the_ratio_if_human_text_is_half_way_to_all() -> None:
    for ratio in (0.3, 0.7, 0.95):
        draws = draws_for(ratio, confidence=0.95, round=1)
        assert proved_share(int(draws * (1 + ratio) / 2), draws, confidence=0.95, round=1) >= ratio


def test_labels_outrank_declarations_where_they_keep_the_floor_and_are_told_of_where_not() -> None:
    good, bad = Audit(1, 100, 95, ""), Audit(1, 100, 50, "")
    found = guarantee(TOKENS, Fraction(1, 2), confidence=0.95, detected=None, audits=(good,))
    assert (found.evidence, found.guarantee, found.met) == ("audited", "unconditional", True)
    assert found.human_tokens == int(1000 * proved_share(95, 100, confidence=0.95, round=1))
    kept = guarantee(TOKENS, Fraction(1, 2), confidence=0.95, detected=None, audits=(bad,))
    assert (kept.evidence, kept.human_tokens) == ("declared", 600)
    assert "50 human of 100 in round 1" in kept.basis[-1]
    both = (bad, Audit(2, 100, 95, ""))
    assert proved_tokens(both, 1000, 0.95) == int(1000 * proved_share(95, 100, confidence=0.95, round=2))
