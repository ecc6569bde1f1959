"""curate check on who wrote a change: what is proved fails, and the most machine-like rows are shown first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, write_jsonl
from small_detector import texts

Curate = Callable[..., Outcome]


@pytest.fixture
def asked(detector: Path) -> tuple[object, ...]:
    """Writes a baseline of human text and a change of which three in eight rows are a machine's, those at the end."""
    write_jsonl(Path("base/a.jsonl"), [{"text": text} for text in texts("human", 500, 13, pure=0.85)])
    mixed = texts("human", 250, 11, pure=0.85) + texts("machine", 150, 12, pure=0.95)
    write_jsonl(Path("new.jsonl"), [{"text": text} for text in mixed])
    return ("check", "new.jsonl", "--baseline", "base", "--detector", detector)


@pytest.mark.parametrize("reference", [("--human-reference", "base"), ("--human-baseline",)])
def test_what_is_proved_fails_and_names_machine_like_rows(
    curate: Curate, asked: tuple[object, ...], reference: tuple[str, ...]
) -> None:
    outcome = curate(*asked, *reference, "--json")
    assert outcome.code == 1
    gates = {gate["gate"]: gate for gate in outcome.json["gates"]}
    assert gates["machine-written"]["level"] == "fail"
    assert gates["machine-written"]["value"] > 0.2
    assert gates["machine-written"]["message"].endswith("machine-written; allowed: at most 20 %")
    found = [one for one in outcome.json["places"] if one["gate"] == "machine-written"]
    assert {one["kind"] for one in found} == {"machine-like"}
    scores = [float(one["message"].rpartition(" ")[2]) for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(one["row"] >= 250 for one in found[:50]), "a human row among the most machine-like"
    assert outcome.json["praise"] == []


def test_without_a_reference_the_same_change_is_not_accused(curate: Curate, asked: tuple[object, ...]) -> None:
    gates = {gate["gate"]: gate for gate in curate(*asked, "--json").json["gates"]}
    assert gates["machine-written"]["level"] == "pass"
    assert gates["machine-written"]["message"].startswith("cannot tell: ")
    assert gates["perhaps-machine-written"]["level"] == "warning"


def test_a_human_baseline_is_the_reference_that_its_path_would_be(curate: Curate, asked: tuple[object, ...]) -> None:
    named = curate(*asked, "--human-reference", "base", "--json").json["change"]["machine_share"]
    Path("curate.toml").write_text("human-baseline = true\n")
    assert curate(*asked, "--json").json["change"]["machine_share"] == named


@pytest.mark.parametrize("options", [("--human-baseline",), ("--human-baseline", "--human-reference", "base")])
def test_a_human_baseline_is_a_baseline_and_the_only_reference(
    curate: Curate, asked: tuple[object, ...], options: tuple[str, ...]
) -> None:
    arguments = asked[:2] if len(options) == 1 else asked
    outcome = curate(*arguments, *options)
    assert outcome.code == 2
    assert "--human-baseline and " in outcome.err


def test_human_text_of_the_same_kind_is_not_accused(curate: Curate, asked: tuple[object, ...]) -> None:
    write_jsonl(Path("new.jsonl"), [{"text": text} for text in texts("human", 400, 15, pure=0.85)])
    outcome = curate(*asked, "--human-reference", "base", "--json")
    assert outcome.code == 0
    assert next(one for one in outcome.json["gates"] if one["gate"] == "machine-written")["value"] <= 0.03


def test_a_gate_on_a_source_shows_its_rows_only(curate: Curate, asked: tuple[object, ...]) -> None:
    rows = [{"text": text, "site": "ab"[i % 2]} for i, text in enumerate(texts("machine", 300, 12, pure=0.9))]
    write_jsonl(Path("new.jsonl"), rows)
    Path("mine.toml").write_text(
        '[[gate]]\nid = "a"\nmetric = "machine_share.by_source.b.high"\nthen = "warn"\nat_most = 0.1\n'
    )
    found = curate(*asked, "--source-column", "site", "--policy", "mine.toml", "--json").json
    assert found["level"] == "warning"
    assert len(found["places"]) > 20
    assert {one["row"] % 2 for one in found["places"]} == {1}


@pytest.mark.parametrize("reference", [("--human-reference", "base"), ("--human-baseline",)])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_whoever_gave_human_text_is_told_why_the_share_is_wide_and_not_to_give_it(
    curate: Curate, asked: tuple[object, ...], reference: tuple[str, ...], form: str
) -> None:
    """A reference of three texts helps nobody."""
    write_jsonl(Path("base/a.jsonl"), [{"text": text} for text in texts("human", 3, 13, pure=0.85)])
    without = " ".join(curate(*asked, "--format", form).out.split())
    assert "narrows the answer: --human-baseline" in without
    told = curate(*asked, *reference, "--format", form)
    assert "narrows the answer" not in " ".join(told.out.split())
    if form == "json":
        (gate,) = [one for one in told.json["gates"] if one["gate"] == "perhaps-machine-written"]
        reasons = told.json["change"]["machine_share"]["reasons"]
        assert gate["level"] != "pass"
        assert gate["hint"]
        assert gate["hint"] == "; ".join(reasons[:2])
