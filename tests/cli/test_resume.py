"""kill -9 during a scan, then the same command: it finishes, the bytes are the same, finished shards are not redone."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from corpora import corpus_rows, write_parquet

SCAN = [sys.executable, "-m", "curate", "scan", "in", "-q", "-j", "1", "--json", "-o"]


def digests(run: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((run / "annotations").glob("*.parquet"))}


def finished(run: Path) -> dict[str, int]:
    return {p.name: p.stat().st_mtime_ns for p in (run / "annotations").glob("[0-9]*.parquet")}


def killed_midway(run: Path, files: int, cwd: Path) -> dict[str, int]:
    """Kill the scan without warning once some, but not all, shards are done; what was done by then."""
    process = subprocess.Popen([*SCAN, run.name], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 120
    while len(finished(run)) < 3 and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = finished(run)
    assert 3 <= len(done) < files, "the machine was too fast or too slow for this test"
    return done


def test_a_killed_scan_goes_on_where_it_stopped(tmp_path: Path) -> None:
    files = 40
    for i in range(files):
        write_parquet(tmp_path / f"in/{i:02}.parquet", [dict(r, id=f"{i}-{r['id']}") for r in corpus_rows(300)])
    whole = subprocess.run([*SCAN, "whole"], cwd=tmp_path, check=True, capture_output=True)
    done = killed_midway(tmp_path / "killed", files, tmp_path)
    assert not (tmp_path / "killed/scan.json").exists()
    again = subprocess.run([*SCAN, "killed"], cwd=tmp_path, check=True, capture_output=True)
    assert again.stdout == whole.stdout
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")
    after = finished(tmp_path / "killed")
    assert all(after[name] == when for name, when in done.items()), "a finished shard was done again"
    assert not list((tmp_path / "killed").rglob("*.tmp")), "the killed process's half-written files were left behind"
