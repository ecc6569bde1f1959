"""--human-reference through the command line: scanned like any corpus, halved, tested, and counted only if it fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, write_jsonl
from small_detector import save_detector, texts

Curate = Callable[..., Outcome]


@pytest.fixture
def corpus() -> float:
    """Writes `in` and `before`; returns the share of tokens in `in` that are a machine's."""
    human, machine = texts("human", 500, 11, pure=0.85), texts("machine", 300, 12, pure=0.75)
    write_jsonl(Path("in/a.jsonl"), [{"text": text, "origin": "x"} for text in human + machine])
    write_jsonl(Path("before/a.jsonl"), [{"text": text} for text in texts("human", 800, 13, pure=0.85)])
    tokens = [sum(len(text.split()) for text in part) for part in (human, machine)]
    return tokens[1] / sum(tokens)


def test_a_reference_turns_a_refusal_into_a_reading_that_holds(curate: Curate, detector: Path, corpus: float) -> None:
    without = curate("scan", "in", "--detector", detector, "--json").json["machine_share"]
    outcome = curate("scan", "in", "--detector", detector, "--human-reference", "before", "--json")
    found = outcome.json["machine_share"]
    assert (without["verdict"], without["evidence"], without["placebo"]) == ("cannot-tell", "detected", None)
    assert (found["verdict"], found["evidence"]) == ("recognised", "reference"), found["reasons"]
    known = found["if_known_kinds"]
    assert 0.05 < found["low"] <= corpus <= known["high"]
    assert known["low"] <= known["estimate"] < known["high"] <= known["low"] + 0.25
    assert 0 <= found["placebo"] <= 0.03


def test_with_two_collections_of_machine_text_it_gives_a_lower_bound(curate: Curate, corpus: float) -> None:
    few = save_detector(Path("few.npz"), "ab")
    outcome = curate("scan", "in", "--detector", few, "--human-reference", "before", "--json")
    found = outcome.json["machine_share"]
    assert found["verdict"] == "at-least", found["reasons"]
    assert (found["evidence"], found["estimate"]) == ("reference", None)
    assert 0.05 < found["low"] <= corpus
    assert "at least" in curate("scan", "in", "--detector", few, "--human-reference", "before").out


def test_a_reference_full_of_machine_text_is_refused_with_the_reason(
    curate: Curate, detector: Path, corpus: float
) -> None:
    rows = [{"text": text} for text in texts("human", 400, 21, pure=0.85) + texts("machine", 400, 22, pure=0.85)]
    write_jsonl(Path("bad/a.jsonl"), rows)
    found = curate("scan", "in", "--detector", detector, "--human-reference", "bad", "--json").json["machine_share"]
    assert found["verdict"] == "cannot-tell"
    assert found["low"] == 0 < corpus
    assert "reference" in found["reasons"][0]


def test_the_reference_has_its_own_run_folder_and_may_stand_in_the_corpus_too(
    curate: Curate, detector: Path, corpus: float
) -> None:
    apart = curate("scan", "before", "--detector", detector, "--json")
    assert apart.code == 0
    runs = set(Path(".curate").iterdir())
    assert curate("scan", "in", "before", "--detector", detector, "--human-reference", "before", "-o", "run").code == 0
    assert set(Path(".curate").iterdir()) == runs
    again = curate("scan", "before", "--detector", detector, "--human-reference", "before", "--json").json
    assert again["machine_share"]["verdict"] == "recognised"
    assert again["machine_share"]["low"] == 0 < corpus
    assert again["machine_share"]["if_known_kinds"]["estimate"] < 0.001


def test_no_floor_rests_on_it_and_no_certificate_names_it(curate: Curate, detector: Path, corpus: float) -> None:
    Path("curate.toml").write_text('human-reference = ["before"]\n')
    rows = [{"text": text, "origin": "human"} for text in texts("human", 50, 31)]
    write_jsonl(Path("told/a.jsonl"), rows)
    arguments = ("--human-ratio", "0.3", "--label-column", "origin", "--detector", detector, "-o", "out", "--json")
    mixed = curate("mix", "in", "told", *arguments)
    assert mixed.code == 0, mixed.err
    assert mixed.json["settings"]["human_reference"] == {"value": [], "origin": "default"}
    given = curate("mix", "in", "told", *arguments[:-2], "out2", "--json", "--human-reference", "before")
    assert given.code == 0
    assert given.json["settings"] == mixed.json["settings"]
    assert "no floor rests on it" in given.err
    assert curate("verify", "out", "--detector", detector).code == 0
    assert corpus > 0


def test_a_reference_that_is_not_there_is_named(curate: Curate, corpus: float) -> None:
    outcome = curate("scan", "in", "--human-reference", "nowhere")
    assert outcome.code == 3
    assert "nowhere" in outcome.err
    assert corpus > 0
