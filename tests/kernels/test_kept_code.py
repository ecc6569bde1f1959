"""Machine code on disk: what is damaged is compiled anew, and a full disk costs time only."""

from __future__ import annotations

import errno
import random
from pathlib import Path

import numpy as np
import pytest

from curate.kernels.compile import _WholeFiles, kernel


def sums(values: np.ndarray) -> int:
    total = 0
    for value in values:
        total += value
    return total


def fresh(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Result of the kernel in a new process, and how often it was compiled."""
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(folder))
    compiled = kernel(sums)
    return compiled(np.arange(10)), sum(compiled.stats.cache_misses.values())


def test_damaged_code_is_compiled_anew_and_whole_code_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fresh(tmp_path, monkeypatch) == (45, 1)
    assert fresh(tmp_path, monkeypatch) == (45, 0)
    draw = random.Random(5)
    for suffix in ("nbi", "nbc"):
        (path,) = tmp_path.rglob(f"*.{suffix}")
        for _ in range(8):
            content = bytearray(path.read_bytes())
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
            path.write_bytes(content[: draw.choice((0, 40, len(content), len(content)))])
            assert fresh(tmp_path, monkeypatch) == (45, 1)
            assert fresh(tmp_path, monkeypatch) == (45, 0)


def test_machine_code_runs_where_it_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_WholeFiles, "save", full)
    assert fresh(tmp_path, monkeypatch) == (45, 1)
    assert fresh(tmp_path, monkeypatch) == (45, 1)
