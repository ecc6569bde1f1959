"""The standard normal distribution function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel

_ROOT_HALF = math.sqrt(0.5)


def normal_below(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which part of it lies below each, of any shape."""
    below = np.empty(values.shape)
    _below(values.ravel(), below.ravel())
    return below


@kernel
def _below(values: Any, below: Any) -> None:
    """below[i] for values[i], float64[n] both."""
    for i in range(values.size):
        below[i] = 0.5 * math.erfc(-values[i] * _ROOT_HALF)
