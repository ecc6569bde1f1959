"""Bounds hold after every number of draws at once: by exact dynamic programming over all paths and by adversaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta, binom, binomtest

from curate.statistics.draws import drawn_places, seed_of
from curate.statistics.sequence import is_above, mean_at_least, mean_at_most, share_at_least, share_is_above

Proves = Callable[[int, float, float], NDArray[np.bool_]]  # draws, share, level
BERNOULLI = np.array([[0.0, 1.0]])


def at_all_times(draws: int, share: float, level: float) -> NDArray[np.bool_]:
    """Return whether 0, 1, ... ones among so many draws prove a greater share."""
    return np.array([share_is_above(ones, draws, share, level=level) for ones in range(draws + 1)])


def at_one_time(draws: int, share: float, level: float) -> NDArray[np.bool_]:
    """The same by Clopper and Pearson's bound, which holds for a number of draws that was fixed beforehand."""
    return np.asarray(binom.sf(np.arange(draws + 1) - 1, draws, share) < level)


def ever_proved(share: float, draws: int, proves: Proves, *, level: float) -> float:
    """How likely a greater share than the true one is proved after ANY of so many draws: exact, over all paths."""
    alive, crossed = np.array([1.0]), 0.0
    for n in range(1, draws + 1):
        after = np.zeros(n + 1)
        after[:-1] += alive * (1 - share)
        after[1:] += alive * share
        wrong = proves(n, share, level)
        crossed += float(after[wrong].sum())
        alive = np.where(wrong, 0.0, after)
    return crossed


@pytest.mark.parametrize("level", [0.05, 0.2])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.97])
def test_no_stopping_rule_proves_a_false_share_more_often_than_the_level(share: float, level: float) -> None:
    assert 0 < ever_proved(share, 200, at_all_times, level=level) <= level


def test_a_bound_for_a_fixed_number_of_draws_fails_that_test() -> None:
    assert ever_proved(0.9, 1000, at_one_time, level=0.025) > 5 * 0.025


def paths(chance: np.ndarray, draws: int) -> Iterator[tuple[np.ndarray, float]]:
    """Every sequence of cells, as counts after each draw, and how likely it is."""
    for cells in product(range(chance.size), repeat=draws):
        steps = np.eye(chance.size)[list(cells)].cumsum(axis=0)
        yield steps, float(np.prod(chance[list(cells)]))


@pytest.mark.parametrize("shares", [(0.0, 0.6), (0.5, 0.5), (0.9, 0.1)])
def test_weighed_draws_with_control_variates_hold_on_every_path(shares: tuple[float, float]) -> None:
    """Two strata, drawn from unevenly, of which the scores expect something else: all paths of six draws."""
    weight, chance, expected = np.array([0.3, 0.7]), np.array([0.45, 0.55]), np.array([0.2, 0.8])
    share = np.array(shares)
    by_draw = weight / chance
    plain = np.concatenate([0 * by_draw, by_draw])
    values = np.stack([plain, plain - np.tile(expected * by_draw, 2) + weight @ expected])
    cells = np.concatenate([chance * (1 - share), chance * share])
    truth = float(weight @ share)
    assert values @ cells == pytest.approx([truth, truth])
    level, false = 0.25, {"above": 0.0, "below": 0.0}
    for counts, likely in paths(cells, 6):
        if likely:
            false["above"] += likely * any(is_above(values, one, truth, level=level) for one in counts)
            false["below"] += likely * any(is_above(1 - values, one, 1 - truth, level=level) for one in counts)
    assert max(false.values()) <= level


@pytest.mark.parametrize("truth", [0.6, 0.9])
def test_who_picks_the_best_of_all_numbers_of_draws_gains_nothing(truth: float) -> None:
    """Draws from corpora by their texts; the best of 10 to 1,000, as for whoever deletes a round and draws anew."""
    generator, corpora, level = np.random.default_rng(5), 150, 0.05
    rounds = np.unique(np.geomspace(10, 1000, 60).astype(int))
    false = old = 0
    for _ in range(corpora):
        prints = generator.integers(0, 2**63, (100, 2)).astype(np.uint64)
        human = np.arange(100) < 100 * truth
        hits = np.cumsum(human[drawn_places(seed_of(prints), np.full(100, 7), 0, 1000)])
        false += any(share_is_above(hits[n - 1], n, truth, level=level) for n in rounds)
        old += bool((binom.sf(hits[rounds - 1] - 1, rounds, truth) < level / 2).any())
    assert binomtest(false, corpora, level, alternative="greater").pvalue > 0.01
    assert binomtest(old, corpora, level / 2, alternative="greater").pvalue < 0.01


@pytest.mark.parametrize(("ones", "draws"), [(0, 40), (1, 40), (30, 40), (40, 40), (950, 1000), (0, 0)])
def test_bounds_hold_what_was_seen_between_them_and_are_what_is_proved(ones: int, draws: int) -> None:
    counts = np.array([draws - ones, ones], float)
    low, high = mean_at_least(BERNOULLI, counts, level=0.05), mean_at_most(BERNOULLI, counts, level=0.05)
    assert 0 <= low <= (ones / draws if draws else 0)
    assert (ones / draws if draws else 1) <= high <= 1
    assert low == share_at_least(ones, draws, level=0.05)
    assert not is_above(BERNOULLI, counts, low + 2e-6, level=0.05)
    assert low == 0 or is_above(BERNOULLI, counts, low, level=0.05)


def test_all_numbers_at_once_cost_little_width() -> None:
    """Beside the bound for one number of draws that was fixed beforehand."""
    for share, draws, cost in ((1.0, 100, 0.02), (0.98, 200, 0.02), (0.9, 200, 0.035), (0.5, 1000, 0.03)):
        ones = round(share * draws)
        fixed = beta.ppf(0.05, ones, draws - ones + 1)
        assert fixed - cost < share_at_least(ones, draws, level=0.05) < fixed


def test_draws_hang_on_texts_alone_and_fewer_are_the_beginning_of_more() -> None:
    prints = np.random.default_rng(1).integers(0, 2**63, (50, 2)).astype(np.uint64)
    seed, mass = seed_of(prints), np.arange(50)
    assert seed == seed_of(prints[::-1])
    assert seed != seed_of(prints[:-1])
    many = drawn_places(seed, mass, 0, 300)
    assert many[:120].tolist() == drawn_places(seed, mass, 0, 120).tolist()
    assert many[120:].tolist() == drawn_places(seed, mass, 120, 180).tolist()
    assert not (many == 0).any()


def test_draws_are_the_same_on_every_machine() -> None:
    assert drawn_places(bytes(32), np.array([1, 2, 3, 4]), 0, 12).tolist() == EXPECTED


def test_places_are_drawn_in_proportion_to_their_mass() -> None:
    found = np.bincount(drawn_places(bytes(32), np.array([0, 1, 3, 12]), 0, 16_000), minlength=4)
    np.testing.assert_allclose(found / 16_000, [0, 1 / 16, 3 / 16, 12 / 16], atol=0.01)


EXPECTED = [1, 2, 3, 2, 2, 2, 3, 1, 0, 2, 2, 0]
