"""Exact similarity of pairs, and buckets that give their pairs without going quadratic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.candidates import (
    CROWD,
    LEADERS,
    NEIGHBOURS,
    Cut,
    Limits,
    band_keys,
    bucket_pairs,
    different_bits,
    gather,
    load_ends,
    lowest_bits,
)
from curate.kernels.minhash import KEPT_SHINGLES
from curate.kernels.set_similarity import jaccard

EVERYTHING = Limits(0.0, 1000, -1)


def similarity(a: np.ndarray, b: np.ndarray) -> float:
    kept = [np.sort(x)[:KEPT_SHINGLES] for x in (a, b)]
    start = np.array([0, len(kept[0]), len(kept[0]) + len(kept[1])], np.int64)
    out = np.empty(1)
    count = np.array([len(a), len(b)], np.int32)
    jaccard(np.concatenate(kept).astype(np.uint32), start, count, np.zeros(1, np.int64), np.ones(1, np.int64), out)
    return float(out[0])


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_whole_sets_have_their_exact_similarity(a: set[int], b: set[int]) -> None:
    expected = len(a & b) / len(a | b) if a | b else 0.0
    assert similarity(np.array(sorted(a)), np.array(sorted(b))) == expected


@pytest.mark.parametrize(
    ("left", "right", "common"), [(900, 1300, 800), (1500, 1500, 1400), (9000, 7000, 6000), (500, 5000, 500)]
)
def test_cut_sets_have_their_similarity_within_the_stated_error(left: int, right: int, common: int) -> None:
    truth = common / (left + right - common)
    errors = []
    for seed in range(60):
        hashes = np.random.default_rng(seed).choice(2**32 - 1, left + right - common, replace=False)
        errors.append(similarity(hashes[:left], hashes[left - common :]) - truth)
    assert np.std(errors) < 0.016 * 1.3
    assert abs(np.mean(errors)) < 4 * 0.016 / np.sqrt(60)


def pairs_of(bands: list[int], limits: Limits = EVERYTHING) -> set[tuple[int, int]]:
    slots = np.array(bands, np.uint32).reshape(-1, 1)
    count = np.ones(len(bands), np.int32)
    keys = np.empty((1, len(bands)), np.uint64)
    rows = np.arange(len(bands))
    band_keys(slots, rows, rows, Cut(1, 1, 20), keys)
    bits = np.zeros((len(bands), 1), np.uint64)
    lowest_bits(slots, rows, rows, bits)
    found = bucket_pairs(np.sort(keys[0]), 20, bits, count, limits)
    return {(int(p >> np.uint64(32)), int(p & np.uint64(0xFFFFFFFF))) for p in found}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_a_bucket_gives_all_its_pairs(bands: list[int]) -> None:
    n = len(bands)
    assert pairs_of(bands) == {(i, j) for i in range(n) for j in range(i + 1, n) if bands[i] == bands[j]}


def test_a_crowded_bucket_gives_pairs_with_its_first_and_its_neighbours_only() -> None:
    n = 4 * CROWD
    alike = pairs_of([7] * n, Limits(0.0, 0, 0))
    assert {(0, j) for j in range(1, n)} <= alike
    assert {(j - 1, j) for j in range(1, n)} <= alike
    assert len(alike) <= n * (NEIGHBOURS + 1)
    unlike = pairs_of([7] * n, Limits(0.0, 0, -1))
    assert len(unlike) <= n * (NEIGHBOURS + LEADERS)


def test_bands_agree_where_their_slots_do_and_keys_end_in_the_index() -> None:
    slots = np.random.default_rng(1).integers(0, 2, (300, 12), np.uint32)
    rows, index = np.arange(0, 300, 3), np.arange(100)[::-1].copy()
    keys = np.empty((4, 100), np.uint64)
    band_keys(slots, rows, index, Cut(4, 3, 7), keys)
    assert (keys & np.uint64(127)).tolist() == [index.tolist()] * 4
    for band, key in enumerate(keys >> np.uint64(7)):
        values = [tuple(slots[row, 3 * band : 3 * band + 3]) for row in rows]
        assert len(set(zip(values, key.tolist(), strict=True))) == len(set(values)) == len(set(key.tolist())) == 8
    assert len(set((keys >> np.uint64(7)).ravel().tolist())) == 32


@given(st.integers(1, 200), st.integers(0, 2**32))
def test_bits_that_differ_are_counted(slots: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 2**32, (2, slots), np.uint32)
    bits = np.zeros((2, -(-slots // 64)), np.uint64)
    lowest_bits(values[::-1].copy(), np.array([0, 1]), np.array([1, 0]), bits)
    assert different_bits(bits, 0, 1) == ((values[0] ^ values[1]) & 1).sum()


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1), st.integers(1, 40))
def test_pieces_hold_no_more_than_they_may(pairs: list[tuple[int, int]], most: int) -> None:
    node_bytes = np.arange(1, 10)
    left, right = (np.array([pair[k] for pair in pairs]) for k in (0, 1))
    keep = left != right
    left, right = left[keep], right[keep]
    ends = load_ends(left, right, node_bytes, most).tolist()
    assert ends[-1] == len(left)
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        held = node_bytes[list({*left[begin:end].tolist(), *right[begin:end].tolist()})].sum() if end > begin else 0
        assert held <= most or end - begin == 1
        if end < len(left):
            assert held + node_bytes[left[end]] + node_bytes[right[end]] > most


def test_lists_are_gathered_in_the_order_asked_for() -> None:
    out = np.empty(5, np.uint32)
    gather(np.arange(10, dtype=np.uint32), np.array([0, 3, 3, 7, 10]), np.array([2, 1, 0])[1:], out[:3])
    assert out[:3].tolist() == [0, 1, 2]
    gather(np.arange(10, dtype=np.uint32), np.array([0, 3, 3, 7, 10]), np.array([3, 1]), out[2:])
    assert out.tolist() == [0, 1, 7, 8, 9]
