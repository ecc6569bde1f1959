"""Numbers come back from their partition, from memory or disk."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.neardup.spill import Spill

arrays = st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 2**64 - 1), max_size=20)))


@given(arrays, st.integers(0, 400))
def test_what_was_added_is_taken(added: list[tuple[int, list[int]]], memory: int) -> None:
    with Spill(4, memory, None) as spill:
        for partition, numbers in added:
            spill.add(partition, np.array(numbers, np.uint64))
        for partition in range(4):
            expected = sorted(number for p, numbers in added if p == partition for number in numbers)
            assert sorted(spill.take(partition).tolist()) == expected


def fail_meanwhile(folder: Path) -> None:
    with Spill(1, 0, folder) as spill:
        spill.add(0, np.arange(1000, dtype=np.uint64))
        raise KeyboardInterrupt


def test_nothing_is_left_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fail_meanwhile(tmp_path)
    assert not list(tmp_path.iterdir())
