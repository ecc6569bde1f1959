"""A pull request of a data set on the Hub: the verdict of the same change in git; only changed files are fetched."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows
from hub_server import Hub
from own_hub import own_hub
from repositories import Repo, at_home
from web_server import forget_stores

Curate = Callable[..., Outcome]
ROWS = corpus_rows(160)
MAIN = "hf://datasets/org/name@main"
CHANGE = "hf://datasets/org/name@refs/pr/7"


def parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


BEFORE = {
    "README.md": b"# Texts\n",
    **{f"data/{number}.parquet": parquet(ROWS[20 * number : 20 * number + 20]) for number in range(4)},
    "data/lines.jsonl": lines(ROWS[80:100]),
    "data/gone.jsonl": lines(ROWS[100:110]),
}
EDITS: dict[str, bytes | None] = {
    "data/1.parquet": parquet([*ROWS[20:35], *ROWS[120:130]]),  # five rows go, ten come
    "data/new.jsonl": lines(ROWS[130:140]),
    "data/gone.jsonl": None,
    "data/3.parquet": None,
    "data/moved.parquet": BEFORE["data/3.parquet"],
    "notes.rst": b"A page about the texts that is no data, with more than six words in a row.\n",
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    forget_stores()
    monkeypatch.setattr("curate.corpus.remote.kept.cache_folder", lambda: tmp_path / ".user-cache")
    with own_hub(monkeypatch) as there:
        there.add("org/name", dict(BEFORE)).commit(dict(EDITS), "refs/pr/7")
        yield there


def in_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same change in a working tree, which becomes the working folder."""
    folder.mkdir()
    at_home(folder, monkeypatch)
    repository = Repo(folder)
    repository.git("init", "-q", "-b", "main")
    repository.commit(dict(BEFORE))
    for name in (name for name, edited in EDITS.items() if edited is None):
        (folder / name).unlink()
    repository.write({name: edited for name, edited in EDITS.items() if edited is not None})
    repository.git("add", "-A")


def told(found: Outcome) -> dict[str, Any]:
    """A verdict without the name of the baseline, and without files that are no data."""
    assert found.code in (0, 1), found.err
    kept = {name: value for name, value in found.json.items() if name not in ("baseline", "other_files", "note")}
    kept["change"].pop("hub")
    return kept


def test_the_verdict_is_that_of_the_same_change_in_git(
    curate: Curate, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = curate("check", CHANGE, "--baseline", MAIN, "--json")
    in_git(tmp_path / "repository", monkeypatch)
    same = curate("check", ".", "--baseline", "main", "--json")
    assert told(found) == told(same)
    states = {one["path"]: one["state"] for one in found.json["files"]}
    assert states["data/1.parquet"] == "changed"
    assert states["data/moved.parquet"] == "renamed"
    assert states["data/gone.jsonl"] == "deleted"
    assert "data/0.parquet" not in states
    assert hub.leaked == []


def test_only_changed_files_are_fetched_once_the_baseline_is_known(curate: Curate, hub: Hub) -> None:
    assert curate("check", CHANGE, "--baseline", MAIN).code in (0, 1)
    hub.repositories["org/name"].commit({"data/2.parquet": parquet(ROWS[140:150])}, "refs/pr/8")
    forget_stores()
    hub.forget_calls()
    found = curate("check", "hf://datasets/org/name@refs/pr/8", "--baseline", MAIN, "--json")
    assert [one["path"] for one in found.json["files"]] == ["data/2.parquet"]
    fetched = {name for name in hub.sent if name.startswith("data/")}
    assert fetched == {"data/2.parquet"}
    assert hub.kinds["api"] <= 4  # two revisions, two lists


def test_a_change_that_is_its_own_baseline_is_refused(curate: Curate, hub: Hub) -> None:
    hub.repositories["org/name"].refs["refs/pr/9"] = hub.repositories["org/name"].refs["main"]
    found = curate("check", "hf://datasets/org/name@refs/pr/9", "--baseline", MAIN)
    assert found.code == 2
    assert "is the commit that it is compared with" in found.err


def test_another_data_set_is_a_baseline_of_rows_that_were_there(curate: Curate, hub: Hub) -> None:
    hub.add("org/other", {"a.jsonl": lines(ROWS[:30])})
    found = curate("check", "hf://datasets/org/other", "--baseline", MAIN, "--json")
    assert found.code in (0, 1), found.err
    assert [one["state"] for one in found.json["files"]] == ["added"]
    assert found.json["removed"] is None


def comments(hub: Hub) -> list[dict[str, str]]:
    return hub.repositories["org/name"].comments[7]


def test_a_report_is_posted_and_replaced_in_place(curate: Curate, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    talk = {"id": f"{1:024x}", "author": "someone", "content": "Nice rows."}
    hub.repositories["org/name"].comments[7] = [dict(talk)]
    found = curate("check", CHANGE, "--baseline", MAIN, "--format", "hub-comment", "--post")
    assert found.code in (0, 1), found.err
    assert [one["content"] for one in comments(hub)] == ["Nice rows.", found.out]
    assert found.out.startswith("<!-- curate-check -->")
    hub.repositories["org/name"].commit({"data/new.jsonl": lines(ROWS[130:150])}, "refs/pr/7")
    again = curate("check", CHANGE, "--baseline", MAIN, "--format", "hub-comment", "--post")
    assert again.out != found.out
    assert [one["content"] for one in comments(hub)] == ["Nice rows.", again.out]
    assert "hf_right" not in found.out + found.err + again.out + again.err


def test_a_comment_needs_a_pull_request_and_a_token(curate: Curate, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    found = curate("check", CHANGE, "--baseline", MAIN, "--post")
    assert found.code == 2
    assert "set HF_TOKEN" in found.err
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    found = curate("check", MAIN, "--post")
    assert found.code == 2
    assert "is no pull request on the Hub" in found.err
    assert not any("/tree/" in call for call in hub.calls)
