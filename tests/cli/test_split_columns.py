"""Rows that a column of the baseline names as held out are held out as rows of a test file are."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
Row = dict[str, Any]
BARE = [{"id": row["id"], "text": row["text"]} for row in corpus_rows(40)]
NONE = {"rows": 0, "moved": 0, "copied": 0, "near": 0}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    at_home(tmp_path, monkeypatch)
    repo = new_repo(tmp_path / "repo")
    monkeypatch.chdir(repo.root)
    return repo


def parted(column: str, train: object, test: object) -> list[Row]:
    """Thirty rows of train and ten of test, in one file."""
    return [{**row, column: train if k < 30 else test} for k, row in enumerate(BARE)]


def held_out(curate: Curate, *more: str) -> tuple[int, dict[str, int], str]:
    """Exit code, figures of rows held out, and the level of the gate."""
    found = curate("check", "data", "--baseline", "HEAD", "-q", "--json", *more)
    levels = {one["gate"]: one["level"] for one in found.json["gates"]}
    return found.code, found.json["change"]["held_out"], levels.get("held-out", "pass")


@pytest.mark.parametrize(
    ("column", "train", "test"),
    [
        ("split", "train", "test"),
        ("dataset_split", "TRAIN", "Validation"),
        ("Partition", "training", "held-out"),
        ("subset", "train/en", "dev/en"),
    ],
)
def test_a_copy_of_a_row_of_the_test_split_fails(
    curate: Curate, repo: Repo, column: str, train: str, test: str
) -> None:
    rows = parted(column, train, test)
    repo.commit({"data/all.jsonl": lines(rows)})
    repo.write({"data/all.jsonl": lines([*rows, {**rows[35], "id": "new", column: train}])})
    assert held_out(curate) == (1, {"rows": 1, "moved": 0, "copied": 1, "near": 0}, "fail")
    repo.write({"data/all.jsonl": lines([*rows, {**rows[35], "id": "new"}])})
    assert held_out(curate)[1] == NONE, "a copy in the same split comes into no training"


def test_a_place_names_both_rows(curate: Curate, repo: Repo) -> None:
    rows = parted("split", "train", "test")
    repo.commit({"data/all.jsonl": lines(rows)})
    repo.write({"data/all.jsonl": lines([*rows, {**rows[35], "split": "train"}])})
    found = curate("check", "data", "--baseline", "HEAD", "-q", "--json")
    (place,) = [one for one in found.json["places"] if one["gate"] == "held-out"]
    assert (place["path"], place["line"]) == ("data/all.jsonl", 41)
    assert "(data/all.jsonl, line 36), which is held out" in place["message"]


@pytest.mark.parametrize("now", ["train", None, "extra", ...])
def test_rows_that_change_their_split_fail(curate: Curate, repo: Repo, now: object) -> None:
    """Whatever they say then, and where they say nothing."""
    rows = parted("split", "train", "test")
    repo.commit({"data/all.jsonl": lines(rows)})
    changed = [{**row, "split": now} if k in (35, 36) else row for k, row in enumerate(rows)]
    changed = [{name: value for name, value in row.items() if value is not ...} for row in changed]
    repo.write({"data/all.jsonl": lines(changed)})
    assert held_out(curate) == (1, {"rows": 2, "moved": 0, "copied": 2, "near": 0}, "fail")


def test_rows_that_go_to_another_held_out_split_pass(curate: Curate, repo: Repo) -> None:
    rows = parted("split", "train", "test")
    repo.commit({"data/all.jsonl": lines(rows)})
    rows[3], rows[35] = ({**rows[k], "split": "dev"} for k in (3, 35))
    repo.write({"data/all.jsonl": lines(rows)})
    assert held_out(curate)[1:] == (NONE, "pass")


def test_a_column_without_which_rows_were_held_out_is_missed(curate: Curate, repo: Repo) -> None:
    repo.commit({"data/all.jsonl": lines(parted("split", "train", "test"))})
    repo.write({"data/all.jsonl": lines(BARE)})
    assert held_out(curate)[1]["copied"] == 10


def test_a_column_that_the_change_brings_excuses_nothing(curate: Curate, repo: Repo) -> None:
    """Rows of a test file stay held out by their file; a column added to all rows makes no row new."""
    repo.commit({"data/train.jsonl": lines(BARE[:30]), "data/test.jsonl": lines(BARE[30:])})
    new = {**BARE[35], "id": "new", "split": "test"}
    repo.write({"data/train.jsonl": lines([*BARE[:30], new])})
    assert held_out(curate) == (1, {"rows": 1, "moved": 0, "copied": 1, "near": 0}, "fail")
    with_split = [{**row, "split": "train"} for row in BARE[:30]]
    repo.write({"data/train.jsonl": lines(with_split)})
    found = curate("check", "data", "--baseline", "HEAD", "-q", "--json")
    assert found.json["change"] is None


def test_a_file_of_another_name_is_held_to_the_column_of_the_baseline(curate: Curate, repo: Repo) -> None:
    """Nothing but the baseline tells that these rows are held out, and its file does not change."""
    rows = parted("split", "train", "test")
    repo.commit({"data/all.jsonl": lines(rows)})
    more = [{**row, "id": f"n{k}"} for k, row in enumerate(rows[33:36])]
    more[1]["split"] = "train"
    del more[2]["split"]
    repo.write({"data/more.jsonl": lines(more)})
    assert held_out(curate)[1] == {"rows": 2, "moved": 0, "copied": 2, "near": 0}


def table(rows: Sequence[Row], type: pa.DataType) -> bytes:
    """As Parquet, with splits of this type."""
    out = io.BytesIO()
    found = pa.Table.from_pylist(list(rows))
    place = found.schema.get_field_index("split")
    pq.write_table(found.set_column(place, "split", found.column(place).cast(type)), out)
    return out.getvalue()


@pytest.mark.parametrize("type", [pa.string(), pa.dictionary(pa.int8(), pa.string()), pa.large_string()])
def test_columns_of_tables_are_read(curate: Curate, repo: Repo, type: pa.DataType) -> None:
    rows = parted("split", "train", "test")
    repo.commit({"data/all.parquet": table(rows, type)})
    repo.write({"data/all.parquet": table([*rows, {**rows[35], "split": "train"}], type)})
    assert held_out(curate) == (1, {"rows": 1, "moved": 0, "copied": 1, "near": 0}, "fail")


def test_a_baseline_that_is_a_path_holds_its_columns_too(curate: Curate, tmp_path: Path) -> None:
    rows = parted("split", "train", "test")
    base, new = tmp_path / "base.jsonl", tmp_path / "new.jsonl"
    base.write_text(lines(rows))
    new.write_text(lines([{**rows[35], "split": "train"}, {**rows[36], "split": "test"}]))
    found = curate("check", new, "--baseline", base, "-q", "--json")
    assert found.json["change"]["held_out"] == {"rows": 1, "moved": 0, "copied": 1, "near": 0}


def test_a_near_copy_warns(curate: Curate, repo: Repo) -> None:
    rows = parted("split", "train", "test")
    repo.commit({"data/all.jsonl": lines(rows)})
    repo.write({"data/all.jsonl": lines([*rows, {"text": rows[35]["text"] + " indeed", "id": "n", "split": "train"}])})
    assert held_out(curate)[1] == {"rows": 0, "moved": 0, "copied": 0, "near": 1}
