"""Damaged files, of every kind that is read: no crash, no traceback, no row that is not counted, no other figures.

`scripts/mutants` makes thousands; here are some of each kind.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from mutant_families import FAMILIES, read_only
from mutant_readers import faults
from mutants import contents, in_a_fork, mutant, restore

Curate = Callable[..., Outcome]
CACHES = ("run", "baseline", "index", "run-compare")
MUTANTS = 12
TOLD = "run: 1 of 1 kept parts were damaged: measured anew\n"


@pytest.mark.parametrize("kind", ["arrow", "parquet", "jsonl", "jsonl.gz", "jsonl.zst"])
def test_mutants_of_inputs_are_read_or_told_of(tmp_path: Path, kind: str) -> None:
    draw = random.Random(kind)
    for name, whole in read_only(tmp_path)[kind]:
        mutants = [mutant(Path(name), whole, draw) for _ in range(20)]
        assert list(faults(mutants, tmp_path / name)) == []


@pytest.mark.parametrize("name", CACHES)
def test_mutants_of_caches_give_the_figures_without_them_or_a_clear_error(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    family, draw = FAMILIES[name](folder), random.Random(name)
    stock = contents(folder)
    truth = in_a_fork(family.command, folder)
    for _ in range(MUTANTS):
        restore(folder, stock)
        family.mend(folder)
        path = draw.choice(family.targets)
        content = mutant(path, stock[path], draw)
        path.write_bytes(content)
        ended = in_a_fork(family.command, folder)
        assert (ended.crash or family.judge(folder, path, content, ended, truth)) == "", (path, ended.err)


def test_damage_in_a_run_is_told_in_one_line_and_measured_anew(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    first = curate("scan", "in", "--json", "-o", "run")
    path = Path("run/samples/00000.arrow")
    whole = path.read_bytes()
    path.write_bytes(whole[:600] + b"\1" + whole[601:])
    again = curate("scan", "in", "--json", "-o", "run", "-q")
    assert again.json == first.json
    assert again.err == TOLD
    assert path.read_bytes() == whole
    assert curate("scan", "in", "--json", "-o", "run", "-q").err == ""


@pytest.mark.parametrize("kind", ["annotations", "samples", "seals"])
def test_what_a_loss_of_power_leaves_of_a_run_is_measured_anew(curate: Curate, kind: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    first = curate("scan", "in", "--json", "-o", "run")
    (path,) = Path("run", kind).glob("00000.*")
    whole = path.read_bytes()
    for torn in (b"", bytes(len(whole)), whole[: len(whole) // 2], None):  # names reach the disk before bytes, or after
        path.unlink()
        if torn is not None:
            path.write_bytes(torn)
        again = curate("scan", "in", "--json", "-o", "run", "-q")
        assert again.json == first.json
        assert again.err == ("" if (kind, torn) == ("seals", None) else TOLD), torn
        assert curate("scan", "in", "--json", "-o", "run", "-q").err == ""
        assert kind == "seals" or path.read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"\x93NUMPY\1\0v\0{'descr': '<i8'"])
def test_damage_in_a_baseline_is_told_and_made_anew(curate: Curate, content: bytes) -> None:
    write_jsonl(Path("before/a.jsonl"), corpus_rows(30))
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    check = ("check", "in", "--baseline", "before", "--cache-dir", "cache", "--format", "json", "-q")
    first = curate(*check)
    (path,) = Path("cache/runs").glob("*/twin.npy")
    path.write_bytes(content)
    again = curate(*check)
    assert (again.code, again.json) == (first.code, first.json)
    assert "damaged: it is made anew" in again.err
    assert np.load(next(Path("cache/runs").glob("*/twin.npy"))).size == 30
    assert curate(*check).err == ""


def test_a_snapshot_that_is_damaged_is_refused_by_name(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    curate("scan", "in", "-o", "run", "-q")
    Path("run/scan.json").write_text(Path("run/scan.json").read_text().replace("in", "on", 1))
    outcome = curate("compare", "run", "in", "-q")
    assert outcome.code == 3
    assert outcome.err.startswith("curate: run/scan.json: is damaged")
    assert "try: scan the corpus again" in outcome.err


def test_the_end_of_a_file_is_not_the_user_who_interrupts(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))

    def ends(*_: object) -> None:
        raise EOFError

    monkeypatch.setattr("curate.jobs.scan.job.summarise", ends)
    outcome = curate("scan", "in", "-q")
    assert outcome.code == 4
    assert "bug in curate" in outcome.err
