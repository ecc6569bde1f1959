"""kill -9 during a scan, then the same command: it finishes, the bytes are the same, finished shards are not redone."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl, write_parquet
from killer import kill_before

Curate = Callable[..., Outcome]
SCAN = ["scan", "in", "-q", "-j", "1", "--json", "-o"]


def digests(run: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((run / "annotations").glob("*.parquet"))}


def finished(run: Path) -> dict[str, int]:
    sealed = {p.stem for p in (run / "seals").glob("[0-9]*.json")}
    return {p.name: p.stat().st_mtime_ns for p in (run / "annotations").glob("[0-9]*.parquet") if p.stem in sealed}


def scan(run: str, cwd: Path) -> bytes:
    command = [sys.executable, "-m", "curate", *SCAN, run]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout


def test_a_killed_scan_goes_on_where_it_stopped(tmp_path: Path) -> None:
    files = 40
    for i in range(files):
        write_parquet(tmp_path / f"in/{i:02}.parquet", [dict(r, id=f"{i}-{r['id']}") for r in corpus_rows(300)])
    whole = scan("whole", tmp_path)
    kill_before(20, [*SCAN, "killed"], tmp_path, "annotations/")
    done = finished(tmp_path / "killed")
    assert 3 <= len(done) < files
    assert not (tmp_path / "killed/scan.json").exists()
    assert scan("killed", tmp_path) == whole
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")
    after = finished(tmp_path / "killed")
    assert all(after[name] == when for name, when in done.items()), "a finished shard was done again"
    assert not list((tmp_path / "killed").rglob("*.tmp")), "the killed process's half-written files were left behind"


def test_shards_that_another_reader_made_are_made_anew(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl(Path("a.jsonl"), corpus_rows(30))
    curate("scan", "a.jsonl", "-q")
    (path,) = Path(".curate").glob("*/annotations/*.parquet")
    first = path.stat().st_mtime_ns
    curate("scan", "a.jsonl", "-q")
    assert path.stat().st_mtime_ns == first
    monkeypatch.setattr("curate.jobs.run.stamped_tables.READER", -1)
    curate("scan", "a.jsonl", "-q")
    assert path.stat().st_mtime_ns != first
