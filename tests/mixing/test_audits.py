"""Rounds of an audit go on along one row of draws, and what they prove holds whenever one stops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from curate.mixing.audits import (
    MOST_DRAWS,
    Audit,
    audit_draw,
    draws_for,
    machine_at_most,
    proved_share,
    proved_tokens,
    proves,
)
from curate.mixing.guarantee import guarantee
from curate.statistics.draws import seed_of
from curate.statistics.sequence import share_at_least

TOKENS = {"audited": 0, "declared": 600, "detected": 0, "other": 400}
PRINTS = np.arange(8, dtype=np.uint64).reshape(4, 2)


def test_a_round_is_as_good_as_the_draws_so_far_and_takes_nothing_back() -> None:
    good, bad = Audit(1, 100, 95, ""), Audit(2, 100, 10, "")
    first = proved_share((good,), 0.95)
    assert first == share_at_least(95, 100, level=0.05)
    assert proved_share((good, bad), 0.95) == first
    assert proved_share((good, Audit(2, 100, 99, "")), 0.95) == share_at_least(194, 200, level=0.05) > first
    assert proved_share((), 0.95) == 0


def test_whoever_parts_the_same_draws_into_rounds_proves_no_more_than_their_best_beginning() -> None:
    hits = np.random.default_rng(3).random(200) < 0.9
    ends = [int(hits[:n].sum()) for n in (50, 120, 200)]
    rounds = (Audit(1, 50, ends[0], ""), Audit(2, 70, ends[1] - ends[0], ""), Audit(3, 80, ends[2] - ends[1], ""))
    best = max(share_at_least(k, n, level=0.05) for k, n in zip(ends, (50, 120, 200), strict=True))
    assert proved_share(rounds, 0.95) == best


def test_documents_are_drawn_in_proportion_to_tokens_and_whatever_their_order() -> None:
    tokens, seed = np.array([0, 1, 3, 12], np.int64), seed_of(PRINTS)
    rows, times = audit_draw(tokens, PRINTS, seed, 0, 16_000)
    assert rows.tolist() == [1, 2, 3]
    np.testing.assert_allclose(times / 16_000, tokens[1:] / 16, atol=0.01)
    back, again = audit_draw(tokens[::-1], PRINTS[::-1], seed, 0, 16_000)
    assert (3 - back[::-1]).tolist() == rows.tolist()
    assert again[::-1].tolist() == times.tolist()


def test_a_round_goes_on_where_the_one_before_ended() -> None:
    tokens, seed = np.array([5, 1, 3, 12], np.int64), seed_of(PRINTS)

    def count(start: int, draws: int) -> np.ndarray:
        rows, times = audit_draw(tokens, PRINTS, seed, start, draws)
        return np.bincount(rows, times, 4)

    assert (count(0, 90) + count(90, 210)).tolist() == count(0, 300).tolist()
    assert (count(0, 90) <= count(0, 91)).all()


@pytest.mark.parametrize("before", [(0, 0), (15, 60)])
@pytest.mark.parametrize("ratio", [0.3, 0.7, 0.95])
def test_so_many_draws_prove_the_ratio_if_human_text_is_half_way_to_all(ratio: float, before: tuple[int, int]) -> None:
    draws = draws_for(ratio, confidence=0.95, before=before)
    human = int(draws * (1 + ratio) / 2)
    assert proves(ratio, before[0] + human, before[1] + draws, confidence=0.95)
    less = draws - 10
    assert not proves(ratio, before[0] + int(less * (1 + ratio) / 2), before[1] + less, confidence=0.95)
    most = machine_at_most(ratio, draws, confidence=0.95, before=before)
    assert proves(ratio, before[0] + draws - most, before[1] + draws, confidence=0.95)
    assert not proves(ratio, before[0] + draws - most - 1, before[1] + draws, confidence=0.95)


def test_floors_that_no_label_or_every_label_proves() -> None:
    assert draws_for(1.0, confidence=0.95) == MOST_DRAWS
    assert machine_at_most(1.0, 50, confidence=0.95) == -1
    assert draws_for(0.0, confidence=0.95) == 10
    assert machine_at_most(0.0, 50, confidence=0.95) == 50


def test_labels_outrank_declarations_where_they_keep_the_floor_and_are_told_of_where_not() -> None:
    good, bad = Audit(1, 100, 95, ""), Audit(1, 100, 50, "")
    found = guarantee(TOKENS, Fraction(1, 2), confidence=0.95, detected=None, audits=(good,))
    assert (found.evidence, found.guarantee, found.met) == ("audited", "unconditional", True)
    assert found.human_tokens == proved_tokens((good,), 1000, 0.95) == int(1000 * share_at_least(95, 100, level=0.05))
    kept = guarantee(TOKENS, Fraction(1, 2), confidence=0.95, detected=None, audits=(bad,))
    assert (kept.evidence, kept.human_tokens) == ("declared", 600)
    assert "50 human of 100 in round 1" in kept.basis[-1]
