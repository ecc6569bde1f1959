"""Where most rows of a file are in quarantine, the exit code and the first line say so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(30, words=20)
CHATS = [{"messages": [{"role": "user", "content": text}]} for text in TEXTS]


@pytest.mark.parametrize("place", [0, 15, 30])
def test_a_stray_row_of_another_layout_hides_no_chats(curate: Curate, place: int) -> None:
    write_jsonl(Path("a.jsonl"), [*CHATS[:place], {"text": "a row that strayed into this file"}, *CHATS[place:]])
    outcome = curate("scan", "a.jsonl", "--json")
    assert outcome.code == 0
    assert outcome.json["documents"] == 31


def test_a_file_that_is_mostly_in_quarantine_fails_and_leads(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    told = "30 of 31 rows of a.jsonl cannot be read: has no text: text is null or missing"
    outcome = curate("scan", "a.jsonl", "--text-column", "text")
    assert outcome.code == 3
    assert outcome.out.splitlines()[1].strip() == told
    outcome = curate("scan", "a.jsonl", "--text-column", "text", "--json", "-q")
    assert outcome.code == 3
    (said,) = outcome.json["mostly_quarantined"]
    assert said == told
    assert f"curate: {said}" in outcome.err


def test_one_such_file_among_many_is_named(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in TEXTS])
    Path("in/b.jsonl").write_text(json.dumps({"text": TEXTS[0]}) + "\n" + '{"text": \n' * 2)
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 3
    assert [line[:30] for line in outcome.json["mostly_quarantined"]] == ["2 of 3 rows of b.jsonl cannot "]


def test_half_of_the_rows_is_not_most(curate: Curate) -> None:
    Path("b.jsonl").write_text((json.dumps({"text": TEXTS[0]}) + "\n" + '{"text": \n') * 2)
    outcome = curate("scan", "b.jsonl", "--json")
    assert outcome.code == 0
    assert outcome.json["mostly_quarantined"] == []


def test_no_mix_is_made_of_what_is_left(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    outcome = curate("mix", "a.jsonl", "--human-ratio", "0", "-o", "mix", "--text-column", "text")
    assert outcome.code == 3
    assert "30 of 31 rows of a.jsonl cannot be read" in outcome.err
    assert "--text-column" in outcome.err
    assert not Path("mix").exists()


LOST = "30 of 31 rows of a.jsonl cannot be read: has no text: text is null or missing"
COMMANDS = {
    "scan": ["scan", "a.jsonl"],
    "mix": ["mix", "a.jsonl", "--human-ratio", "0", "-o", "new"],
    "dry run": ["mix", "a.jsonl", "--human-ratio", "0", "--dry-run"],
    "check": ["check", "a.jsonl", "--policy", "lax.toml"],
    "check against a path": ["check", "a.jsonl", "--baseline", "good.jsonl", "--fail-on", "never"],
    "compare": ["compare", "good.jsonl", "a.jsonl"],
    "compare, before": ["compare", "a.jsonl", "good.jsonl"],
    "control": ["compare", "good.jsonl", "good.jsonl", "--control", "a.jsonl"],
    "run folder": ["compare", "good.jsonl", "run"],
    "audit draw": ["audit", "draw", "a.jsonl", "-o", "new.jsonl"],
    "index": ["scan", "a.jsonl", "--index", "index"],
    "train, human": ["train", "--human", "a.jsonl", "--machine", "good.jsonl", "-o", "new.npz"],
    "train, machine": ["train", "--human", "good.jsonl", "--machine", "a.jsonl", "-o", "new.npz"],
    "human reference": ["scan", "good.jsonl", "--human-reference", "a.jsonl"],
    "report in Markdown": ["check", "a.jsonl", "--format", "markdown"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_speaks_for_the_rows_that_are_left(curate: Curate, command: str) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    Path("lax.toml").write_text('[[gate]]\nid = "some"\nmetric = "documents"\nat_most = 99\nthen = "warn"\nwhy = "-"\n')
    if command == "run folder":
        curate("scan", "a.jsonl", "--text-column", "text", "-o", "run")
    outcome = curate(*COMMANDS[command], *([] if command == "run folder" else ["--text-column", "text"]))
    assert outcome.code == 3
    first = " ".join(" ".join(outcome.out.splitlines()[:4]).split())
    assert LOST in first or any(LOST in line for line in outcome.err.splitlines())
    assert not any(map(Path.exists, map(Path, ("new", "new.jsonl", "new.npz"))))
    assert not list(Path.cwd().glob("index/segments/*"))


def test_a_change_of_which_most_new_rows_are_lost_fails_as_data(curate: Curate) -> None:
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    Path("a.jsonl").write_text(json.dumps({"text": "of another"}) + "\n" + '{"text": \n' * 3)
    outcome = curate("check", "a.jsonl", "--baseline", "good.jsonl", "--json")
    assert outcome.code == 3
    assert outcome.json["level"] == "fail"
    assert [line[:30] for line in outcome.json["mostly_quarantined"]] == ["3 of 4 rows of a.jsonl cannot "]


def test_a_baseline_that_nobody_could_read_can_be_mended(curate: Curate) -> None:
    write_jsonl(Path("old/a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    outcome = curate("check", "good.jsonl", "--baseline", "old", "--text-column", "text")
    assert outcome.code in (0, 1)


def test_excluded_texts_that_cannot_be_read_are_no_texts(curate: Curate) -> None:
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    write_jsonl(Path("a.jsonl"), [{"text": TEXTS[0]}, *CHATS])
    outcome = curate("mix", "good.jsonl", "--human-ratio", "0", "--exclude", "a.jsonl:text", "-o", "new")
    assert outcome.code == 3
    assert "--exclude a.jsonl: 30 of 31 rows cannot be read: row 1: has no text" in outcome.err
