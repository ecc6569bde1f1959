"""Every number of a scan can be named, and the name finds that number."""

from __future__ import annotations

from typing import Any

import pytest

from curate.rulebook.gates import Gate, read_policy
from curate.rulebook.judge import judge_gate
from curate.rulebook.metric_names import FIXED
from curate.rulebook.metrics import NO_BASELINE, Figure, change_of, figure_of
from curate.rulebook.read import read_rule_books

READ = {"estimate": 0.2, "low": 0.15, "high": 0.25}
SHARE = {"verdict": "estimated", "estimate": 0.2, "low": 0.1, "high": 0.3, "placebo": None, "if_known_kinds": READ}
UNKNOWN = {**SHARE, "verdict": "cannot-tell", "estimate": None, "high": 0.9}
RECOGNISED = {**SHARE, "verdict": "recognised", "estimate": None, "high": 1.0}
FIGURES: dict[str, Any] = {
    "documents": 10, "tokens": 1000,
    "languages": {"en": {"documents": 7, "tokens": 900}, "zh": {"documents": 3, "tokens": 100}},
    "machine_share": {**SHARE, "by_language": {"en": UNKNOWN}, "by_source": {"a.low.b": SHARE, "c": RECOGNISED}},
    "duplicates": {"token_share": 0.5, "index": None},
    "diversity": {"tail_recall": None, "coverage": 0.9, "intervals": {"coverage": (0.8, 0.95)}},
    "rules": {"x": 3}, "books": {"leaks": 2},
}  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("documents", 10), ("machine_share.low", 0.1), ("machine_share.by_source.a.low.b.high", 0.3),
        ("machine_share.if_known_kinds.high", 0.25), ("machine_share.by_source.a.low.b.if_known_kinds.low", 0.15),
        ("machine_share.by_source.c.if_known_kinds.estimate", 0.2), ("machine_share.by_source.c.low", 0.1),
        ("languages.zh.tokens", 100), ("languages.zh.token_share", 0.1), ("languages.fr.documents", 0),
        ("duplicates.token_share", 0.5), ("diversity.intervals.coverage.high", 0.95), ("rules.x", 3),
        ("books.leaks", 2),
    ],
)  # fmt: skip
def test_a_name_finds_its_number(metric: str, value: float) -> None:
    assert figure_of(FIGURES, metric) == Figure(value, value, value)


def test_a_bound_that_tells_nothing_lies_beyond_itself() -> None:
    assert figure_of(FIGURES, "machine_share.by_language.en.low") == Figure(0.1, 0.1, 1.0)
    assert figure_of(FIGURES, "machine_share.by_language.en.high") == Figure(0.9, 0.1, 0.9)
    assert figure_of(FIGURES, "machine_share.by_source.c.high") == Figure(1.0, 0.1, 1.0)
    assert figure_of(FIGURES, "machine_share.by_language.en.estimate") == Figure(None, 0.1, 0.9)
    for leaf, value in (("low", 0.15), ("high", 0.25), ("estimate", None)):
        name = f"machine_share.by_language.en.if_known_kinds.{leaf}"
        assert figure_of(FIGURES, name) == Figure(value, 0.15, 0.25)


@pytest.mark.parametrize("month", ["2024-01", "2024-03", "2025-11"])
def test_a_month_that_was_joined_is_found_in_what_it_was_joined_into(month: str) -> None:
    periods = {"2024-Q1": SHARE, "2024-04": UNKNOWN, "2025": SHARE}
    found = figure_of({"machine_share": {**SHARE, "by_month": periods}}, f"machine_share.by_month.{month}.low")
    assert found.value == SHARE["low"]
    assert figure_of({"machine_share": {**SHARE, "by_month": periods}}, "machine_share.by_month.2026-01.low").unknown


def test_where_nothing_is_scored_nothing_reads_as_machine_written() -> None:
    share = {**UNKNOWN, "if_known_kinds": None}
    found = figure_of({"machine_share": share}, "machine_share.if_known_kinds.high")
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)
    assert "for a score" in found.unknown


@pytest.mark.parametrize("at_most", [0.05, 0.5, 1.0])
def test_a_gate_on_the_upper_bound_follows_when_unknown_unless_evidence_bounds_it(at_most: float) -> None:
    gate = Gate("g", "machine_share.by_source.c.high", "", "", "fail", at_most=at_most, when_unknown="warn")
    expected = {0.05: "fail", 0.5: "warning", 1.0: "pass"}[at_most]  # at least a tenth of it is a machine's
    assert judge_gate(gate, figure_of(FIGURES, gate.metric)).level == expected


@pytest.mark.parametrize(
    ("metric", "why"),
    [
        ("diversity.tail_recall", "too little text"), ("duplicates.index.token_share", "no baseline"),
        ("machine_share.by_source.b.low", "b is not among the parts"), ("machine_share.placebo", "no reference"),
    ],
)  # fmt: skip
def test_what_is_not_known_says_why(metric: str, why: str) -> None:
    found = figure_of(FIGURES, metric)
    assert (found.value, found.absent) == (None, False)
    assert why in found.unknown
    assert figure_of(None, metric) == NO_BASELINE


def test_a_language_that_is_not_there_is_absent_and_the_only_one_is_the_whole() -> None:
    assert figure_of(FIGURES, "machine_share.by_language.fr.low").absent
    alone = {**FIGURES, "languages": {"en": FIGURES["languages"]["en"]}, "machine_share": {**SHARE, "by_language": {}}}
    assert figure_of(alone, "machine_share.by_language.en.low").value == 0.1


def test_a_difference_is_of_values_and_of_what_they_may_be() -> None:
    assert Figure(0.5, 0.5, 1.0) - Figure(0.2, 0.2, 0.2) == Figure(0.3, 0.3, 0.8)
    assert (figure_of(FIGURES, "tokens") - NO_BASELINE).unknown == NO_BASELINE.unknown


def test_names_stand_once() -> None:
    assert len(set(FIXED)) == len(FIXED)


def test_a_change_of_diversity_is_as_unsure_as_both_samples() -> None:
    after = {**FIGURES, "diversity": {"coverage": 0.8, "intervals": {"coverage": (0.7, 0.85)}}}
    found = change_of(FIGURES, after, "diversity.coverage")
    assert (found.value, found.low, found.high) == pytest.approx((-0.1, 0.7 - 0.95, 0.85 - 0.8))
    tokens = change_of(FIGURES, {**FIGURES, "tokens": 1500}, "tokens")
    assert (tokens.low, tokens.high) == (500, 500)
    assert change_of(None, after, "diversity.coverage").value is None


@pytest.mark.parametrize(
    ("after", "level", "said"),
    [
        ({"tail_recall": 0.9}, "pass", "0 points"),
        ({"tail_recall": 0.8}, "warning", "-10 points"),
        ({"tail_recall": None}, "pass", "too little text"),
        (None, "warning", "was not kept for a sample"),
    ],
)
def test_a_tail_that_could_not_be_measured_is_no_tail_that_is_kept(after: object, level: str, said: str) -> None:
    (tail,) = [gate for gate in read_policy((), read_rule_books()).gates if gate.id == "tail"]
    before = {"documents": 9, "diversity": {"tail_recall": 0.9}}
    judged = judge_gate(tail, change_of(before, {"documents": 9, "diversity": after}, tail.metric))
    assert judged.level == level
    assert said in judged.message
