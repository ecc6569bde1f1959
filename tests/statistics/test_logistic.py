"""Logistic regression, also of classes that scores tell apart altogether, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from curate.statistics.logistic import logistic, logistic_regression


def test_log_odds_of_any_size() -> None:
    score = np.array([-1e308, -800.0, -700.0, -3.0, 0.0, 3.0, 800.0, 1e308])
    np.testing.assert_allclose(logistic(score), expit(score), atol=1e-300)


@pytest.mark.parametrize("seed", range(5))
def test_as_a_general_optimiser_finds_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    label = (draw.random(400) < 0.4).astype(float)
    score, weight = draw.normal(2 * label - 1, 1.5), draw.random(400) + 0.1

    def loss(beta: np.ndarray) -> float:
        odds = beta[0] * score + beta[1]
        return float(weight @ (np.logaddexp(0, odds) - label * odds))

    best = minimize(loss, np.zeros(2), method="BFGS").x
    np.testing.assert_allclose(logistic_regression(score, label, weight), best, atol=1e-4)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("gap", [0.01, 1.0, 50.0])
def test_classes_that_do_not_overlap_give_a_steep_finite_line(scale: float, gap: float) -> None:
    draw = np.random.default_rng(1)
    label = np.repeat([0.0, 1.0], 300)
    score = scale * (np.where(label, 1, -1) * (gap + draw.random(600)))
    with np.errstate(all="raise", under="ignore"):
        slope, intercept = logistic_regression(score, label, np.ones(600))
    assert np.isfinite([slope, intercept]).all()
    assert slope > 0
    assert ((logistic(slope * score + intercept) > 0.5) == (label > 0)).all()
