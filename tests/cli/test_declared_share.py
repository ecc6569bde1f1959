"""Declarations count in the share: dates and labels are a reference without a flag."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Outcome, write_jsonl
from small_detector import texts

Curate = Callable[..., Outcome]


def rows(writer: str, count: int, seed: int, **columns: str) -> list[dict[str, Any]]:
    return [{"text": text, **columns} for text in texts(writer, count, seed, pure=0.85 if writer == "human" else 0.75)]


def share(curate: Curate, *arguments: object) -> dict[str, Any]:
    outcome = curate("scan", *arguments, "--json")
    assert outcome.code == 0, outcome.err
    found: dict[str, Any] = outcome.json["machine_share"]
    return found


def words(some: list[dict[str, Any]]) -> int:
    return sum(len(row["text"].split()) for row in some)


@pytest.fixture
def later() -> list[dict[str, Any]]:
    """Half of them a machine's."""
    return rows("human", 300, 1, date="2024-05-01") + rows("machine", 300, 2, date="2024-06-01")


def test_dated_documents_are_the_reference_without_a_flag(
    curate: Curate, detector: Path, later: list[dict[str, Any]]
) -> None:
    before = rows("human", 800, 3, date="2019-04")
    write_jsonl(Path("in/a.jsonl"), before + later)
    found = share(curate, "in", "--detector", detector)
    total, machine = words(before + later), words(later[300:])
    assert (found["verdict"], found["evidence"]) == ("recognised", "reference")
    assert 0.05 < found["low"] <= machine / total <= found["if_known_kinds"]["high"] <= found["high"]
    assert found["high"] == pytest.approx(words(later) / total)
    assert "800 documents" in found["reasons"][0]
    assert "human by declaration" in found["reasons"][0]
    assert list(found["by_month"]) == ["2024-05", "2024-06"]
    assert found["by_month"]["2024-05"]["low"] == 0
    assert found["by_month"]["2024-06"]["low"] > 0.2
    early = found["placebo_by_year"]["2019"]
    assert early["low"] == 0 < early["if_known_kinds"]["high"] < 1
    taken, _, drawn = curate("scan", "in", "--detector", detector).out.partition("Machine-written")
    assert "dates in column 'date'" in taken
    assert drawn.index("must read 0 %") < drawn.index("Over time") < drawn.index("2024-05") < drawn.index("2024-06")


def test_where_early_text_reads_as_machine_written_nothing_rests_on_scores(
    curate: Curate, detector: Path, later: list[dict[str, Any]]
) -> None:
    before = rows("human", 800, 3, date="2019-04") + rows("machine", 200, 4, date="2016-04")
    write_jsonl(Path("in/a.jsonl"), before + later)
    write_jsonl(Path("told/a.jsonl"), [row | {"by": "machine" if row in later[300:] else ""} for row in before + later])
    outcome = curate("scan", "in", "--detector", detector)
    drawn = " ".join(outcome.out.split())
    assert "1 of 2 periods read more: no score of such a language is believed" in drawn
    assert "text of 2016 in en, which must read 0 %, reads at least" in drawn
    assert "lower bound holds for every generator" not in drawn
    found = share(curate, "in", "--detector", detector)
    assert found["placebo_by_year"]["2016"]["low"] > 0
    dated = {name: part for name, part in found["by_month"].items() if part["if_known_kinds"]}
    for part in (found, found["by_length"]["60-149"], *dated.values()):
        assert (part["verdict"], part["estimate"], part["low"]) == ("cannot-tell", None, 0)
    declared = share(curate, "told", "--detector", detector, "--label-column", "by")
    assert declared["verdict"] == "at-least"
    assert declared["low"] == pytest.approx(words(later[300:]) / words(before + later))


def test_the_share_by_length_is_that_of_the_texts_of_that_length(curate: Curate, detector: Path) -> None:
    """Machine text is among the long ones alone; nothing is told of what is too short for a score."""
    before, after = rows("human", 1600, 3, date="2019-04"), rows("human", 400, 1)
    long = [row for row in rows("machine", 600, 2) if len(row["text"].split()) >= 150]
    write_jsonl(Path("in/a.jsonl"), before + after + long + [{"text": "the roof leaked twice"}])
    found = share(curate, "in", "--detector", detector)
    assert list(found["by_length"]) == ["60-149", "150-399"]
    assert found["by_length"]["60-149"]["low"] == 0
    there = [row for row in [*before, *after, *long] if len(row["text"].split()) >= 150]
    assert 0.1 < found["by_length"]["150-399"]["low"] <= words(long) / words(there)
    drawn = curate("scan", "in", "--detector", detector).out
    assert drawn.index("By length") < drawn.index("60-149") < drawn.index("150-399")


def test_it_says_what_the_same_text_given_as_a_reference_says(
    curate: Curate, detector: Path, later: list[dict[str, Any]]
) -> None:
    before = rows("human", 800, 3, date="2019-04")
    write_jsonl(Path("in/a.jsonl"), before + later)
    write_jsonl(Path("later/a.jsonl"), later)
    write_jsonl(Path("before/a.jsonl"), before)
    own = share(curate, "in", "--detector", detector)
    given = share(curate, "later", "--detector", detector, "--human-reference", "before")
    part = words(later) / words(before + later)
    assert own["low"] == pytest.approx(given["low"] * part, rel=1e-3)
    assert own["high"] == pytest.approx(given["high"] * part, rel=1e-3)
    for name, value in given["if_known_kinds"].items():
        assert own["if_known_kinds"][name] == pytest.approx(value * part, rel=1e-3)
    assert own["placebo"] == pytest.approx(given["placebo"], abs=1e-3)


def test_they_speak_for_their_own_source_only(curate: Curate, detector: Path, later: list[dict[str, Any]]) -> None:
    write_jsonl(Path("in/old.jsonl"), rows("human", 800, 3, date="2019-04"))
    write_jsonl(Path("in/new.jsonl"), later)
    found = share(curate, "in", "--detector", detector)
    assert (found["verdict"], found["evidence"]) == ("cannot-tell", "detected")
    assert found["by_source"]["old"]["high"] == 0


def test_labels_count_as_they_say(curate: Curate, detector: Path) -> None:
    human, machine = rows("human", 30, 4, origin="human"), rows("machine", 20, 5, origin="AI")
    write_jsonl(Path("in/a.jsonl"), human + machine)
    found = share(curate, "in", "--detector", detector, "--label-column", "origin")
    truth = words(machine) / words(human + machine)
    assert (found["verdict"], found["estimate"]) == ("estimated", pytest.approx(truth))
    assert (found["low"], found["high"]) == (pytest.approx(truth), pytest.approx(truth))
    assert any("machine by declaration (label-column 20)" in reason for reason in found["reasons"])


def test_a_text_that_another_row_declares_machine_is_no_human_evidence(curate: Curate, detector: Path) -> None:
    human = rows("human", 30, 4, origin="human")
    write_jsonl(Path("in/a.jsonl"), [*human, {**human[0], "origin": "machine"}])
    found = share(curate, "in", "--detector", detector, "--label-column", "origin")
    assert found["low"] == pytest.approx(words(human[:1]) / words(human + human[:1]))
    assert found["high"] == pytest.approx(2 * found["low"])
    said = [reason for reason in found["reasons"] if "declar" in reason]
    assert said[0].startswith("29 documents")
    assert said[2] == "1 document, declared human, has the text of one declared machine: no declaration counts there"
