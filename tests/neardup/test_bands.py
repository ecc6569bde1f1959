"""The chosen cut of the signature finds nearly every pair above the threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import UsageError
from curate.neardup.bands import Bands, choose_bands


@pytest.mark.parametrize(("threshold", "bands", "rows"), [(0.5, 42, 3), (0.7, 25, 5), (0.8, 16, 8), (0.9, 8, 16)])
def test_the_cut_of_128_slots(threshold: float, bands: int, rows: int) -> None:
    assert choose_bands(threshold, 128) == Bands(bands, rows)


@given(st.floats(0.1, 1.0), st.sampled_from([64, 100, 128, 256]))
def test_recall_is_kept_and_one_row_more_would_lose_it(threshold: float, num_perm: int) -> None:
    cut = choose_bands(threshold, num_perm)
    target = min(threshold + 0.05, (1 + threshold) / 2)
    assert cut.bands * cut.rows <= num_perm
    assert cut.recall(target) >= 0.99
    for rows in range(cut.rows + 1, num_perm + 1):
        assert Bands(num_perm // rows, rows).recall(target) < 0.99 or Bands(num_perm // rows, rows).false_mass(
            threshold
        ) >= cut.false_mass(threshold)


def test_recall_is_the_share_of_pairs_that_agree_on_a_band() -> None:
    generator = np.random.default_rng(5)
    cut = choose_bands(0.7, 128)
    equal = generator.random((20_000, cut.bands, cut.rows)) < 0.6
    assert abs(equal.all(axis=2).any(axis=1).mean() - cut.recall(0.6)) < 0.015


@pytest.mark.parametrize(("threshold", "num_perm"), [(0.0, 128), (1.1, 128), (float("nan"), 128), (0.1, 8)])
def test_what_cannot_be_found_is_refused(threshold: float, num_perm: int) -> None:
    with pytest.raises(UsageError):
        choose_bands(threshold, num_perm)
