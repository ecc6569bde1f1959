"""The logistic function, and regression in one variable by it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FARTHEST = 700.0  # exp of more is no number; the probability is 0 or 1 to the last bit long before
ROUNDS = 50
RIDGE = 1e-9


def logistic(score: Floats) -> Floats:
    """Return the probability of each log-odds; finite for log-odds of any size."""
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -FARTHEST, FARTHEST))))


def logistic_regression(score: Floats, label: Floats, weight: Floats) -> tuple[float, float]:
    """Slope and intercept by Newton's method; label 0 or 1, weight above 0.

    A step that would make the fit worse is halved until it does not: where scores tell the classes apart altogether, a
    whole step leads beyond all numbers.
    """
    design = np.stack([score, np.ones_like(score)])
    beta = np.zeros(2)
    loss = _loss(beta @ design, label, weight)
    for _ in range(ROUNDS):
        p = logistic(beta @ design)
        gradient = design @ (weight * (label - p))
        hessian = (design * (weight * p * (1 - p))) @ design.T + RIDGE * np.eye(2)
        move = np.linalg.solve(hessian, gradient)
        after = _loss((beta + move) @ design, label, weight)
        while after > loss + 1e-9 * abs(loss) and np.abs(move).max() >= 1e-10:
            move /= 2
            after = _loss((beta + move) @ design, label, weight)
        beta, loss = beta + move, after
        if np.abs(move).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


def _loss(score: Floats, label: Floats, weight: Floats) -> float:
    """Minus the log-likelihood."""
    return float(weight @ (np.logaddexp(0.0, score) - label * score))
