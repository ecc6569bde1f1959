"""The least part that is of another kind: exact at its edges, and true of every other kind, whatever it is like."""

import numpy as np
import pytest
from scipy.stats import binom

from curate.statistics.least import binomial_high, binomial_low, least_other

KNOWN = np.array([0.4, 0.3, 0.2, 0.1])
OTHERS = ([0.0, 0.0, 0.0, 1.0], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [1.0, 0.0, 0.0, 0.0])
EDGES = np.array([1, 2, 3])


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (40, 2000)])
def test_the_bounds_are_where_the_binomial_tail_has_its_level(successes: int, trials: int) -> None:
    low = float(binomial_low(np.array([successes], float), trials, 0.01)[0])
    high = float(binomial_high(np.array([successes], float), trials, 0.01)[0])
    if successes:
        assert binom.sf(successes - 1, trials, low) == pytest.approx(0.01)
    else:
        assert low == 0
    if successes < trials:
        assert binom.cdf(successes, trials, high) == pytest.approx(0.01)
    else:
        assert high == 1


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("share", [0.0, 0.05, 0.4])
def test_no_other_kind_makes_it_claim_more_than_there_is(share: float, other: list[float]) -> None:
    draws, wrong = np.random.default_rng(1), 0
    for _ in range(200):
        sample = draws.multinomial(1000, (1 - share) * KNOWN + share * np.array(other)).astype(float)
        known = draws.multinomial(300, KNOWN).astype(float)
        wrong += least_other(sample, 1000, known, 300, EDGES, confidence=0.9) > share
    assert wrong <= 20


def test_it_finds_most_of_what_never_looks_like_the_known_kind() -> None:
    sample = 0.7 * KNOWN + 0.3 * np.array([0, 0, 0, 1.0])
    assert 0.25 < least_other(sample, 20_000, KNOWN, 20_000, EDGES, confidence=0.95) < 0.3


def test_machine_text_in_the_known_kind_only_weakens_the_claim() -> None:
    other = np.array([0.0, 0.1, 0.2, 0.7])
    sample = 0.6 * KNOWN + 0.4 * other
    found = [
        least_other(sample, 1e5, (1 - part) * KNOWN + part * other, 1e5, EDGES, confidence=0.95)
        for part in (0.0, 0.1, 0.3, 0.5)
    ]
    assert found == sorted(found, reverse=True)
    assert 0 < found[0] < 0.4
    assert found[-1] == 0
