"""Labels of a draw tell the share of a part of the corpus, for whoever draws from all of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from curate.detect.label_estimate import read_draw
from curate.detect.label_parts import read_part, within
from curate.detect.labels import draw, score_strata

SIZE, DRAWS, REPEATS = 900, 150, 40


def corpus(seed: int = 0) -> tuple[np.ndarray, ...]:
    """score, tokens, key, machine (more of it in the first part), in_part."""
    draws = np.random.default_rng(seed)
    in_part = draws.random(SIZE) < 0.4
    machine = (draws.random(SIZE) < np.where(in_part, 0.6, 0.1)).astype(float)
    tokens = np.exp(draws.normal(5.0 + machine, 0.8, SIZE)).astype(np.int64) + 1
    score = draws.normal(np.where(machine == 1, 1.0, -1.0), 1.5)
    return score, tokens, draws.integers(0, 2**63, SIZE).astype(np.uint64), machine, in_part


def drawn_of(score: np.ndarray, tokens: np.ndarray, key: np.ndarray, seed: int, count: int = DRAWS):
    return draw(score_strata(score, tokens, key), key, seed.to_bytes(32, "little"), count)


@pytest.mark.parametrize("across", [0.0, 0.2])
def test_the_share_of_a_part_is_covered(across: float) -> None:
    """`across`: of the texts of the part half their tokens lie elsewhere."""
    score, tokens, key, machine, in_part = corpus()
    here = np.where(in_part, tokens, 0)
    shared = in_part & (np.random.default_rng(1).random(SIZE) < across)
    here[shared] = (tokens[shared] + 1) // 2
    truth, held = float((here * machine).sum() / here.sum()), 0
    for seed in range(REPEATS):
        found = drawn_of(score, tokens, key, seed)
        bounds = read_part(found, machine[found.rows], here, confidence=0.95)
        assert 0 <= bounds.low <= bounds.estimate <= bounds.high <= 1
        assert bounds.high - bounds.low < 0.6 + across
        held += bounds.low <= truth <= bounds.high
    assert binomtest(held, REPEATS, 0.95, alternative="less").pvalue > 0.01


def test_a_part_that_is_everything_is_read_as_the_draw() -> None:
    score, tokens, key, machine, _ = corpus()
    found = drawn_of(score, tokens, key, 3)
    labels = machine[found.rows]
    labels[::7] = np.nan
    whole, part = (
        read_draw(found, labels, confidence=0.95),
        read_part(found, labels, tokens, confidence=0.95),
    )
    assert part == pytest.approx(whole, abs=1e-9)


def test_a_draw_within_a_part_hits_its_texts_as_often_and_nothing_else() -> None:
    score, tokens, key, _, in_part = corpus()
    found = drawn_of(score, tokens, key, 4, 2000)
    part = within(found, in_part)
    assert part is not None
    np.testing.assert_array_equal(np.flatnonzero(in_part)[part.rows], found.rows[in_part[found.rows]])
    np.testing.assert_array_equal(part.times, found.times[in_part[found.rows]])
    assert part.strata.chance.sum() == pytest.approx(1)
    hits = np.bincount(part.strata.code[part.sequence], minlength=part.strata.chance.size) / part.sequence.size
    np.testing.assert_allclose(hits, part.strata.chance, atol=0.05)
    assert within(found, np.zeros(SIZE, bool)) is None


def test_of_a_text_with_copies_elsewhere_only_its_label_counts() -> None:
    score, tokens, key, machine, _ = corpus()
    found = drawn_of(score, tokens, key, 5)
    labelled, other = int(found.rows[0]), int(np.setdiff1d(np.arange(SIZE), found.rows)[0])
    here = np.zeros(SIZE, np.int64)
    here[labelled] = here[other] = 1
    tokens[[labelled, other]] = np.maximum(tokens[[labelled, other]], 2)
    labels = machine[found.rows]
    bounds = read_part(found, labels, here, confidence=0.95)
    assert (bounds.low, bounds.high) == ((0.5, 1.0) if labels[0] else (0.0, 0.5))
