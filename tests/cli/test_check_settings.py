"""A change does not decide how it is checked: its settings, policies and rules are those of the baseline."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows
from curate.settings.compare import KNOWN
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
ROWS = corpus_rows(60)
LEAK = {
    "text": "As an AI language model, I cannot help with that request. " + ROWS[50]["text"],
    "quiet": "nothing here",
}
POLICY = """
[[gate]]
id = "chat-leaks"
metric = "books.leaks"
then = "fail"
at_most = {most}
why = "{why}"
"""
EDITS = {
    "fail-on": {"curate.toml": 'fail-on = "never"'},
    "policy": {"curate.toml": 'policy = ["lax.toml"]', "lax.toml": POLICY.format(most=9, why="lax")},
    "rules": {
        "curate.toml": 'rules = ["own.toml"]',
        "own.toml": '[[rule]]\nid = "en-as-an-ai"\nmatches = "zzz"\nthen = "flag"\nwhy = "-"',
    },
    "text-column": {"curate.toml": 'text-column = "quiet"'},
    "baseline": {"curate.toml": 'baseline = "topic"'},
    "label-column": {"curate.toml": 'label-column = "origin"'},
    "threshold": {"curate.toml": "threshold = 1.0"},
    "cache-dir": {"curate.toml": 'cache-dir = "../elsewhere"'},
    "unknown": {"curate.toml": "surprise = 1"},
    "pyproject": {"pyproject.toml": '[tool.curate]\nfail-on = "never"'},
    "link": {},
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Data on main, and a change on the branch topic that brings a chat leak."""
    at_home(tmp_path, monkeypatch)
    found = new_repo(Path.cwd() / "set", {"data/a.jsonl": lines(ROWS[:40])})
    monkeypatch.chdir(found.root)
    found.git("checkout", "-q", "-b", "topic")
    found.commit({"data/b.jsonl": lines([*ROWS[40:50], LEAK])})
    return found


def gates(outcome: Outcome) -> list[tuple[str, str]]:
    return [(gate["gate"], gate["level"]) for gate in outcome.json["gates"]]


@pytest.mark.parametrize("edit", EDITS)
def test_no_setting_of_the_change_moves_its_verdict(curate: Curate, repo: Repo, edit: str) -> None:
    check = ("check", "data", "--baseline", "main", "--json", "-q")
    honest = curate(*check)
    assert honest.code == 1, honest.err
    if edit == "link":
        (repo.root / "curate.toml").symlink_to("data/b.jsonl")
    repo.commit(dict(EDITS[edit]))
    outcome = curate(*check)
    assert (outcome.code, gates(outcome)) == (1, gates(honest)), outcome.err
    assert "comes with the change and is not used" in outcome.json["note"]


def test_settings_that_the_baseline_has_count_and_an_edit_of_them_is_shown(curate: Curate, repo: Repo) -> None:
    repo.git("checkout", "-q", "main")
    repo.commit(
        {"curate.toml": 'policy = ["policy.toml"]', "policy.toml": POLICY.format(most=0, why="of the baseline")}
    )
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    check = ("check", "data", "--baseline", "main", "--json", "-q")
    honest = curate(*check)
    assert (honest.code, [gate["why"] for gate in honest.json["gates"]]) == (1, ["of the baseline"])
    assert honest.json["note"] == ""
    repo.commit({"policy.toml": POLICY.format(most=9, why="of the change")})
    edited = curate(*check)
    assert (edited.code, edited.json["gates"]) == (1, honest.json["gates"])
    assert "policy.toml is edited by the change" in edited.json["note"]
    assert "policy.toml is edited by the change" in curate("check", "data", "--baseline", "main", "-q").out


@pytest.mark.parametrize("option", ["--policy", "--rules", "--config", "--detector"])
def test_a_file_that_only_the_change_has_is_refused(curate: Curate, repo: Repo, option: str) -> None:
    repo.commit({"mine.toml": "x = 1"})
    outcome = curate("check", "data", "--baseline", "main", "-q", option, "mine.toml")
    assert outcome.code == 2
    assert "comes with the change" in outcome.err


def test_a_file_that_git_does_not_track_is_the_users_own(curate: Curate, repo: Repo) -> None:
    repo.write({"mine.toml": POLICY.format(most=9, why="mine")})
    outcome = curate("check", "data", "--baseline", "main", "-q", "--json", "--policy", "mine.toml")
    assert (outcome.code, [gate["why"] for gate in outcome.json["gates"]]) == (0, ["mine"])


def test_human_text_that_the_change_edits_is_no_reference(curate: Curate, repo: Repo) -> None:
    repo.commit({"human/a.jsonl": lines(ROWS[50:])})
    outcome = curate("check", "data", "--baseline", "main", "-q", "--human-reference", "human")
    assert outcome.code == 2
    assert "edited by the change" in outcome.err


def test_a_baseline_that_only_the_change_names_is_refused(curate: Curate, repo: Repo) -> None:
    repo.commit({"curate.toml": 'baseline = "main"'})
    outcome = curate("check", "data", "-q")
    assert outcome.code == 2
    assert "--baseline main" in outcome.err


LIFTING: dict[str, object] = {  # what would lift the gate, or stop the check, if the change were asked
    "text_column": "quiet", "fail_on": "never", "threshold": 1.0, "label_column": "origin", "memory": "1",
    "num_proc": 0, "seed": -1, "confidence": 2, "ngram_size": 0, "num_perm": 0, "human_baseline": True,
}  # fmt: skip


@pytest.mark.parametrize(("name", "file"), list(zip(KNOWN, cycle(["curate.toml", "pyproject.toml"]), strict=False)))
def test_an_edit_of_any_setting_leaves_the_verdict_as_the_baseline_has_it(
    curate: Curate, repo: Repo, name: str, file: str
) -> None:
    """One test for every setting that the program knows, in a file that the baseline has too."""
    table = "" if file == "curate.toml" else "[tool.curate]\n"
    repo.git("checkout", "-q", "main")
    repo.commit({file: f"{table}seed = 42\n"})
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    check = ("check", "data", "--baseline", "main", "--json", "-q")
    honest = curate(*check)
    value = json.dumps(LIFTING.get(name, "lax.toml"))
    repo.commit({file: f"{table}{name.replace('_', '-')} = {value}\n", "lax.toml": POLICY.format(most=9, why="lax")})
    edited = curate(*check)
    assert (edited.code, gates(edited)) == (honest.code, gates(honest)) == (1, gates(honest)), edited.err
    assert f"{file} is edited by the change" in edited.json["note"]
