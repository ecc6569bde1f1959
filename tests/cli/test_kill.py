"""kill -9 between the writes of a mix, of its scan too, then the same command: the same bytes, nothing half-written."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpora import made_up_texts, write_parquet
from curate.corpus.owned import MARKER
from killer import changes, kill_before

KILLS = int(os.environ.get("CURATE_KILLS", "4"))  # moments of each kind
FILES = 6
MIX = [
    "mix", "in", "--human-ratio", "0.6", "--label-column", "origin", "--trust",
    "declared", "--budget", "30K", "--shard-size", "16KiB", "-q", "-j", "2", "--json", "-o", "out",
]  # fmt: skip


def tree(folder: Path) -> dict[str, str]:
    """Every file below, by its digest; seals, which hold times, by their names alone. Marks of who made a folder are
    drawn anew.
    """
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MARKER)
    return {
        path.relative_to(folder).as_posix(): ""
        if "seals" in path.parts
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def mix(cwd: Path) -> bytes:
    done = subprocess.run([sys.executable, "-m", "curate", *MIX], cwd=cwd, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("begin", ["with the scan", "from a scan"])
def test_killed_between_any_two_writes(tmp_path: Path, begin: str) -> None:
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
    total = changes(MIX, tmp_path)
    assert total > 10
    for change in sorted(random.Random(6 + scanned).sample(range(1, total + 1), KILLS)):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        if not scanned:
            shutil.rmtree(tmp_path / ".curate", ignore_errors=True)
        kill_before(change, MIX, tmp_path)
        if (tmp_path / "out").exists():
            assert tree(tmp_path / "out") == whole, "a folder that is there must be whole"
            shutil.rmtree(tmp_path / "out")
        assert mix(tmp_path) == said
        assert tree(tmp_path / "out") == whole
        assert tree(tmp_path / ".curate") == run
        assert not list(tmp_path.glob(".out*"))
