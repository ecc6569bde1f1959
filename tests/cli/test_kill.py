"""kill -9 at random moments of a mix, of its scan too, then the same command: the same bytes, nothing half-written."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpora import made_up_texts, write_parquet

KILLS = int(os.environ.get("CURATE_KILLS", "3"))  # moments of each kind
FILES = 6
MIX = [
    sys.executable, "-m", "curate", "mix", "in", "--human-ratio", "0.6", "--label-column", "origin", "--trust",
    "declared", "--budget", "30K", "--shard-size", "16KiB", "-q", "-j", "2", "--json", "-o", "out",
]  # fmt: skip


def tree(folder: Path) -> dict[str, str]:
    """Every file below, by its digest."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def mix(cwd: Path) -> bytes:
    done = subprocess.run(MIX, cwd=cwd, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def killed(cwd: Path, seconds: float) -> bool:
    """Whether it was still at work after so long."""
    child = subprocess.Popen(MIX, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return child.returncode < 0


@pytest.mark.parametrize("begin", ["with the scan", "from a scan"])
def test_killed_at_random_moments(tmp_path: Path, begin: str) -> None:
    scanned = begin == "from a scan"
    for number in range(FILES):
        texts = made_up_texts(300, seed=number)
        rows = [{"text": text, "origin": ("human", "machine", "human")[i % 3]} for i, text in enumerate(texts)]
        write_parquet(tmp_path / f"in/{number}.parquet", rows, row_group_size=100)
    said = mix(tmp_path)
    whole, run = tree(tmp_path / "out"), tree(tmp_path / ".curate")
    shutil.rmtree(tmp_path / "out")
    if not scanned:
        shutil.rmtree(tmp_path / ".curate")
    began = time.monotonic()
    mix(tmp_path)
    usual = time.monotonic() - began
    draw, hits = random.Random(6 + scanned), 0
    for _ in range(KILLS):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        if not scanned:
            shutil.rmtree(tmp_path / ".curate", ignore_errors=True)
        hits += killed(tmp_path, draw.uniform(0.4, 1) * usual)  # before that it only loads its modules
        if (tmp_path / "out").exists():
            assert tree(tmp_path / "out") == whole, "a folder that is there must be whole"
            shutil.rmtree(tmp_path / "out")
        assert mix(tmp_path) == said
        assert tree(tmp_path / "out") == whole
        assert tree(tmp_path / ".curate") == run
        assert not list(tmp_path.glob(".out*"))
    assert hits >= KILLS // 3, "the machine was too fast for this test"
