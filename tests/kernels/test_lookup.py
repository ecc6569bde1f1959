"""Searching ascending keys, and the similarity of two sets, against numpy and plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import slow_neardup
from curate.kernels.segments import first_at_least
from curate.kernels.set_similarity import set_similarity

UINT64 = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 50), st.integers(2**64 - 50, 2**64 - 1))
HASHES = st.sets(st.integers(0, 60), max_size=40)


@given(st.lists(UINT64, max_size=80), UINT64)
def test_the_first_key_not_below(keys: list[int], wanted: int) -> None:
    ascending = np.sort(np.array(keys, np.uint64))
    for key in {wanted, *keys[:3]}:
        assert first_at_least(ascending, np.uint64(key)) == np.searchsorted(ascending, np.uint64(key))


@given(HASHES, HASHES)
def test_whole_sets_have_their_exact_similarity(a: set[int], b: set[int]) -> None:
    sets = [np.array([7, *sorted(one), 9], np.uint32) for one in (a, b)]  # each stands inside a longer array
    found = set_similarity(sets[0], 1, len(a), sets[1], 1, len(b))
    assert found == slow_neardup.jaccard(a, b)


def test_cut_sets_are_compared_below_the_smaller_cut() -> None:
    rng = np.random.default_rng(5)
    everything = rng.choice(2**31, 9000, replace=False).astype(np.uint32)
    a, b = np.sort(everything[:6000]), np.sort(everything[1000:])
    kept = [np.ascontiguousarray(one[:1024]) for one in (a, b)]
    found = set_similarity(kept[0], 0, len(a), kept[1], 0, len(b))
    last = min(kept[0][-1], kept[1][-1])
    low = [set(one[one <= last].tolist()) for one in (a, b)]
    assert found == slow_neardup.jaccard(*low)
    assert abs(found - 5000 / 9000) < 4 * 0.016
