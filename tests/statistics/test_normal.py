"""The normal distribution and Student's are SciPy's."""

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from curate.kernels.normal import normal_below
from curate.statistics.normal import heavy_quantiles, normal_quantiles


def test_parts_and_quantiles_are_those_of_scipy() -> None:
    values = np.linspace(-12, 12, 4001).reshape(-1, 1) * np.ones((1, 2))
    np.testing.assert_allclose(normal_below(values), norm.cdf(values), rtol=1e-12)
    below = np.concatenate([10.0 ** -np.arange(1, 15), np.linspace(0.001, 0.999, 999)]).reshape(-1, 1)
    np.testing.assert_allclose(normal_quantiles(below), norm.ppf(below), rtol=1e-12)
    np.testing.assert_allclose(heavy_quantiles(below), student.ppf(below, 4), rtol=1e-6, atol=1e-7)
