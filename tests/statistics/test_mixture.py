"""The likeliest share is that of a plain EM, near the truth, and as uncertain as draws of the sample show."""

import numpy as np
import pytest

from curate.statistics.hull import Stratum
from curate.statistics.mixture import EM_STEPS, SMOOTHING, likeliest_share, normal_quantile

HUMAN = np.array([[500.0, 300, 150, 50], [400, 400, 100, 100]])
MACHINE = np.array([[50.0, 100, 350, 500]])


def mixed(share: float) -> np.ndarray:
    return (1 - share) * HUMAN.mean(axis=0) / 1000 + share * MACHINE[0] / 1000


def plain_em(target: np.ndarray) -> float:
    components = [(row + SMOOTHING) / (row + SMOOTHING).sum() for row in (*HUMAN, *MACHINE)]
    weights = [0.25, 0.25, 0.5]
    for _ in range(EM_STEPS):
        fit = [sum(w * c[b] for w, c in zip(weights, components, strict=True)) for b in range(4)]
        weights = [
            w * sum(target[b] * c[b] / fit[b] for b in range(4)) for w, c in zip(weights, components, strict=True)
        ]
    return weights[2]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.7, 1.0])
def test_the_likeliest_share_is_that_of_plain_em_and_near_the_truth(share: float) -> None:
    found = likeliest_share((Stratum(mixed(share), 1000, 1.0, HUMAN, MACHINE),))
    assert found.share == pytest.approx(plain_em(mixed(share)), abs=1e-9)
    assert found.share == pytest.approx(share, abs=0.06)


def test_strata_are_weighed_and_the_figure_is_the_same_every_time() -> None:
    strata = tuple(Stratum(mixed(s), 800, w, HUMAN, MACHINE) for s, w in ((0.2, 0.25), (0.8, 0.75)))
    apart = [likeliest_share((Stratum(s.target, 800, 1.0, HUMAN, MACHINE),)).share for s in strata]
    assert likeliest_share(strata).share == pytest.approx(0.25 * apart[0] + 0.75 * apart[1])
    assert likeliest_share(strata) == likeliest_share(strata)


def test_the_deviation_is_that_of_samples_and_shrinks_with_the_root_of_their_number() -> None:
    draws = np.random.default_rng(5)
    seen = [
        likeliest_share((Stratum(draws.multinomial(500, mixed(0.5)) / 500, 500, 1.0, HUMAN, MACHINE),)).share
        for _ in range(150)
    ]
    few, many = (likeliest_share((Stratum(mixed(0.5), n, 1.0, HUMAN, MACHINE),)).deviation for n in (500, 50_000))
    assert few == pytest.approx(np.std(seen), rel=0.4)
    assert many == pytest.approx(few / 10, rel=0.5)


def test_the_normal_quantile_is_the_well_known_one() -> None:
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=1e-6)
