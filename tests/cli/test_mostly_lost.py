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
