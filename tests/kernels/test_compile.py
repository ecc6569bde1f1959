"""Compiled kernels are kept apart by everything that was compiled into them."""

import os
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba.core.event import Listener, install_listener

from curate.kernels import compile as compiling
from curate.kernels.compile import bytes_as_next, bytes_between, kernel


def test_a_change_of_any_module_asks_for_other_machine_code(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text("from callee import f")
    (tmp_path / "callee.py").write_text("f = 1")
    before = compiling.sources_digest(tmp_path)
    assert compiling.sources_digest(tmp_path) == before
    (tmp_path / "callee.py").write_text("f = 2")
    assert compiling.sources_digest(tmp_path) != before


def test_the_cache_in_use_is_that_of_these_sources() -> None:
    if os.environ["NUMBA_CACHE_DIR"].startswith(str(compiling.cache_folder())):
        digest = compiling.sources_digest(Path(compiling.__file__).parent)
        assert Path(os.environ["NUMBA_CACHE_DIR"]).name == digest


@kernel
def bits_of_blocks(values, low, high):
    return bytes_between(values, np.uint64(3), low, high), bytes_as_next(values, np.uint64(3))


@given(st.binary(min_size=68, max_size=68), st.integers(0, 255), st.integers(0, 255))
def test_bits_of_a_block_are_those_of_its_bytes(text, one, other):
    low, high = min(one, other), max(one, other)
    between, as_next = bits_of_blocks(np.frombuffer(text, np.uint8), np.uint8(low), np.uint8(high))
    assert int(between) == sum((low <= text[3 + k] <= high) << k for k in range(64))
    assert int(as_next) == sum((text[3 + k] == text[4 + k]) << k for k in range(64))


def test_nobody_is_told_of_each_call_of_llvm():
    told = []
    with install_listener("numba:llvm_lock", Told(told)):
        one_more = kernel(lambda value: value + 1)
        assert one_more(np.uint64(1)) == 2
    assert told == []


class Told(Listener):
    def __init__(self, told):
        self.told = told

    def on_start(self, event):
        self.told.append(event)

    def on_end(self, event):
        self.told.append(event)
