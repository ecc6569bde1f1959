"""Twelve pull requests on a dataset, through the action's own steps: verdict, lines, exit code; no string gets out."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from action_runner import GitHub, Ran, log_commands, run_action, served
from check_readers import TAGS, Page, acting_lines, junit_schema, sarif_schema
from dataset_repository import CHANGES, HOSTILE_PATH, Corpus, Remote, own_corpus, real_corpus
from verdicts import ATTACKS


@dataclass(frozen=True)
class Expected:
    """Expected verdict on a pull request; lines: of rows that a gate which is not kept points at, by kind.

    declared: gates that fail as well where the rows say that people wrote them, as they do without real text.
    """

    level: str = "pass"
    gates: frozenset[str] = frozenset()
    files: tuple[tuple[str, str, int, int], ...] = ()
    lines: dict[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()


EXPECTED = {
    "clean": Expected(files=(("data/new.jsonl", "added", 60, 0),)),
    "machine": Expected("fail", frozenset({"machine-written"})),
    "copies": Expected(
        "fail", frozenset({"copies"}), (("data/new.jsonl", "added", 40, 0),),
        {"copy": ("data/new.jsonl", tuple(range(21, 41)))},
    ),
    "leaks": Expected(
        "fail", frozenset({"chat-leaks"}), (("data/more-chats.jsonl", "added", 10, 0),),
        {"rule": ("data/more-chats.jsonl", (2, 5, 9))},
    ),
    "rare": Expected(files=(("data/rare.jsonl", "added", 60, 0),)),
    "crlf": Expected(files=(("data/articles.jsonl", "changed", 40, 0),)),
    "pointer": Expected(
        "fail", frozenset({"unreadable"}),
        (("data/huge.jsonl", "pointer", 0, 0), ("data/new.jsonl", "added", 12, 0)),
    ),
    "big": Expected("warning"),  # the same sentences 50 times over: that does thin the tail out
    "renamed": Expected(files=(("data/older.parquet", "renamed", 0, 0),)),
    "deleted": Expected(
        "fail", frozenset({"removed", "removed-source"}), (("data/spare.jsonl", "deleted", 0, 40),),
        declared=frozenset({"removed-human"}),
    ),
    "edited": Expected(
        "fail", frozenset({"chat-leaks"}), (("data/articles.jsonl", "changed", 3, 3),),
        {"rule": ("data/articles.jsonl", (50,))},
    ),
    "hostile": Expected(
        "fail", frozenset({"chat-leaks"}), ((HOSTILE_PATH, "added", len(ATTACKS), 0),),
        {"rule": (HOSTILE_PATH, tuple(range(1, len(ATTACKS) + 1)))},
    ),
}  # fmt: skip
NO_TEXT = "real text is not there: drawn words say nothing about who wrote them; set CURATE_DATA to run this"
NAMES = tuple(change.__name__ for change in CHANGES)
Verdicts = Callable[[str], "Checked"]


@dataclass(frozen=True)
class Checked:
    """A pull request as it was checked."""

    ran: Ran
    github: GitHub
    verdict: dict[str, Any]
    texts: dict[str, str]


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    data = Path(os.environ.get("CURATE_DATA") or Path(__file__).parents[3] / "shared" / "data")
    return real_corpus(data) if (data / "train.parquet").is_file() else own_corpus()


@pytest.fixture(scope="session")
def checked(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Each pull request, checked once: in one shallow checkout, as a runner whose cache was restored has it."""
    root = tmp_path_factory.mktemp("dataset")
    remote = Remote(root / "remote", corpus)
    clone = root / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", remote.root.as_uri(), str(clone)], check=True)
    done: dict[str, Checked] = {}

    def check(name: str) -> Checked:
        if name not in done:
            number = NAMES.index(name) + 1
            event = remote.pull_request(number, name, CHANGES[number - 1])
            for command in (["fetch", "-q", "--depth=1", "origin", f"refs/pull/{number}/merge"],
                            ["checkout", "-q", "--force", "FETCH_HEAD"]):  # fmt: skip
                subprocess.run(["git", "-C", str(clone), *command], check=True)
            done[name] = action_on(clone, root / name, event)
        return done[name]

    return check


def action_on(clone: Path, temp: Path, event: dict[str, Any], **inputs: str) -> Checked:
    with served(GitHub()) as github:
        ran = run_action(clone, temp, event, github, **{"paths": "data", "upload_sarif": "true", **inputs})
    paths = {name: ran.outputs[f"{name}-path"] for name in ("report", "json", "sarif", "junit")}
    assert all(paths.values()), ran.log
    texts = {name: Path(path).read_text(encoding="utf-8") for name, path in paths.items()}
    texts["github"] = Path(paths["report"]).with_suffix(".txt").read_text(encoding="utf-8")
    return Checked(ran, github, json.loads(texts["json"]), texts)


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_the_lines_and_the_exit_code_are_right(checked: Verdicts, corpus: Corpus, name: str) -> None:
    if name == "machine" and not corpus.real:
        pytest.skip(NO_TEXT)
    found, expected = checked(name), EXPECTED[name]
    verdict = found.verdict
    broken = {gate["gate"] for gate in verdict["gates"] if gate["level"] == "fail"}
    gates = expected.gates | (frozenset() if corpus.real else expected.declared)
    assert (verdict["level"], broken) == (expected.level, set(gates)), found.ran.log
    assert found.ran.code == (1 if expected.level == "fail" else 0)
    assert found.ran.outputs["status"] == expected.level
    files = tuple((one["path"], one["state"], one["rows"], one["removed"]) for one in verdict["files"])
    assert not expected.files or files == expected.files
    for kind, (path, lines) in expected.lines.items():
        places = [one for one in verdict["places"] if one["kind"] == kind]
        assert {(one["path"], one["line"], one["row"]) for one in places} == {(path, n, n - 1) for n in lines}


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_valid_and_nothing_gets_out_of_it(checked: Verdicts, name: str) -> None:
    found = checked(name)
    for format, text in found.texts.items():
        assert acting_lines(text, format) == [], format
    log = json.loads(found.texts["sarif"])
    assert [str(error) for error in sarif_schema().iter_errors(log)] == []
    junit_schema().validate(ElementTree.fromstring(found.texts["junit"]))
    page = Page(found.texts["report"])
    assert set(page.tags) <= TAGS
    assert page.comments == [" curate-check "]
    annotations = found.texts["github"].splitlines()
    assert len(annotations) <= 10
    assert log_commands(found.ran.log) == annotations
    assert not {"\x1b", "\u202e", "\x07", "\x00"} & set(found.ran.log)
    level = found.verdict["level"]
    assert level == "pass" or annotations[0].startswith({"fail": "::error ", "warning": "::warning "}[level])


@pytest.mark.parametrize("name", NAMES)
def test_the_action_writes_its_summary_comment_and_outputs(checked: Verdicts, name: str) -> None:
    found = checked(name)
    assert found.ran.summary == found.texts["report"] + "\n"
    assert [comment["body"] for comment in found.github.comments] == [found.texts["report"]]
    share = (found.verdict["change"] or {}).get("machine_share") or {}
    for output, key in (("machine-share", "estimate"), ("machine-share-low", "low"), ("machine-share-high", "high")):
        told = found.ran.outputs[output]
        assert (float(told) if told else None) == pytest.approx(share.get(key), abs=1e-4)
    assert found.ran.called["github/codeql-action/upload-sarif"]["sarif_file"] == found.ran.outputs["sarif-path"]


def test_machine_rows_are_pointed_at(checked: Verdicts, corpus: Corpus) -> None:
    if not corpus.real:
        pytest.skip(NO_TEXT)
    human = len(corpus.machine) * 2 // 3
    places = [one for one in checked("machine").verdict["places"] if one["kind"] == "machine-like"]
    first = [one["line"] for one in places[:20]]
    assert len(first) == 20
    assert sum(line > human for line in first) >= 18


def test_a_rare_source_is_praised(checked: Verdicts) -> None:
    found = checked("rare")
    assert found.verdict["praise"]
    assert "What it brings" in found.texts["report"]


def test_a_pointer_is_named_with_the_command_that_fetches_it(checked: Verdicts) -> None:
    (note,) = [file["note"] for file in checked("pointer").verdict["files"] if file["state"] == "pointer"]
    assert "git lfs pull" in note
    assert "data/huge.jsonl" in note
