"""The stratified interval is Wilson's of one stratum, the score test of several, and covers what it says it covers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import binomtest

from curate.statistics.stratified import stratified_interval


@pytest.mark.parametrize(("ones", "draws"), [(0, 40), (1, 40), (13, 40), (39, 40), (40, 40)])
def test_one_stratum_is_wilsons(ones: int, draws: int) -> None:
    found = stratified_interval(np.ones(1), np.array([ones]) * 1.0, np.array([draws]) * 1.0, confidence=0.9)
    truth = binomtest(ones, draws).proportion_ci(0.9, method="wilson")
    assert found == pytest.approx((ones / draws, truth.low, truth.high), abs=1e-9)


@pytest.mark.filterwarnings("ignore:Values in x were outside bounds:RuntimeWarning")  # of the oracle, in early scipy
def test_the_ends_are_where_the_constrained_score_test_says() -> None:
    weight, ones, draws = np.array([0.5, 0.3, 0.2]), np.array([1.0, 6.0, 14.0]), np.array([30.0, 20.0, 15.0])
    found = stratified_interval(weight, ones, draws, confidence=0.95)

    def minus_likelihood(p: np.ndarray) -> float:
        return -float((ones * np.log(p) + (draws - ones) * np.log(1 - p)).sum())

    for end in (found.low, found.high):
        held = {"type": "eq", "fun": lambda p, end=end: float(weight @ p) - end}
        p = minimize(
            minus_likelihood, ones / draws, bounds=[(1e-6, 1 - 1e-6)] * 3, constraints=held, options={"ftol": 1e-14}
        ).x
        deviation = np.sqrt((weight**2 * p * (1 - p) / draws).sum())
        assert abs(found.estimate - end) / deviation == pytest.approx(1.959964, abs=2e-3)


def test_ones_alone_leave_as_much_open_as_none() -> None:
    """Where weight * draws / draws is not weight to the last digit, it had no width (33 of 1,000 such corpora)."""
    generator = np.random.default_rng(0)
    for _ in range(80):
        size = generator.integers(2, 17)
        weight, draws = generator.dirichlet(np.ones(size)), generator.integers(4, 20, size).astype(float)
        none, every = (stratified_interval(weight, ones, draws, confidence=0.95) for ones in (0 * draws, draws))
        assert none.low == 0
        assert none.high > 0.5 / draws.sum()
        assert (every.low, every.high) == pytest.approx((1 - none.high, 1), abs=1e-6)


def test_no_strata_are_narrower_than_one_where_no_draw_is_a_one() -> None:
    """A share that is the same everywhere gives n draws without a one as often however they are spread."""
    generator, n = np.random.default_rng(1), 60
    alone = stratified_interval(np.ones(1), np.zeros(1), np.array([n * 1.0]), confidence=0.95).high
    assert alone > 1 - 0.05 ** (1 / n)
    for _ in range(60):
        size = generator.integers(2, 12)
        draws = 1.0 + generator.multinomial(n - size, np.ones(size) / size)
        other = stratified_interval(generator.dirichlet(np.ones(size)), 0 * draws, draws, confidence=0.95).high
        assert stratified_interval(draws / n, 0 * draws, draws, confidence=0.95).high == pytest.approx(alone, abs=1e-9)
        assert other > alone - 1e-9


@pytest.mark.parametrize("shares", [(0.0, 0.0, 0.05), (0.01, 0.1, 0.8), (0.4, 0.5, 0.6), (0.2, 0.97, 1.0)])
def test_it_covers_as_often_as_it_says(shares: tuple[float, ...]) -> None:
    weight, draws = np.array([0.5, 0.3, 0.2]), np.array([30.0, 20.0, 14.0])
    truth, generator, repeats = float(weight @ np.array(shares)), np.random.default_rng(1), 150
    held = 0
    for _ in range(repeats):
        ones = generator.binomial(draws.astype(int), shares).astype(float)
        found = stratified_interval(weight, ones, draws, confidence=0.95)
        held += found.low <= truth <= found.high
    assert binomtest(held, repeats, 0.93, alternative="less").pvalue > 0.01
