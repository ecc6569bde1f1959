"""The standard normal distribution, by the standard library: loading SciPy for it would keep every scan waiting."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()


def normal_quantiles(below: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values under which these parts of it lie, each strictly between 0 and 1."""
    found = np.fromiter(map(_NORMAL.inv_cdf, below.ravel().tolist()), np.float64, below.size)
    return found.reshape(below.shape)
