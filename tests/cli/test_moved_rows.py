"""Rows that move between files are counted and named, and none of a held-out split comes into training unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import Outcome, corpus_rows
from curate.corpus.split_names import is_held_out
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
ROWS = corpus_rows(60)
TRAIN, TEST = ROWS[:40], ROWS[40:]
FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    at_home(tmp_path, monkeypatch)
    repo = new_repo(tmp_path / "repo")
    repo.commit({"data/train.jsonl": lines(TRAIN), "data/test.jsonl": lines(TEST)})
    monkeypatch.chdir(repo.root)
    return repo


def gates(outcome: Outcome) -> dict[str, str]:
    return {one["gate"]: one["level"] for one in outcome.json["gates"]}


def test_rows_of_the_test_split_moved_into_train_fail(curate: Curate, repo: Repo) -> None:
    repo.write({"data/train.jsonl": lines([*TRAIN, *TEST[:7]]), "data/test.jsonl": lines(TEST[7:])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert found.code == 1
    figures = found.json["change"]
    assert figures["moved"] == {
        "rows": 7, "pairs": 1, "files": [{"from": "data/test.jsonl", "to": "data/train.jsonl", "rows": 7}]
    }  # fmt: skip
    assert figures["held_out"] == {"rows": 7, "moved": 7, "copied": 0, "near": 0}
    assert gates(found)["held-out"] == "fail"
    places = [one for one in found.json["places"] if one["gate"] == "held-out"]
    assert [(one["path"], one["line"]) for one in places] == [("data/train.jsonl", line) for line in range(41, 48)]
    assert "data/test.jsonl, line 1, which is held out" in places[0]["message"]
    for form in FORMATS:
        told = " ".join(curate("check", "data", "--baseline", "main", "-q", "--format", form).out.split())
        assert form == "json" or "7 rows moved from data/test.jsonl to data/train.jsonl" in told, form
        assert "nothing changed" not in told


def test_rows_that_move_between_files_of_train_pass_and_are_named(curate: Curate, repo: Repo) -> None:
    repo.write({"data/train.jsonl": lines(TRAIN[:30]), "data/train-2.jsonl": lines(TRAIN[30:])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert (found.code, found.json["level"]) == (0, "pass")
    assert found.json["change"]["moved"]["rows"] == 10
    assert found.json["change"]["held_out"]["rows"] == 0
    told = curate("check", "data", "--baseline", "main", "-q").out
    assert "10 rows moved from data/train.jsonl to data/train-2.jsonl" in " ".join(told.split())


def test_rows_that_go_to_the_test_split_are_named(curate: Curate, repo: Repo) -> None:
    repo.write({"data/train.jsonl": lines(TRAIN[5:]), "data/test.jsonl": lines([*TEST, *TRAIN[:5]])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert (found.code, gates(found).get("held-out", "pass")) == (0, "pass")
    assert found.json["change"]["moved"]["rows"] == 5


def test_rows_copied_from_the_test_split_fail(curate: Curate, repo: Repo) -> None:
    repo.write({"data/train.jsonl": lines([*TRAIN, TEST[3]])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert found.json["change"]["held_out"] == {"rows": 1, "moved": 0, "copied": 1, "near": 0}
    assert gates(found)["held-out"] == "fail"
    (place,) = [one for one in found.json["places"] if one["gate"] == "held-out"]
    assert (place["path"], place["line"]) == ("data/train.jsonl", 41)
    assert "which is held out" in place["message"]


@pytest.mark.parametrize("form", ["{}\n", " {}", "{}  "])
def test_rows_copied_with_other_blanks_fail(curate: Curate, repo: Repo, form: str) -> None:
    copies = [{**row, "text": form.format(row["text"])} for row in TEST[:3]]
    repo.write({"data/train.jsonl": lines([*TRAIN, *copies])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert found.json["change"]["held_out"] == {"rows": 3, "moved": 0, "copied": 0, "near": 3}
    assert (found.code, gates(found)["held-out"]) == (1, "fail")
    places = [one for one in found.json["places"] if one["gate"] == "held-out"]
    assert sorted((one["path"], one["line"]) for one in places) == [("data/train.jsonl", k) for k in (41, 42, 43)]
    assert "100 % like" in places[0]["message"]
    assert "which is held out" in places[0]["message"]


MOVED: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "a line end": (lambda row: {**row, "text": row["text"] + "\n"}, "fail"),
    "a blank": (lambda row: {**row, "text": row["text"].replace(" ", "  ", 1)}, "fail"),
    "a label": (lambda row: {**row, "origin": "machine" if row["origin"] == "human" else "human"}, "fail"),
    "a last word": (lambda row: {**row, "text": row["text"] + " indeed"}, "warning"),
}


@pytest.mark.parametrize("change", MOVED)
def test_rows_taken_out_of_the_test_split_and_changed_are_known(curate: Curate, repo: Repo, change: str) -> None:
    """New rows are compared with the rows that the change takes away, too."""
    made, level = MOVED[change]
    there = [TRAIN[0], *TEST]
    repo.commit({"data/train.jsonl": lines(TRAIN), "data/test.jsonl": lines(there)})
    new = [{**made(row), "id": f"n{i}"} for i, row in enumerate(TEST[:3])]
    repo.write({"data/train.jsonl": lines([*TRAIN, *new]), "data/test.jsonl": lines([TRAIN[0], *TEST[3:]])})
    found = curate("check", "data", "--baseline", "HEAD", "-q", "--json", "--label-column", "origin")
    gate = {"fail": "held-out", "warning": "near-held-out"}[level]
    assert gates(found)[gate] == level
    places = {(one["path"], one["line"]) for one in found.json["places"] if one["gate"] == gate}
    known = {("data/train.jsonl", line) for line in range(41, 44)}
    assert places == known if level == "fail" else places and places <= known
    told = [one["message"] for one in found.json["places"] if one["gate"] == gate]
    assert all("(data/test.jsonl, line " in one for one in told)


def test_rows_like_rows_of_the_test_split_warn(curate: Curate, repo: Repo) -> None:
    near = [{**row, "text": f"{row['text']} The end."} for row in TEST[:2]]
    repo.write({"data/train.jsonl": lines([*TRAIN, *near])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert found.json["change"]["held_out"] == {"rows": 0, "moved": 0, "copied": 0, "near": 2}
    assert (gates(found)["held-out"], gates(found)["near-held-out"]) == ("pass", "warning")


def test_a_test_file_that_becomes_a_train_file_fails(curate: Curate, repo: Repo) -> None:
    (repo.root / "data/test.jsonl").rename(repo.root / "data/train-2.jsonl")
    repo.git("add", "-A")
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert (found.code, found.json["change"]["held_out"]["moved"]) == (1, len(TEST))
    repo.write({"data/train-2.jsonl": lines([*TEST[1:], ROWS[0]])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert (found.code, found.json["change"]["held_out"]["moved"]) == (1, len(TEST) - 1)


def test_a_row_that_changes_its_format_with_its_split_is_found(curate: Curate, repo: Repo) -> None:
    pq.write_table(pa.Table.from_pylist(TEST), repo.root / "data/train-00001.parquet")
    repo.write({"data/test.jsonl": lines(TEST[10:])})
    found = curate("check", "data", "--baseline", "main", "-q", "--json")
    assert found.code == 1
    assert found.json["change"]["held_out"] == {"rows": 20, "moved": 10, "copied": 10, "near": 0}


def test_copies_are_found_beside_a_folder_too(curate: Curate, repo: Repo) -> None:
    new = repo.root.parent / "more" / "train.jsonl"
    new.parent.mkdir()
    new.write_text(lines(TEST[:4]))
    found = curate("check", str(new), "--baseline", "data", "-q", "--json")
    assert (found.code, found.json["change"]["held_out"]["copied"]) == (1, 4)


@pytest.mark.parametrize(
    ("path", "held_out"),
    [
        ("data/test.jsonl", True), ("data/test-00000-of-00001.parquet", True), ("en/validation/a.parquet", True),
        ("data/eval_set.jsonl", True), ("data/held_out.jsonl", True), ("hold-out/x.csv", True), ("DEV.jsonl", True),
        ("data/train.jsonl", False), ("test/train.jsonl", False), ("train/test.jsonl", True), ("data/a.jsonl", False),
        ("tests/data/a.jsonl", False), ("contest/latest.jsonl", False), ("data/attested.jsonl", False),
        ("val/000.parquet", True), ("data/train_test.jsonl", False), ("data/test2.jsonl", True),
    ],
)  # fmt: skip
def test_held_out_splits_are_known_by_whole_words(path: str, held_out: bool) -> None:  # noqa: FBT001
    assert is_held_out(path) == held_out


@given(st.text(max_size=30))
def test_any_path_is_answered(path: str) -> None:
    assert is_held_out(f"{path}/test.jsonl")
    assert not is_held_out(f"{path}/train.jsonl")
