"""The share is that of a slow sum over the drawn pairs, holds for kinds never seen, and knows what nobody told it."""

import numpy as np
import pytest
from scipy.stats import norm

from curate.statistics.kinds import learn_kinds, normal_bins
from curate.statistics.mixture import (
    CELLS,
    FAR,
    KNOWN,
    LEAST,
    SAME,
    SHARES,
    Pairs,
    believed_share,
    draw_pairs,
    even_points,
)

EDGES = np.linspace(-6, 6, 25)
LENGTHS = 3
FALL = np.array([0.6, 1.0, 1.5])  # what is a little at a short length is more at a long one


def counts(places: list[float], level: np.ndarray, spread: float = 1.3, texts: int = 4000) -> np.ndarray:
    means = np.array([level + place * FALL for place in places])
    return np.array([[texts * bins(mean, spread) for mean in row] for row in means])


def bins(mean: float, spread: float) -> np.ndarray:
    return np.diff(norm.cdf(np.concatenate([[-np.inf], EDGES, [np.inf]]), mean, spread))


HUMAN = counts([-1.2, -0.6, 0.0, 0.5, 1.2], np.array([-1.0, -1.7, -2.5]))
MACHINE = counts([-1.0, -0.4, 0.1, 0.6, 1.0], np.array([1.5, 2.5, 4.0]), 1.8)
ALIKE = np.ones(5)
KINDS = [learn_kinds(one, EDGES, ALIKE) for one in (HUMAN, MACHINE)]
PAIRS = draw_pairs(*KINDS, EDGES)


def sample(share: float, human: float = 0.3, machine: float = 0.2) -> np.ndarray:
    kinds = [
        counts([place], level, spread)[0] / 4000
        for place, level, spread in (
            (human, np.array([-1.0, -1.7, -2.5]), 1.3),
            (machine, np.array([1.5, 2.5, 4.0]), 1.8),
        )
    ]
    return ((1 - share) * kinds[0] + share * kinds[1]) * np.array([[0.3], [0.5], [0.2]])


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.8, 1.0])
def test_the_bounds_hold_the_share_of_kinds_that_were_not_seen(share: float) -> None:
    for human, machine in ((0.3, 0.2), (-1.3, -0.8), (1.3, 0.8)):
        found = believed_share(PAIRS, sample(share, human, machine), 2000, confidence=0.95)
        assert found.low <= found.middle <= found.high
        assert found.low - 0.02 <= share <= found.high + 0.02
        assert found.high - found.low < 0.4


def test_the_share_is_that_of_a_slow_sum_over_pairs_and_shares() -> None:
    few = Pairs(PAIRS.machine[:40], PAIRS.fit[:, :40], PAIRS.tilt[:40], ())
    target = sample(0.3)
    weight = target.sum(axis=1)
    middle, size = float(weight @ np.arange(LENGTHS)), 1 / (1 / 500 + 1 / KNOWN)
    inner = SHARES * (1 - SHARES)
    inner[[0, -1]] = inner[1]
    before = 0.8 * inner / inner.sum() + np.where((SHARES == 0) | (SHARES == 1), 0.1, 0.0)
    total = np.zeros(CELLS + 1)
    logs, shares = [], []
    for draw in range(40):
        for at in range(SHARES.size):
            log, share = np.log(before[at]), 0.0
            for length in range(LENGTHS):
                moved = at + round(few.tilt[draw, 0] * (length - middle))
                here = at if at in (0, SHARES.size - 1) else min(max(moved, 1), SHARES.size - 2)
                log += size * float(few.fit[length, draw, here].astype(np.float64) @ target[length])
                share += weight[length] * SHARES[here]
            logs.append(log)
            shares.append(share)
    mass = np.exp(np.array(logs) - max(logs))
    for one, share in zip(mass, shares, strict=True):
        total[round(CELLS * share)] += one
    below = (np.cumsum(total) - total / 2) / total.sum()
    slow = np.interp([0.05, 0.5, 0.95], below, np.arange(CELLS + 1) / CELLS)
    found = believed_share(few, target, 500, confidence=0.9)
    assert (found.low, found.middle, found.high) == pytest.approx(slow, abs=0.004)
    cautious = np.interp(0.05 * LEAST, below, np.arange(CELLS + 1) / CELLS)
    assert found.least == pytest.approx(cautious, abs=0.004)


def test_more_texts_tell_more_up_to_what_kinds_let_be_known() -> None:
    widths = [
        (found := believed_share(PAIRS, sample(0.4), known, confidence=0.95)).high - found.low
        for known in (10, 50, 200, 10_000, 1_000_000)
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 1.5 * widths[3]
    assert widths[3] == pytest.approx(widths[4], abs=0.01)


def test_classes_that_lie_on_each_other_are_not_told_apart() -> None:
    alike = draw_pairs(KINDS[0], learn_kinds(HUMAN[::-1], EDGES, ALIKE), EDGES)
    found = believed_share(alike, sample(0.0), 2000, confidence=0.95)
    assert found.low < 0.05
    assert found.high > 0.95


@pytest.mark.parametrize("written", [0.0, 1.0])
def test_a_sample_of_one_class_may_be_of_two_kinds_that_lie_near(written: float) -> None:
    ends = ((-0.4, 0.0), (0.9, 0.0)) if written == 0 else ((0.0, -0.4), (0.0, 0.9))
    two = 0.3 * sample(written, *ends[0]) + 0.7 * sample(written, *ends[1])
    few = Pairs(PAIRS.machine, PAIRS.fit, PAIRS.tilt, ())
    found, without = (believed_share(pairs, two, 2000, confidence=0.95) for pairs in (PAIRS, few))
    assert found.low <= written <= found.high
    assert found.high - found.low <= without.high - without.low + 0.01
    assert abs(found.middle - written) < 0.02


def test_two_humps_far_apart_are_two_classes() -> None:
    """The humps of essays: human text as usual, machine text that scores lower than any known kind's."""
    essays = sample(0.4, -0.3, -1.7)
    found = believed_share(PAIRS, essays, 2000, confidence=0.95)
    assert found.low - 0.02 <= 0.4 <= found.high + 0.02
    assert found.least == 0  # two human kinds of any two places explain it nearly as well


def test_far_kinds_weigh_by_what_they_explain() -> None:
    """`least` is the quantile of a slow sum that holds the far pairs at share 0."""
    assert PAIRS.far is not None
    target, weight, size = sample(0.5, 0.6, -0.9), sample(0.5, 0.6, -0.9).sum(axis=1), 1 / (1 / 300 + 1 / KNOWN)
    only = Pairs(PAIRS.machine, PAIRS.fit, PAIRS.tilt, (), PAIRS.far)
    inner = SHARES * (1 - SHARES)
    inner[[0, -1]] = inner[1]
    before = 0.8 * inner / inner.sum() + np.where((SHARES == 0) | (SHARES == 1), 0.1, 0.0)
    middle, mass, shares = float(weight @ np.arange(LENGTHS)), [], []
    two = SHARES * (1 - SHARES) * FAR * SAME / (SHARES * (1 - SHARES)).sum()
    for fit, tilt, prior in ((PAIRS.fit, PAIRS.tilt, before), (PAIRS.far, PAIRS.tilt[::SAME], two)):
        at = np.arange(SHARES.size)
        for draw in range(tilt.size):
            log, share = np.zeros(at.size), np.zeros(at.size)
            for length in range(LENGTHS):
                moved = np.clip(at + round(tilt[draw, 0] * (length - middle)), 1, at.size - 2)
                here = np.where((at == 0) | (at == at.size - 1), at, moved)
                log += size * (fit[length, draw, here].astype(np.float64) @ target[length])
                share += weight[length] * SHARES[here]
            mass.append(np.exp(log + 500) * prior)
            shares.append(share if prior is before else np.zeros(at.size))
    flat, place = np.concatenate(mass), np.rint(CELLS * np.concatenate(shares)).astype(int)
    cells = np.bincount(place, flat, CELLS + 1)
    below = (np.cumsum(cells) - cells / 2) / cells.sum()
    slow = np.interp(0.025 * LEAST, below, np.arange(CELLS + 1) / CELLS)
    assert believed_share(only, target, 300, confidence=0.95).least == pytest.approx(slow, abs=0.004)


def test_a_human_kind_that_is_known_narrows_the_bounds() -> None:
    human = normal_bins(EDGES, np.array([-1.0, -1.7, -2.5]) + 2.6 * FALL, np.full(LENGTHS, 1.3))
    free, known = (
        believed_share(pairs, sample(0.2, 2.6), 2000, confidence=0.95) for pairs in (PAIRS, PAIRS.with_human(human))
    )
    assert known.high - known.low < 0.9 * (free.high - free.low)
    assert known.low - 0.01 <= 0.2 <= known.high + 0.01


def test_the_same_kinds_give_the_same_pairs_and_points_fill_every_tenth_alike() -> None:
    again = draw_pairs(*KINDS, EDGES)
    np.testing.assert_array_equal(again.fit, PAIRS.fit)
    points = even_points(1000, 5)
    for column in points.T:
        tenths = np.bincount((10 * column).astype(int), minlength=10)
        assert tenths.min() > 90
        assert tenths.max() < 110
