"""Texts, names, ids, labels and sources that want to act on a terminal or a runner of jobs, through every command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from check_readers import UNSEEN, acting_lines
from corpora import Outcome, made_up_texts, write_jsonl
from verdicts import ATTACKS

Curate = Callable[..., Outcome]
EVIL = [text.encode("utf-8", "ignore").decode() for text in ATTACKS if text]
NAME = "a\u202eb\u3164::error::\x9b2J##vso[x]\ufe0f.jsonl"
COLUMN = "::by\u115f\x1b[31m##vso[a]"
LABELS = ("human", "machine", "##vso[who]\u034f::")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        {
            "id": f"{number} {EVIL[number % len(EVIL)]}",
            "text": f"{EVIL[number % len(EVIL)]} {text}" + " As an AI language model, I cannot" * (number % 7 == 0),
            COLUMN: LABELS[number % 3],
            "site": EVIL[number % 5],
        }
        for number, text in enumerate(made_up_texts(60))
    ]
    write_jsonl(Path("in") / NAME, [*rows, dict(rows[0], id="again"), dict(rows[1], text=None)])
    with (Path("in") / NAME).open("a") as file:
        file.write('{"text": 3}\n{"\\u202e##vso[x]\n')
    Path(f"in/{NAME}.csv").write_text("a,b\n1,2\n3,4\n")
    write_jsonl(Path("before/a.jsonl"), rows[:20])


OPTIONS = f"--label-column={COLUMN}", "--source-column=site"
COMMANDS: dict[str, tuple[str, ...]] = {
    "scan": ("scan", "in", *OPTIONS, "-v"),
    "mix": ("mix", "in", *OPTIONS, "--human-ratio", "0.1", "--trust", "declared", "-o", "mix"),
    "dry run": ("mix", "in", *OPTIONS, "--human-ratio", "0.9", "--trust", "declared", "--dry-run"),
    "compare": ("compare", "before", "in", "--source-column=site"),
    "draw": ("audit", "draw", "in", *OPTIONS, "-n", "9", "-o", "drawn.jsonl"),
    "check": ("check", "in", "--baseline", "./before", *OPTIONS, "-v"),
    "missing": ("scan", f"{NAME}\n::error::x"),
    "option": ("scan", "in", f"--human-reference={NAME}"),
    "columns": ("scan", "in", f"--text-column={COLUMN}##vso[y]"),
    "unknown": ("scan", "in", f"--{COLUMN}"),
}


def acting(outcome: Outcome) -> list[str]:
    return [*acting_lines(outcome.out, "text"), *acting_lines(outcome.err, "text")]


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_acts(curate: Curate, command: str) -> None:
    plain = curate(*COMMANDS[command])
    assert acting(plain) == []
    assert "bug" not in plain.err
    if plain.code in (0, 1):
        other = {"mix": ("-o", "mix2"), "draw": ("-o", "drawn2.jsonl")}.get(command, ())
        told = curate(*COMMANDS[command], "--json", *other)
        assert acting(told) == []
        assert told.json
    written = [path for name in ("mix", "mix2", ".curate") for path in Path(name).rglob("*")]
    for path in [*written, Path("drawn.jsonl")]:
        if path.suffix in (".json", ".md", ".jsonl") and path.is_file() and "data" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert UNSEEN.findall(text) == [], path
            assert acting_lines(text, "file") == [], path


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("name", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_no_format_of_a_verdict_acts(curate: Curate, name: str) -> None:
    outcome = curate("check", "in", "--baseline", "./before", *OPTIONS, "--format", name, "--format", f"{name}=file")
    assert outcome.code == 1
    assert acting_lines(outcome.out, name) == []
    assert acting_lines(Path("file").read_text(encoding="utf-8"), name) == []


@pytest.mark.usefixtures("hostile")
def test_json_says_the_true_names(curate: Curate) -> None:
    found = curate("check", "in", "--baseline", "./before", "--json", "-q").json
    assert f"in/{NAME}" in {file["path"] for file in found["files"]}
    curate("audit", "draw", "in", *OPTIONS, "-n", "9", "-o", "drawn.jsonl")
    drawn = [json.loads(line) for line in Path("drawn.jsonl").read_text().splitlines()]
    assert {row["path"] for row in drawn} == {NAME}
