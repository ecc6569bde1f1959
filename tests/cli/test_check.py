"""curate check through the command line: a change beside what was there, held to the gates of a policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl

Curate = Callable[..., Outcome]
OLD, NEW = corpus_rows(200)[:120], corpus_rows(200)[150:]
LEAK = "As an AI language model, I cannot say more."


@pytest.fixture
def repository(curate: Curate) -> Curate:
    """A baseline in `base`; the command runs beside it."""
    write_jsonl(Path("base/a.jsonl"), OLD)
    return curate


def test_clean_text_passes(repository: Curate) -> None:
    write_jsonl(Path("new.jsonl"), NEW)
    outcome = repository("check", "new.jsonl", "--baseline", "base")
    assert outcome.code == 0
    assert " PASS " in outcome.out
    assert "Look at" not in outcome.out


def test_a_leak_a_copy_and_a_torn_row_are_shown_with_their_lines(repository: Curate) -> None:
    leaking = {**NEW[3], "text": f"{NEW[3]['text']} {LEAK}"}
    path = write_jsonl(Path("new.jsonl"), [*NEW[:3], leaking, *NEW[4:], *OLD[:10]])
    with path.open("a") as file:
        file.write('{"id": "torn", "text": "and th\n')
    outcome = repository("check", "new.jsonl", "--baseline", "base", "--json")
    assert outcome.code == 1
    found = outcome.json
    assert found["level"] == "fail"
    broken = {gate["gate"]: gate["level"] for gate in found["gates"] if gate["level"] != "pass"}
    assert broken == {"chat-leaks": "fail", "unreadable": "fail", "copies": "fail", "some-copies": "warning"}
    places = {(one["kind"], one["path"], one["line"], one["row"]) for one in found["places"]}
    assert places == {
        ("rule", "new.jsonl", 4, 3),
        ("unreadable", "new.jsonl", 61, 60),
        *(("copy", "new.jsonl", line, line - 1) for line in range(51, 61)),
    }
    assert LEAK in next(one["snippet"] for one in found["places"] if one["kind"] == "rule")


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_fail_on_says_what_the_exit_code_is_about(repository: Curate, fail_on: str, code: int) -> None:
    write_jsonl(Path("new.jsonl"), [*NEW, *OLD[:3]])
    outcome = repository("check", "new.jsonl", "--baseline", "base", "--fail-on", fail_on, "--format",
                         "json=v.json")  # fmt: skip
    assert outcome.code == code
    assert outcome.out == ""
    assert json.loads(Path("v.json").read_text())["level"] == "warning"


def test_one_check_writes_every_format(repository: Curate) -> None:
    write_jsonl(Path("new.jsonl"), [{**NEW[0], "text": f"{NEW[0]['text']} {LEAK}"}, *NEW[1:]])
    files = {"json": "v.json", "markdown": "v.md", "github": "v.txt", "sarif": "v.sarif", "junit": "v.xml"}
    asked = [word for name, file in files.items() for word in ("--format", f"{name}={file}")]
    outcome = repository("check", "new.jsonl", "--baseline", "base", "--format", "text", *asked)
    assert outcome.code == 1
    assert " FAIL " in outcome.out
    assert Path("v.md").read_text().startswith("<!-- curate-check -->\n### curate check: failed")
    assert "::error file=new.jsonl,line=1,title=curate check%3A chat-leaks::" in Path("v.txt").read_text()
    (run,) = json.loads(Path("v.sarif").read_text())["runs"]
    assert {result["ruleId"] for result in run["results"]} == {"chat-leaks"}
    assert '<failure type="books.leaks"' in Path("v.xml").read_text()
    assert repository("check", "new.jsonl", "--baseline", "base", "--format", "github").out == Path("v.txt").read_text()
    printed = repository("check", "new.jsonl", "--baseline", "base", "--json")
    assert printed.json == json.loads(Path("v.json").read_text())


@pytest.mark.parametrize("formats", [("yaml",), ("json=",), ("sarif", "junit"), ("text", "json")])
def test_a_format_that_is_none_or_two_on_stdout_is_refused(repository: Curate, formats: tuple[str, ...]) -> None:
    write_jsonl(Path("new.jsonl"), NEW)
    outcome = repository("check", "new.jsonl", *(word for name in formats for word in ("--format", name)))
    assert outcome.code == 2
    assert "--format" in outcome.err
