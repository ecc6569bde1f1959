"""The identification set holds the truth as often as it promises, and its bounds are those of a brute-force search."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.statistics.hull import COMPONENT_SLACK, Stratum, dkw_band, identification_set

BINS = 12
DRAWS = np.random.default_rng(7)


def distribution(centre: float, width: float = 2.0) -> np.ndarray:
    density = np.exp(-((np.arange(BINS) - centre) ** 2) / (2 * width**2))
    return density / density.sum()


HUMAN = np.stack([distribution(2), distribution(3), distribution(4)])
MACHINE = np.stack([distribution(8), distribution(9), distribution(7)])


def stratum(target: np.ndarray, effective: float, weight: float = 1.0, known: float = 1e9) -> Stratum:
    return Stratum(target, effective, weight, HUMAN * known, MACHINE * known)


def brute_force(target: np.ndarray, band: float) -> tuple[float, float]:
    """One human and one machine component: every share on a fine grid that stays inside the band."""
    edges = np.cumsum(target)[:-1]
    human, machine = np.cumsum(HUMAN[0])[:-1], np.cumsum(MACHINE[0])[:-1]
    inside = [a for a in np.linspace(0, 1, 20001) if np.abs(edges - (1 - a) * human - a * machine).max() <= band]
    return inside[0], inside[-1]


@given(st.floats(0, 1), st.floats(20, 1e5))
def test_bounds_of_two_components_are_those_of_a_search(share: float, effective: float) -> None:
    target = (1 - share) * HUMAN[0] + share * MACHINE[0]
    known = 4000.0
    one = Stratum(target, effective, 1.0, HUMAN[:1] * known, MACHINE[:1] * known)
    found = identification_set((one,), confidence=0.95).share()
    band = dkw_band(effective, 0.05 / 2) + COMPONENT_SLACK / np.sqrt(known)
    np.testing.assert_allclose(found, brute_force(target, band), atol=1e-4)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_the_truth_is_inside_when_it_is_a_mixture_of_the_components(share: float) -> None:
    covered = 0
    for _ in range(60):
        mix = (1 - share) * DRAWS.dirichlet(np.ones(3)) @ HUMAN + share * DRAWS.dirichlet(np.ones(3)) @ MACHINE
        strata = []
        for weight in (0.3, 0.7):
            known = [np.stack([DRAWS.multinomial(300, row) for row in side]).astype(float) for side in (HUMAN, MACHINE)]
            strata.append(Stratum(DRAWS.multinomial(400, mix) / 400, 400, weight, *known))
        low, high = identification_set(tuple(strata), confidence=0.95).share()
        covered += low - 1e-6 <= share <= high + 1e-6
    assert covered >= 56


def test_more_documents_narrow_the_bounds() -> None:
    target = 0.6 * HUMAN[1] + 0.4 * MACHINE[0]
    widths = []
    for effective in (50, 500, 5000, 5e6):
        low, high = identification_set((stratum(target, effective),), confidence=0.95).share()
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[-1] + 0.1


def test_a_corpus_unlike_every_mixture_has_a_misfit() -> None:
    strange = np.zeros(BINS)
    strange[[0, BINS - 1]] = 0.5
    found = identification_set((stratum(strange, 1e6),), confidence=0.95)
    assert found.misfit > 0.05
    usual = identification_set((stratum(0.5 * HUMAN[0] + 0.5 * MACHINE[1], 1e6),), confidence=0.95)
    assert usual.misfit == pytest.approx(0, abs=1e-9)


def test_machine_mass_below_a_bin_grows_with_the_bin_and_never_falls_short_of_the_truth() -> None:
    target = 0.6 * HUMAN[1] + 0.4 * MACHINE[0]
    found = identification_set((stratum(target, 2000),), confidence=0.95)
    below = [found.extremes(found.machine_values(bin_))[1] for bin_ in range(1, BINS + 1)]
    assert all(a <= b + 1e-9 for a, b in itertools.pairwise(below))
    assert all(b >= 0.4 * MACHINE[0][:i].sum() for i, b in enumerate(below, 1))
    assert below[-1] == pytest.approx(found.share()[1], abs=1e-6)
