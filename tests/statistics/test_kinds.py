"""Parameters of collections are recovered from their histograms, also with few collections or missing lengths."""

import numpy as np
import pytest
from scipy.stats import norm

from curate.statistics.kinds import STRAY, learn_kinds, nearest_normal, normal_bins

EDGES = np.linspace(-6, 6, 31)


def histogram(mean: float, deviation: float, texts: float = 5000) -> np.ndarray:
    return texts * np.diff(norm.cdf(np.concatenate([[-np.inf], EDGES, [np.inf]]), mean, deviation))


def test_level_stride_and_spread_are_learned_back() -> None:
    level, stride, places = np.array([-1.0, -2.0]), np.array([0.5, 1.0]), np.array([-1.5, -0.5, 0.5, 1.5])
    spread = [1.2, 1.5, 1.8, 1.5]
    counts = np.array(
        [
            [histogram(level[i] + place * stride[i], wide) for i in range(2)]
            for place, wide in zip(places, spread, strict=True)
        ]
    )
    found = learn_kinds(counts, EDGES, np.ones(4))
    np.testing.assert_allclose(found.level, level, atol=0.02)
    np.testing.assert_allclose(found.stride, stride * places.std(), rtol=0.05)
    np.testing.assert_allclose(np.exp(found.spread), np.exp(np.log(spread).mean()), rtol=0.02)
    assert found.spread_between == pytest.approx(np.log(spread).std(), abs=0.01)
    assert found.spread_own == pytest.approx(0, abs=0.01)
    np.testing.assert_allclose(found.own, 0, atol=0.05)


def test_rows_of_one_collection_together_weigh_as_one() -> None:
    """Ten generators of one collection, alike, count as one of them would."""
    places = [-1.5, -0.5, 0.5, 1.5]
    counts = np.array([[histogram(-1 + place, 1.2 + 0.1 * place), histogram(-2 + 2 * place, 1.4)] for place in places])
    many = np.concatenate([counts, np.repeat(counts[3:], 9, axis=0)])
    weight = np.array([1, 1, 1, 0.1] + [0.1] * 9)
    once, often = learn_kinds(counts, EDGES, np.ones(4)), learn_kinds(many, EDGES, weight)
    for name in ("level", "stride", "spread", "spread_between"):
        np.testing.assert_allclose(getattr(often, name), getattr(once, name), atol=0.02)
    assert learn_kinds(many, EDGES, np.ones(13)).level[0] > once.level[0] + 0.5


def test_a_length_that_few_collections_have_is_not_taken_for_another_kind() -> None:
    places = np.linspace(-2, 2, 9)
    counts = np.array([[histogram(-1 + place, 1.3), histogram(-2 + 1.5 * place, 1.3)] for place in places])
    counts[:6, 1] = 0
    found = learn_kinds(counts, EDGES, np.ones(9))
    assert found.level[1] == pytest.approx(-2, abs=0.5)  # the mean of the three that are seen is .25
    assert np.isfinite(learn_kinds(counts[:1], EDGES, np.ones(1)).stride).all()
    gone = learn_kinds(counts[:3], EDGES, np.ones(3))
    assert np.isfinite(gone.level).all()
    assert np.isfinite(gone.densities(EDGES, np.zeros(1), np.zeros(1), np.zeros((1, 4)))).all()


def test_texts_that_all_score_alike_make_no_kind_without_width() -> None:
    counts = np.zeros((2, 1, EDGES.size + 1))
    counts[0, 0, -1] = counts[1, 0, 3] = 800
    found = learn_kinds(counts, EDGES, np.ones(2))
    assert np.isfinite(found.level).all()
    assert (np.exp(found.spread) >= 0.2).all()


def test_densities_sum_to_one_and_rule_nothing_out() -> None:
    density = normal_bins(EDGES, np.array([[-30.0, 0.0]]), np.array([[1.0, 2.0]]))
    np.testing.assert_allclose(density.sum(axis=-1), 1)
    assert density.min() >= STRAY / density.shape[-1] * 0.999
    kinds = learn_kinds(np.array([[histogram(m, 1.5)] for m in (-2.0, -1.0, 0.0)]), EDGES, np.ones(3))
    drawn = kinds.densities(EDGES, np.array([-1.75, 1.75]), np.zeros(2), np.zeros((2, 2)))
    middles = np.concatenate([[-6.2], (EDGES[1:] + EDGES[:-1]) / 2, [6.2]])
    low, high = (drawn[:, 0] @ middles).tolist()
    assert low == pytest.approx(-1 - 1.75 * np.sqrt(2 / 3), abs=0.15)
    assert high == pytest.approx(-1 + 1.75 * np.sqrt(2 / 3), abs=0.15)


@pytest.mark.parametrize("texts", [40, 400])
def test_the_nearest_normal_of_few_texts_is_nearer_to_what_they_are_drawn_from_than_they_are(texts: int) -> None:
    truth, errors = histogram(-1.5, 1.4, 1), np.zeros(2)
    for seed in range(20):
        drawn = np.random.default_rng(seed).multinomial(texts, truth / truth.sum()).astype(float)
        found = nearest_normal(drawn, EDGES)
        assert found.min() > 0
        errors += [np.abs(found - truth).sum(), np.abs(drawn / texts - truth).sum()]
    assert errors[0] < 0.7 * errors[1]
