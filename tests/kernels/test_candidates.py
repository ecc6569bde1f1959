"""Exact similarity of pairs, and buckets that give their pairs without going quadratic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.candidates import CROWD, LEADERS, NEIGHBOURS, Band, Limits, band_keys, bucket_pairs, jaccard
from curate.kernels.minhash import KEPT_SHINGLES

EVERYTHING = Limits(0.0, 0, 10**6)


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
    keys = np.empty(len(bands), np.uint64)
    rows = np.arange(len(bands))
    band_keys(slots, count, rows, Band(0, 1, 20), rows, keys)
    keys.sort()
    found = bucket_pairs(keys, 20, slots, count, rows, limits)
    return {(int(p >> np.uint64(32)), int(p & np.uint64(0xFFFFFFFF))) for p in found}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_a_bucket_gives_all_its_pairs(bands: list[int]) -> None:
    n = len(bands)
    assert pairs_of(bands) == {(i, j) for i in range(n) for j in range(i + 1, n) if bands[i] == bands[j]}


def test_a_crowded_bucket_gives_pairs_with_its_first_and_its_neighbours_only() -> None:
    n = 4 * CROWD
    alike = pairs_of([7] * n, Limits(0.0, 1, 1))
    assert {(0, j) for j in range(1, n)} <= alike
    assert {(j - 1, j) for j in range(1, n)} <= alike
    assert len(alike) <= n * (NEIGHBOURS + 1)
    unlike = pairs_of([7] * n, Limits(0.0, 1, 2))
    assert len(unlike) <= n * (NEIGHBOURS + LEADERS)
