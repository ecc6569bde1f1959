"""Cohen's kappa: by its definition, and an interval that holds the truth about as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from curate.statistics.agreement import cohens_kappa


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),  # the example of Wikipedia's article: observed .7, by chance .5
        ([[45, 15], [25, 15]], 0.13043478260869565),
        ([[10, 0], [0, 10]], 1.0),
        ([[0, 10], [10, 0]], -1.0),
        ([[25, 25], [25, 25]], 0.0),
    ],
)
def test_kappa_of_known_tables(table: list[list[int]], kappa: float) -> None:
    found = cohens_kappa(np.array(table), confidence=0.95)
    assert found is not None
    assert found.estimate == pytest.approx(kappa)
    assert found.low <= found.estimate <= found.high


def test_kappa_is_unknown_where_all_is_one_thing_and_wide_where_little_is_known() -> None:
    assert cohens_kappa(np.array([[30, 0], [0, 0]]), confidence=0.95) is None
    few, many = (cohens_kappa(np.array([[n, 0], [0, n]]), confidence=0.95) for n in (5, 200))
    assert few
    assert many
    assert few.low < 0.85 < many.low
    assert cohens_kappa(np.array([[20, 5], [10, 15]]), confidence=0.95) == cohens_kappa(
        np.array([[20, 5], [10, 15]]), confidence=0.95
    )


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    shares = np.array([[0.55, 0.08], [0.05, 0.32]])
    chance = shares.sum(axis=0) @ shares.sum(axis=1)
    truth = (np.trace(shares) - chance) / (1 - chance)
    generator, held = np.random.default_rng(3), 0
    for table in generator.multinomial(80, shares.ravel(), 100):
        found = cohens_kappa(table.reshape(2, 2), confidence=0.9)
        held += found is not None and found.low <= truth <= found.high
    assert held >= 80
