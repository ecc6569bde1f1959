"""Programmes give what SciPy's solver gives, whatever was asked before, and say when nothing is allowed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from curate.statistics.programme import Programme

GROUPS = [3, 2, 4]


def scipy_least(matrix: np.ndarray, limit: np.ndarray, value: np.ndarray) -> float:
    sums = np.repeat(np.eye(len(GROUPS)), GROUPS, axis=1)
    return float(linprog(value, matrix, limit, sums, np.ones(len(GROUPS))).fun)


@given(st.integers(0, 2**32 - 1))
def test_one_objective_after_the_other_is_as_each_alone(seed: int) -> None:
    draws = np.random.default_rng(seed)
    matrix, limit = draws.normal(size=(12, sum(GROUPS))), draws.normal(size=12)
    programme = Programme(matrix, limit, GROUPS)
    wide = np.hstack([matrix, -np.ones((12, 1))])
    sums = np.hstack([np.repeat(np.eye(len(GROUPS)), GROUPS, axis=1), np.zeros((len(GROUPS), 1))])
    least = linprog(np.eye(sum(GROUPS) + 1)[-1], wide, limit, sums, np.ones(len(GROUPS))).fun
    assert programme.least_excess() == pytest.approx(least, abs=1e-9)
    programme.hold(least + 0.1)
    for _ in range(4):
        value = draws.normal(size=sum(GROUPS))
        assert programme.least(value) == pytest.approx(scipy_least(matrix, limit + least + 0.1, value), abs=1e-8)


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert Programme(np.ones((1, 2)), np.ones(1), [2]).least(np.ones(2)) == 1
    assert capfd.readouterr() == ("", "")


def test_nothing_allowed_is_said() -> None:
    programme = Programme(np.ones((1, 2)), np.zeros(1), [2])
    programme.hold(0.5)
    with pytest.raises(ArithmeticError, match="nfeasible"):
        programme.least(np.ones(2))
