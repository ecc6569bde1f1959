"""A mix holds what was scanned or is not written: input that changes, vanishes or is torn meanwhile is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
ROWS = corpus_rows(40)
MIX = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out")
FORGED = [{**row, "origin": "human"} for row in ROWS]


def rewrite(path: Path) -> None:
    (write_jsonl if path.suffix == ".jsonl" else write_parquet)(path, FORGED)


def rewrite_in_place_and_set_the_clock_back(path: Path) -> None:
    """Same size, same inode, same modification time."""
    before = path.stat()
    body = path.read_bytes()
    with path.open("r+b") as file:
        file.write(body.replace(b"machine", b"human  "))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def before(curate: Curate, monkeypatch: pytest.MonkeyPatch, step: str, change: Callable[[], object]) -> Outcome:
    """The mix, where `change` happens just before a step of it."""
    module, name = step.rsplit(".", 1)
    real = getattr(__import__(module, fromlist=[name]), name)

    def late(*given: Any, **named: Any) -> Any:
        change()
        return real(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(step, late)
        return curate(*MIX)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("change", [rewrite, rewrite_in_place_and_set_the_clock_back, Path.unlink])
@pytest.mark.parametrize("step", ["curate.jobs.mix.job.write_data", "curate.jobs.run.discovery.settle_files"])
def test_a_change_between_two_readings(
    curate: Curate, monkeypatch: pytest.MonkeyPatch, suffix: str, change: Callable[[Path], None], step: str
) -> None:
    if suffix == "parquet" and change is rewrite_in_place_and_set_the_clock_back:
        pytest.skip("its bytes are packed")
    path = Path(f"in/a.{suffix}")
    (write_jsonl if suffix == "jsonl" else write_parquet)(path, ROWS)
    write_jsonl(Path("in/b.jsonl"), [{**ROWS[0], "text": text} for text in made_up_texts(9, seed=3)])
    original = path.read_bytes()
    outcome = before(curate, monkeypatch, step, lambda: change(path) if path.exists() else None)
    assert outcome.code == 3, outcome.err
    assert f"a.{suffix}" in outcome.err
    assert not Path("out").exists()
    assert not list(Path().glob(".out*"))
    path.write_bytes(original)  # nothing that was measured in between may pass for this
    assert curate(*MIX).code == 0
    assert curate("verify", "out").code == 0


def test_a_file_that_is_only_touched_is_the_same(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_jsonl(Path("in/a.jsonl"), ROWS)
    assert before(curate, monkeypatch, "curate.jobs.mix.job.write_data", path.touch).code == 0


@pytest.mark.parametrize("change", [rewrite, rewrite_in_place_and_set_the_clock_back])
def test_a_change_since_the_scan_is_scanned_anew(curate: Curate, change: Callable[[Path], None]) -> None:
    path = write_jsonl(Path("in/a.jsonl"), ROWS)
    scanned = curate(*MIX, "--json", "--trust", "declared", "--dry-run").json["tokens_by_class"]
    change(path)
    outcome = curate(*MIX, "--json", "--trust", "declared")
    assert outcome.code == 0, outcome.err
    assert outcome.json["tokens_by_class"]["declared"] > scanned["declared"]  # machine text says now that it is human
    assert curate("verify", "out", "--inputs", "in", "--json").json["findings"] == []
