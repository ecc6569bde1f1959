"""Labels tell the share of the tokens whatever the score is worth; a score that is worth something saves labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from curate.detect.labels import draw, labels_for, read_draw, read_sample, score_strata, width_of
from curate.statistics.stratified import stratified_interval

COUNT = 120


def corpus(separation: float, share: float, seed: int = 0, size: int = 3000) -> tuple[np.ndarray, ...]:
    """score, tokens, key, machine; machine documents are the longer ones."""
    draws = np.random.default_rng(seed)
    machine = draws.random(size) < share
    tokens = np.exp(draws.normal(np.where(machine, 5.5, 5.0), 1.0)).astype(np.int64) + 1
    score = draws.normal(np.where(machine, 1, -1) * separation, 1.5)
    score[draws.random(size) < 0.1] = np.nan
    return score, tokens, draws.integers(0, 2**63, size).astype(np.uint64), machine.astype(float)


@pytest.mark.parametrize("separation", [-2.0, 0.0, 2.5])
@pytest.mark.parametrize("share", [0.02, 0.4])
def test_the_truth_of_the_tokens_is_covered_even_by_a_score_that_is_upside_down(
    separation: float, share: float
) -> None:
    score, tokens, key, machine = corpus(separation, share)
    strata, held, repeats = score_strata(score, tokens, key, COUNT), 0, 50
    truth = (tokens * machine).sum() / tokens.sum()
    for seed in range(repeats):
        found = draw(strata, tokens, key, COUNT, seed)
        bounds = read_draw(found, machine[found.rows], confidence=0.95)
        held += bounds.low <= truth <= bounds.high
    assert binomtest(held, repeats, 0.93, alternative="less").pvalue > 0.01


def test_a_good_score_saves_labels_and_the_width_is_said_beforehand() -> None:
    score, tokens, key, machine = corpus(3.0, 0.4)
    strata = score_strata(score, tokens, key, COUNT)
    found = draw(strata, tokens, key, COUNT, 1)
    bounds = read_draw(found, machine[found.rows], confidence=0.95)
    alone = width_of(score_strata(np.full(score.size, np.nan), tokens, key, COUNT), COUNT, confidence=0.95)
    assert bounds.high - bounds.low < 0.75 * alone
    assert bounds.high - bounds.low <= width_of(strata, COUNT, confidence=0.95) < alone
    count = labels_for(strata, 0.1, confidence=0.95)
    assert width_of(score_strata(score, tokens, key, count), count, confidence=0.95) == pytest.approx(0.1, abs=0.015)


def test_few_machine_documents_cost_no_more_than_the_score_leaves_open() -> None:
    """Of 3,000 documents 60 are a machine's: 200 labels tell a third nearer than labels drawn without a look at scores.

    Strata of equal tokens hid them among human ones: a quarter.
    """
    generator = np.random.default_rng(0)
    machine = (np.arange(3000) < 60).astype(float)
    score = generator.normal(np.where(machine == 1, 3.0, -3.0), 1.5)
    tokens, key = np.full(3000, 100, np.int64), generator.integers(0, 2**63, 3000).astype(np.uint64)
    strata, widths = score_strata(score, tokens, key, 200), []
    for seed in range(40):
        found = draw(strata, tokens, key, 200, seed)
        bounds = read_draw(found, machine[found.rows], confidence=0.95)
        widths.append(bounds.high - bounds.low)
    draws, chance = np.array([200.0]), binom.pmf(np.arange(201), 200, 0.02)
    alone = [stratified_interval(np.ones(1), np.array([k * 1.0]), draws, confidence=0.95) for k in range(20)]
    assert np.mean(widths) < 0.67 * sum(p * (one.high - one.low) for p, one in zip(chance[:20], alone, strict=True))


def test_documents_are_drawn_in_proportion_to_their_tokens() -> None:
    tokens = np.array([1, 1, 2, 4, 8, 16], np.int64)
    key = np.arange(6, dtype=np.uint64)
    strata = score_strata(np.zeros(6), tokens, key, 1)
    found = draw(strata, tokens, key, 32_000, 3)
    np.testing.assert_allclose(found.times / 32_000, tokens / 32, atol=0.01)


def test_the_draw_does_not_depend_on_the_order_of_the_documents() -> None:
    score, tokens, key, _ = corpus(1.0, 0.3)
    other = np.random.default_rng(2).permutation(score.size)
    first = draw(score_strata(score, tokens, key, COUNT), tokens, key, COUNT, 42)
    again = draw(score_strata(score[other], tokens[other], key[other], COUNT), tokens[other], key[other], COUNT, 42)
    assert sorted(key[first.rows]) == sorted(key[other][again.rows])


def test_a_missing_label_may_be_either() -> None:
    score, tokens, key, machine = corpus(2.0, 0.3)
    found = draw(score_strata(score, tokens, key, COUNT), tokens, key, COUNT, 5)
    labels = machine[found.rows]
    full = read_draw(found, labels, confidence=0.95)
    holes = labels.copy()
    holes[::7] = np.nan
    wide = read_draw(found, holes, confidence=0.95)
    assert wide.low < full.low
    assert wide.high > full.high


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_documents_picked_at_random_tell_the_tokens_too(share: float) -> None:
    score, tokens, _, machine = corpus(2.0, share)
    truth, held, repeats = (tokens * machine).sum() / tokens.sum(), 0, 50
    for seed in range(repeats):
        rows = np.random.default_rng(seed).choice(score.size, COUNT, replace=False)
        found = read_sample(score, tokens, rows, machine[rows], confidence=0.95)
        held += found.low <= truth <= found.high
    assert binomtest(held, repeats, 0.9, alternative="less").pvalue > 0.01
