"""The normal distribution is SciPy's."""

import numpy as np
from scipy.stats import norm

from curate.kernels.normal import normal_below
from curate.statistics.normal import normal_quantiles


def test_parts_and_quantiles_are_those_of_scipy() -> None:
    values = np.linspace(-12, 12, 4001).reshape(-1, 1) * np.ones((1, 2))
    np.testing.assert_allclose(normal_below(values), norm.cdf(values), rtol=1e-12)
    below = np.concatenate([10.0 ** -np.arange(1, 15), np.linspace(0.001, 0.999, 999)]).reshape(-1, 1)
    np.testing.assert_allclose(normal_quantiles(below), norm.ppf(below), rtol=1e-12)
