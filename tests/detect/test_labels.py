"""Labels tell the share of the tokens whatever the score is worth; a score that is worth something saves labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from curate.detect.label_estimate import labels_for, read_draw, read_sample, widest_of, width_of
from curate.detect.labels import draw, score_strata

COUNT = 120


def seed_number(number: int) -> bytes:
    """Of another corpus each."""
    return number.to_bytes(32, "little")


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
def test_the_truth_is_covered_after_every_number_of_labels_even_by_a_score_that_is_upside_down(
    separation: float, share: float
) -> None:
    """Whoever draws 20, 40, ... 160 and stops where it pleases finds no interval without the truth."""
    score, tokens, key, machine = corpus(separation, share)
    strata, held, repeats = score_strata(score, tokens, key), 0, 40
    truth = (tokens * machine).sum() / tokens.sum()
    for seed in range(repeats):
        draws = [draw(strata, key, seed_number(seed), count) for count in (20, 40, 80, 160)]
        bounds = [read_draw(one, machine[one.rows], confidence=0.95) for one in draws]
        held += all(one.low <= truth <= one.high for one in bounds)
    assert binomtest(held, repeats, 0.95, alternative="less").pvalue > 0.01


def test_a_good_score_saves_labels_and_the_width_is_said_beforehand() -> None:
    score, tokens, key, machine = corpus(3.0, 0.4)
    strata = score_strata(score, tokens, key)
    found = draw(strata, key, seed_number(1), COUNT)
    bounds = read_draw(found, machine[found.rows], confidence=0.95)
    alone = widest_of(COUNT, confidence=0.95)
    assert bounds.high - bounds.low < 0.75 * alone
    assert bounds.high - bounds.low <= 1.1 * width_of(strata, COUNT, confidence=0.95) < alone
    count = labels_for(strata, 0.1, confidence=0.95)
    assert width_of(strata, count, confidence=0.95) <= 0.1 < width_of(strata, count - 10, confidence=0.95)


def test_few_machine_documents_cost_less_than_a_sample_without_scores() -> None:
    """Of 3,000 documents 60 are a machine's."""
    generator = np.random.default_rng(0)
    machine = (np.arange(3000) < 60).astype(float)
    score = generator.normal(np.where(machine == 1, 3.0, -3.0), 1.5)
    tokens, key = np.full(3000, 100, np.int64), generator.integers(0, 2**63, 3000).astype(np.uint64)
    nothing = np.full(3000, np.nan)
    widths = []
    for strata in (score_strata(score, tokens, key), score_strata(nothing, tokens, key)):
        found = [draw(strata, key, seed_number(seed), 400) for seed in range(20)]
        bounds = [read_draw(one, machine[one.rows], confidence=0.95) for one in found]
        widths.append(np.mean([one.high - one.low for one in bounds]))
    assert widths[0] < 0.95 * widths[1]


def test_documents_are_drawn_in_proportion_to_their_tokens() -> None:
    tokens = np.array([1, 1, 2, 4, 8, 16], np.int64)
    key = np.arange(6, dtype=np.uint64)
    strata = score_strata(np.full(6, np.nan), tokens, key)
    found = draw(strata, key, seed_number(3), 32_000)
    np.testing.assert_allclose(found.times / 32_000, tokens / 32, atol=0.01)


def test_the_draw_does_not_depend_on_the_order_of_the_documents() -> None:
    score, tokens, key, _ = corpus(1.0, 0.3)
    other = np.random.default_rng(2).permutation(score.size)
    first = draw(score_strata(score, tokens, key), key, seed_number(42), COUNT)
    again = draw(score_strata(score[other], tokens[other], key[other]), key[other], seed_number(42), COUNT)
    assert sorted(key[first.rows]) == sorted(key[other][again.rows])


def test_a_missing_label_may_be_either() -> None:
    score, tokens, key, machine = corpus(2.0, 0.3)
    found = draw(score_strata(score, tokens, key), key, seed_number(5), COUNT)
    labels = machine[found.rows]
    full = read_draw(found, labels, confidence=0.95)
    holes = labels.copy()
    holes[::7] = np.nan
    wide = read_draw(found, holes, confidence=0.95)
    assert wide.low < full.low
    assert wide.high > full.high


def test_labels_of_the_first_documents_of_a_draw_are_labels_of_a_smaller_draw() -> None:
    score, tokens, key, machine = corpus(2.0, 0.3)
    strata = score_strata(score, tokens, key)
    whole = draw(strata, key, seed_number(6), COUNT)
    for done in (1, 7, 40):
        labelled = set(whole.in_order[:done].tolist())
        head, known = whole.labelled({row: float(machine[row]) for row in labelled})
        smaller = draw(strata, key, seed_number(6), head.sequence.size)
        for name in ("rows", "times", "first", "sequence"):
            assert getattr(head, name).tolist() == getattr(smaller, name).tolist()
        assert set(head.rows.tolist()) == labelled
        assert known.tolist() == machine[head.rows].tolist()
        assert draw(strata, key, seed_number(6), head.sequence.size + 1).rows.size == done + 1
    assert whole.labelled({})[0].sequence.size == COUNT
    assert whole.labelled({int(whole.in_order[-1]): 1.0})[0].sequence.size == COUNT


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_documents_picked_at_random_tell_the_tokens_too(share: float) -> None:
    score, tokens, _, machine = corpus(2.0, share)
    truth, held, repeats = (tokens * machine).sum() / tokens.sum(), 0, 50
    for seed in range(repeats):
        rows = np.random.default_rng(seed).choice(score.size, COUNT, replace=False)
        found = read_sample(score, tokens, rows, machine[rows], confidence=0.95)
        held += found.low <= truth <= found.high
    assert binomtest(held, repeats, 0.9, alternative="less").pvalue > 0.01


def test_who_labels_every_document_knows_the_share() -> None:
    score, tokens, key, machine = corpus(1.0, 0.3, size=40)
    found = draw(score_strata(score, tokens, key), key, seed_number(1), 20_000)
    assert found.rows.size == 40
    truth = float((tokens * machine).sum() / tokens.sum())
    bounds = read_draw(found, machine, confidence=0.95)
    assert bounds == pytest.approx((truth, truth, truth))
    size = found.strata.weight.size
    inside = found.strata.code < 2
    assert found.machine_at_most(machine, size, level=0.01) == pytest.approx(truth)
    below = float((tokens * machine)[inside].sum() / tokens.sum())
    assert found.machine_at_most(machine, 2, level=0.01) == pytest.approx(below)
