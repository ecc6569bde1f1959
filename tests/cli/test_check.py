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
    """Made-up words are no language: who wrote them cannot be told, and only that is said."""
    write_jsonl(Path("new.jsonl"), NEW)
    outcome = repository("check", "new.jsonl", "--baseline", "base")
    assert outcome.code == 0
    assert " WARNING " in outcome.out
    assert "for a score" in " ".join(outcome.out.split())
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
    assert broken == {
        "chat-leaks": "fail", "unreadable": "fail", "copies": "fail", "some-copies": "warning",
        "perhaps-machine-written": "warning",
    }  # fmt: skip
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
    assert {result["ruleId"] for result in run["results"]} == {"chat-leaks", "perhaps-machine-written"}
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


def leaves(value: object, name: str = "") -> list[tuple[str, float]]:
    """Every number of an object by its dotted name."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{name}.{key}" if name else key)]
    if isinstance(value, list) and name.startswith("diversity.intervals."):
        return [(f"{name}.{bound}", number) for bound, number in zip(("low", "high"), value, strict=True)]
    return [(name, value)] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def test_every_figure_of_a_scan_can_be_gated(repository: Curate) -> None:
    write_jsonl(Path("new.jsonl"), [*NEW, *OLD])
    found = repository("check", "new.jsonl", "--baseline", "base", "--source-column", "site", "--json").json["change"]
    settings = ("version", "machine_share.confidence")
    named = [(name, value) for name, value in leaves(found) if not name.endswith(".confidence")]
    named = [(name, value) for name, value in named if name not in settings]
    assert {"diversity.coverage", "rules.lorem-ipsum", "machine_share.by_source.s1.low"} <= {name for name, _ in named}
    gates = "".join(
        f'[[gate]]\nid = {name!r}\nmetric = {name!r}\nthen = "warn"\nat_most = {value}\nat_least = {value}\n'
        for name, value in named
    )
    Path("all.toml").write_text(gates)
    outcome = repository(
        "check", "new.jsonl", "--baseline", "base", "--source-column", "site", "--policy", "all.toml", "--json"
    )
    assert outcome.code == 0, outcome.err
    assert [(one["metric"], one["value"]) for one in outcome.json["gates"]] == named


def test_a_bad_policy_is_refused_before_anything_is_read(curate: Curate) -> None:
    Path("mine.toml").write_text('[[gate]]\nid = "a"\nmetric = "machine_share.lwo"\nthen = "fail"\nat_most = 1\n')
    outcome = curate("check", "nowhere.jsonl", "--policy", "mine.toml")
    assert outcome.code == 2
    assert "mine.toml, gate a: no figure is called 'machine_share.lwo'" in outcome.err
    assert "did you mean machine_share.low?" in outcome.err


def test_a_gate_on_the_only_source_is_on_the_whole(repository: Curate) -> None:
    rows = [{**row, "site": "web.old"} for row in NEW]
    write_jsonl(Path("new.jsonl"), rows)
    Path("mine.toml").write_text(
        '[[gate]]\nid = "a"\nmetric = "machine_share.by_source.web.old.high"\nthen = "fail"\nat_most = 1\n'
    )
    outcome = repository("check", "new.jsonl", "--source-column", "site", "--policy", "mine.toml", "--json")
    (gate,) = outcome.json["gates"]
    assert (gate["value"], gate["level"]) == (1.0, "pass")


def test_without_a_baseline_only_the_change_is_judged(curate: Curate) -> None:
    write_jsonl(Path("new.jsonl"), NEW)
    Path("mine.toml").write_text(
        "".join(
            f'[[gate]]\nid = "{name}"\nmetric = "{metric}"\nthen = "fail"\nat_least = 0\non = "{on}"\n'
            f'when_unknown = "{unknown}"\n'
            for name, metric, on, unknown in (
                ("a", "documents", "change", "fail"),
                ("b", "documents", "whole", "warn"),
                ("c", "documents", "difference", "pass"),
                ("d", "duplicates.index.documents", "change", "fail"),
            )
        )
    )
    outcome = curate("check", "new.jsonl", "--policy", "mine.toml", "--json")
    assert outcome.code == 1
    assert {gate["gate"]: gate["level"] for gate in outcome.json["gates"]} == {
        "a": "pass", "b": "warning", "c": "pass", "d": "fail",
    }  # fmt: skip
    assert "there is no baseline to compare with" in outcome.json["gates"][1]["message"]
    assert [gate["known"] for gate in outcome.json["gates"]] == [True, False, False, False]
    shown = curate("check", "new.jsonl", "--policy", "mine.toml").out.splitlines()
    assert shown[1].endswith("; 3 gates cannot tell (b, c, d)")
    assert [line.split()[:2] for line in shown if line.startswith(("  ? ", "  ✓ "))] == [["?", "c"], ["✓", "a"]]
    assert (outcome.json["whole"], outcome.json["difference"]) == (None, {})
    Path("mine.toml").write_text(Path("mine.toml").read_text().replace("at_least = 0", "at_least = 1e6", 1))
    shown = curate("check", "new.jsonl", "--policy", "mine.toml").out.splitlines()
    assert "not to be merged as it is; 1 gate fails (a), 3 gates cannot tell (b, c, d)" in " ".join(shown[1:3])


def test_a_file_of_which_nothing_can_be_read_is_judged_and_named(repository: Curate) -> None:
    Path("pointer.jsonl").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n")
    outcome = repository("check", "pointer.jsonl", "--baseline", "base", "--json")
    assert outcome.code == 1
    assert [gate["gate"] for gate in outcome.json["gates"] if gate["level"] == "fail"] == ["unreadable"]
    assert outcome.json["change"]["quarantined"] == 1
    (place,) = outcome.json["places"]
    assert (place["path"], place["line"], place["kind"]) == ("pointer.jsonl", None, "unreadable")
    assert "git lfs pull" in place["message"]
    assert "git lfs pull" in repository("check", "pointer.jsonl", "--baseline", "base").out


def test_a_file_that_lies_in_the_baseline_is_not_a_copy_of_itself(repository: Curate) -> None:
    write_jsonl(Path("base/new.jsonl"), NEW)
    found = repository("check", "base/new.jsonl", "--baseline", "base", "--json").json
    assert found["change"]["duplicates"]["index"]["texts"] == len({row["text"] for row in OLD})
    assert found["change"]["duplicates"]["index"]["documents"] == 0
    assert found["whole"]["documents"] == len(OLD) + len(NEW)
    alone = repository("check", "base", "--baseline", "base")
    assert alone.code == 3
    assert "holds nothing but the change" in alone.err


def test_files_of_which_none_can_be_read_are_all_named(repository: Curate) -> None:
    Path("notes.jsonl").write_text('{"number": 5}\n')
    Path("pointer.jsonl").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n")
    found = repository("check", "notes.jsonl", "pointer.jsonl", "--baseline", "base", "--json").json
    assert {one["path"] for one in found["places"]} == {"notes.jsonl", "pointer.jsonl"}
    assert {one["state"] for one in found["files"]} == {"skipped"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("new.jsonl", "--baseline", "bsae"), 3, "bsae: no such"),
        (("nwe.jsonl", "--baseline", "base"), 3, "did you mean new.jsonl?"),
        (("new.jsonl", "--fail-on", "fail"), 2, "not one of error, warning, never"),
        (("new.jsonl", "--policy", "absent.toml"), 2, "the policy cannot be read"),
        (("--baseline", "base"), 2, "PATH"),
    ],
)
def test_bad_input_is_one_sentence(repository: Curate, arguments: tuple[str, ...], code: int, said: str) -> None:
    write_jsonl(Path("new.jsonl"), NEW)
    outcome = repository("check", *arguments)
    assert outcome.code == code
    assert said in outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err


def test_gates_take_turns_among_the_first_rows_to_look_at(repository: Curate) -> None:
    path = write_jsonl(Path("new.jsonl"), [*({**row, "text": f"{row['text']} {LEAK}"} for row in NEW), *OLD[:20]])
    with path.open("a") as file:
        file.write('{"id": "torn", "text": "and th\n')
    kinds = [one["kind"] for one in repository("check", "new.jsonl", "--baseline", "base", "--json").json["places"]]
    assert set(kinds[:3]) == {"rule", "copy", "unreadable"}
    assert kinds.count("rule") == len(NEW)
