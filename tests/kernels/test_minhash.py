"""Sketches estimate Jaccard similarity without bias and with the variance of independent permutations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slow_neardup
from curate.kernels.minhash import fill_slots
from curate.kernels.shingles import EMPTY


def slots_of(hashes: np.ndarray, slots: int = 128) -> np.ndarray:
    out = np.full(slots, EMPTY, np.uint32)
    fill_slots(np.ascontiguousarray(hashes, np.uint32), len(hashes), out)
    return out


@given(st.sets(st.integers(0, 2**32 - 2), max_size=12), st.sampled_from([1, 3, 16, 40]))
def test_the_kernel_is_its_definition(hashes: set[int], slots: int) -> None:
    ordered = sorted(hashes)
    assert slots_of(np.array(ordered, np.uint32), slots).tolist() == slow_neardup.sketch(ordered, slots)


@given(st.sets(st.integers(0, 2**32 - 2)), st.sets(st.integers(0, 2**32 - 2)), st.sampled_from([1, 16, 128, 600]))
def test_the_sketch_of_a_union_is_the_slotwise_minimum(a: set[int], b: set[int], slots: int) -> None:
    left, right = slots_of(np.array(sorted(a), np.uint32), slots), slots_of(np.array(sorted(b), np.uint32), slots)
    union = slots_of(np.array(sorted(a | b), np.uint32), slots)
    assert np.array_equal(np.minimum(left, right), union)


@pytest.mark.parametrize(("union", "common"), [(3, 1), (10, 5), (40, 28), (128, 64), (300, 210), (1000, 900)])
def test_estimates_are_unbiased_and_as_sharp_as_independent_permutations(union: int, common: int) -> None:
    generator = np.random.default_rng(union)
    truth, trials, slots = common / union, 3000, 128
    estimates = np.empty(trials)
    for t in range(trials):
        hashes = generator.integers(0, 2**32 - 1, union, dtype=np.uint32)
        only = (union - common) // 2
        a, b = hashes[: common + only], np.concatenate([hashes[:common], hashes[common + only :]])
        estimates[t] = np.mean(slots_of(a, slots) == slots_of(b, slots))
    binomial = truth * (1 - truth) / slots
    assert abs(estimates.mean() - truth) < 4 * np.sqrt(1.2 * binomial / trials)
    assert estimates.var() < 1.2 * binomial
