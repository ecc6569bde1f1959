"""The run folder: made by curate or left alone, never read as data, whole after every accident."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
ROWS = corpus_rows(30)


def everything_in(folder: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["annotations/notes.txt", "manifest.json", ".gitignore", "samples/00007.arrow"])
def test_a_folder_of_the_users_is_no_run(curate: Curate, name: str) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("mine", name).parent.mkdir(parents=True)
    Path("mine", name).write_text('{"name": "my web app"}')
    before = everything_in("mine")
    outcome = curate("scan", "in", "-o", "mine")
    assert outcome.code == 2
    assert "mine" in outcome.err
    assert everything_in("mine") == before
    assert curate("scan", "in", "-o", "in").code == 2


def test_files_of_the_users_in_a_run_stay(curate: Curate) -> None:
    for name in "ab":
        write_jsonl(Path(f"in/{name}.jsonl"), ROWS)
    assert curate("scan", "in", "-o", "run").code == 0
    Path("run/annotations/notes.txt").write_text("mine")
    Path("in/b.jsonl").unlink()
    assert curate("scan", "in", "-o", "run").code == 0
    assert sorted(path.name for path in Path("run/annotations").iterdir()) == ["00000.parquet", "notes.txt"]


def test_what_an_earlier_version_wrote_goes(curate: Curate) -> None:
    """Samples were Parquet once."""
    write_jsonl(Path("in/a.jsonl"), ROWS)
    assert curate("scan", "in", "-o", "run").code == 0
    Path("run/samples/00000.parquet").write_bytes(b"old")
    Path("run/samples/mine.parquet").write_bytes(b"the user's")
    assert curate("scan", "in", "-o", "run").code == 0
    assert sorted(path.name for path in Path("run/samples").iterdir()) == ["00000.arrow", "mine.parquet"]


def test_a_mix_leaves_the_figures_of_a_scan_that_are_still_true(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    mix = ("mix", "in", "--human-ratio", "0.2", "--label-column", "origin", "--dry-run")
    assert curate(*mix, "-q").code == 0
    assert not list(Path(".curate").glob("*/scan.json"))  # nobody asked for them
    assert curate("scan", "in", "--label-column", "origin", "-j", "1").code == 0
    (path,) = Path(".curate").glob("*/scan.json")
    told = path.read_bytes()
    assert curate(*mix).code == 0
    assert path.read_bytes() == told
    assert curate(*mix, "--seed", "7").code == 0
    assert not path.exists()


def test_a_killed_run_inside_the_data_is_not_read_as_data(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("curate.jobs.scan.corpus.cluster_documents", die)
        assert curate("scan", "in", "-o", "in/run").code == 130
    assert list(Path("in/run/annotations").glob("*.parquet"))
    outcome = curate("scan", "in", "--json")
    assert (outcome.code, outcome.json["files"], outcome.json["quarantined"]) == (0, 1, 0)


def test_other_columns_leave_nothing_behind(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dead between the quarantine of the second scan and its annotations: the first scan's must not vouch for it."""
    rows = [{"text": t, "other": None if i < 9 else "short words here now"} for i, t in enumerate(made_up_texts(20))]
    write_jsonl(Path("in/a.jsonl"), rows)
    first = curate("scan", "in", "--json")
    assert first.json["quarantined"] == 0
    with monkeypatch.context() as dying:
        dying.setattr("curate.jobs.run.annotate.write_arrow", lambda *_: 1 / 0)
        assert curate("scan", "in", "--text-column", "other").code == 4
    assert curate("scan", "in", "--json").json == first.json


def test_lost_samples_are_made_again(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    first = curate("scan", "in", "-o", "run", "--json")
    shutil.rmtree("run/samples")
    assert curate("scan", "in", "-o", "run", "--json").json == first.json


def test_damaged_samples_are_made_again(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    first = curate("scan", "in", "-o", "run", "--json")
    (path,) = Path("run/samples").iterdir()
    whole = path.read_bytes()
    for place in range(1, 400, 7):
        path.write_bytes(whole[:-place] + bytes([whole[-place] ^ 0x55]) + whole[len(whole) - place + 1 :])
    path.write_bytes(whole[:-11] + b"\xff" + whole[-10:])
    assert curate("scan", "in", "-o", "run", "--json").json == first.json


def test_a_scan_that_dies_does_not_pass_for_the_one_before(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    write_jsonl(Path("in/b.jsonl"), [{"text": text} for text in made_up_texts(30, seed=4)])
    assert curate("scan", "in", "-o", "run").code == 0
    Path("run/annotations/00001.parquet").unlink()
    with monkeypatch.context() as dying:
        dying.setattr("curate.jobs.run.annotate.write_arrow", lambda *_: 1 / 0)
        assert curate("scan", "in", "-o", "run").code == 4
    outcome = curate("compare", "run", "in")
    assert (outcome.code, "not finished" in outcome.err) == (3, True)


def test_a_mix_of_the_same_paths_spelled_otherwise_leaves_the_figures_of_a_scan(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [dict(row, origin="human") for row in ROWS])
    assert curate("scan", "in", "--label-column", "origin").code == 0
    (path,) = Path(".curate").glob("*/scan.json")
    assert curate("mix", "./in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out").code == 0
    assert path.exists()


def test_names_that_break_lines(curate: Curate) -> None:
    name = 'a\u2028b\x85 "q"\n\'c.jsonl'
    write_jsonl(Path("in", name), [*ROWS, {"text": 3}])
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 0, outcome.err
    (listed,) = Path(".curate").glob("*/quarantine.jsonl")
    assert json.loads(listed.read_bytes())["path"] == name


def test_one_process_at_a_time(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [dict(row, origin="human") for row in ROWS])
    assert curate("scan", "in").code == 0
    (run,) = Path(".curate").iterdir()
    mix = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out")
    with (run / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (("scan", "in"), mix):
            outcome = curate(*command)
            assert outcome.code == 4
            assert "another curate" in outcome.err
    assert curate(*mix).code == 0


def test_halves_of_files_that_a_killed_process_left_go_wherever_they_lie(curate: Callable[..., Outcome]) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    assert curate("scan", "in", "-q", "-o", "run").code == 0
    whole = {path.relative_to("run") for path in Path("run").rglob("*")}
    names = (
        "seals/.manifest.json", "seals/.figures.json", "seals/.00000.json", ".scan.json", ".manifest.json",
        "annotations/.00000.parquet", "samples/.00000.arrow",
    )  # fmt: skip
    for name in names:
        Path("run", f"{name}.0a1b2c3d.tmp").write_text("half")
    Path("run/scan.json").unlink()
    assert curate("scan", "in", "-q", "-o", "run").code == 0
    assert {path.relative_to("run") for path in Path("run").rglob("*")} == whole


def test_a_scan_of_many_small_files_waits_no_more_often_for_the_disk(
    curate: Curate, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr(os, "fsync", waits.append)
    counts = []
    for files in (2, 12):
        for number in range(files):
            write_jsonl(Path(f"in{files}/{number}.jsonl"), [*ROWS, {"text": 7}])
        assert curate("scan", f"in{files}", "-q", "-o", f"run{files}").code == 0
        counts.append(len(waits))
        waits.clear()
    assert counts[0] == counts[1] > 0
