"""A damaged cache of compiled kernels costs a compilation, not the scan."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from corpora import corpus_rows, write_jsonl


def test_cut_machine_code_is_compiled_anew(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in/a.jsonl", corpus_rows(20))
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {
        "XDG_CACHE_HOME": str(tmp_path / "cache")
    }
    scan = [sys.executable, "-m", "curate", "scan", "in", "-q", "--json"]
    first = subprocess.run(scan, cwd=tmp_path, env=environment, check=True, capture_output=True)
    compiled = list((tmp_path / "cache").rglob("*.nbc"))
    assert compiled
    for path in compiled:
        path.write_bytes(path.read_bytes()[:100])
    for run in (tmp_path / ".curate").rglob("*.parquet"):
        run.unlink()
    again = subprocess.run(scan, cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert again.returncode == 0, again.stderr.decode()
    assert again.stdout == first.stdout
