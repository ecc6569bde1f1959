"""Linear programmes over mixture weights, solved by HiGHS: one set of constraints, one objective after the other."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Programme:
    """Weights w >= 0 with matrix @ w <= limit + excess, each group's weights summing to 1, excess >= 0 until `hold`.

    matrix float64[rows, weights], limit float64[rows]; groups: how many neighbouring weights each of them has. Not to
    be shared by threads. Every solution starts where the one before ended, so that its last digits depend on what was
    asked before. Raises
    ArithmeticError where no weights are allowed.
    """

    def __init__(self, matrix: Floats, limit: Floats, groups: list[int]) -> None:
        weights, rows = sum(groups), len(limit)
        sums = np.repeat(np.eye(len(groups)), groups, axis=1)
        whole = np.block([[matrix, -np.ones((rows, 1))], [sums, np.zeros((len(groups), 1))]])
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = weights + 1, len(whole)
        model.col_cost_ = np.zeros(weights + 1)
        model.col_lower_, model.col_upper_ = np.zeros(weights + 1), np.full(weights + 1, np.inf)
        model.row_lower_ = np.concatenate([np.full(rows, -np.inf), np.ones(len(groups))])
        model.row_upper_ = np.concatenate([limit, np.ones(len(groups))])
        _set_matrix(model, whole)
        self._excess = weights
        self._highs = _SilentHighs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model)

    def least_excess(self) -> float:
        """The least that leaves any weights."""
        return self._minimum(np.append(np.zeros(self._excess), 1.0))

    def hold(self, excess: float) -> None:
        """From now on it is this."""
        self._highs.changeColBounds(self._excess, excess, excess)

    def least(self, value: Floats) -> float:
        """Least `value @ w`."""
        return self._minimum(np.append(value, 0.0))

    def _minimum(self, cost: Floats) -> float:
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"linear programme: {self._highs.modelStatusToString(status)}")
        return float(self._highs.getInfo().objective_function_value)


class _SilentHighs(highspy.Highs):
    """HiGHS 1.16 prints a banner with its first callback, so output is turned off before that."""

    def enableCallbacks(self) -> None:
        """As in HiGHS."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _set_matrix(model: Any, matrix: Floats) -> None:
    """By rows, without the zeros."""
    row, column = np.nonzero(matrix)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(row, np.arange(len(matrix) + 1)).astype(np.int32)
    model.a_matrix_.index_ = column.astype(np.int32)
    model.a_matrix_.value_ = matrix[row, column]
