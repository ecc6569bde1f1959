"""Laws of gates: what a limit means, what not knowing means, and which verdict is the worst."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curate.rulebook.gates import CONSEQUENCES, ONS, UNKNOWNS, Gate, Policy, Unknown
from curate.rulebook.judge import OUTCOMES, judge, judge_gate, worst
from curate.rulebook.metric_names import FIXED, PARTS, REMOVED, SHARES
from curate.rulebook.metrics import Figure, nothing
from curate.rulebook.wording import name_of

LEVEL = {"fail": "fail", "warn": "warning", "pass": "pass"}
METRICS = ("machine_share.low", "machine_share.high", "tokens", "rules.x", "diversity.compression_ratio")
numbers = st.floats(-1e6, 1e6)


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    low, high = sorted([draw(numbers), draw(numbers)])
    at_least, at_most = draw(st.sampled_from([(None, high), (low, None), (low, high)]))
    return Gate(
        "g", draw(st.sampled_from(METRICS)), "", "", draw(st.sampled_from(CONSEQUENCES)), draw(st.sampled_from(ONS)),
        at_most, at_least, draw(st.sampled_from(UNKNOWNS)),
    )  # fmt: skip


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    low, high = sorted([draw(numbers), draw(numbers)])
    known, wide = Figure(low, low, low), Figure(draw(st.sampled_from([None, low, high])), low, high)
    return draw(st.sampled_from([known, wide, nothing("nobody measured it")]))


def looser(gate: Gate, by: float) -> Gate:
    at_most, at_least = gate.at_most, gate.at_least
    return replace(
        gate,
        at_most=None if at_most is None else at_most + by,
        at_least=None if at_least is None else at_least - by,
    )


@given(gates(), numbers)
def test_a_known_figure_is_kept_exactly_within_its_limits(gate: Gate, value: float) -> None:
    within = (gate.at_least is None or gate.at_least <= value) and (gate.at_most is None or value <= gate.at_most)
    level = judge_gate(gate, Figure(value, value, value)).level
    assert level == ("pass" if within else LEVEL[gate.then])


@given(gates(), figures(), st.floats(0, 1e6))
def test_a_looser_limit_never_breaks_what_was_kept(gate: Gate, figure: Figure, by: float) -> None:
    gate = replace(gate, when_unknown=gate.then)  # so that kept is exactly "pass"
    if judge_gate(gate, figure).level == "pass":
        assert judge_gate(looser(gate, by), figure).level == "pass"


@given(gates(), figures())
def test_what_cannot_be_told_follows_when_unknown(gate: Gate, figure: Figure) -> None:
    """A figure is one of the values between its ends: where they are not all kept or all broken, nobody can tell."""
    levels = {judge_gate(gate, Figure(v, v, v)).level for v in (figure.low, figure.high) if abs(v) < float("inf")}
    middle = [v for v in (gate.at_least, gate.at_most) if v is not None and figure.low <= v <= figure.high]
    levels |= {judge_gate(gate, Figure(v, v, v)).level for v in middle}
    level = judge_gate(gate, figure).level
    if figure == nothing("nobody measured it") or len(levels) == 2:
        assert level == LEVEL[gate.when_unknown]
    else:
        assert {level} == levels


@given(gates(), figures())
def test_knowing_more_never_contradicts_what_was_settled(gate: Gate, figure: Figure) -> None:
    gate = replace(gate, then="fail", when_unknown="warn")
    assume(figure.low > float("-inf"))
    level = judge_gate(gate, figure).level
    for value in (figure.low, figure.high, (figure.low + figure.high) / 2):
        assert level in ("warning", judge_gate(gate, Figure(value, value, value)).level)


@given(gates(), figures())
def test_what_is_not_there_breaks_nothing(gate: Gate, figure: Figure) -> None:
    assert judge_gate(gate, replace(figure, absent=True)).level == "pass"


@given(gates(), figures())
def test_every_message_names_the_limits_and_no_internals(gate: Gate, figure: Figure) -> None:
    message = judge_gate(gate, figure).message
    assert "; allowed: " in message
    assert not any(word in message for word in ("inf", "nan", "None", "{", "}"))
    assert "\n" not in message


@given(st.lists(st.sampled_from(OUTCOMES)))
def test_the_verdict_is_the_worst_level(levels: list[str]) -> None:
    found = worst(levels)
    assert found == ("fail" if "fail" in levels else "warning" if "warning" in levels else "pass")


@given(st.lists(gates(), max_size=5), figures())
def test_gates_are_judged_one_by_one_and_in_order(listed: list[Gate], figure: Figure) -> None:
    asked = []

    def find(on: str, metric: str) -> Figure:
        asked.append((on, metric))
        return figure

    found = judge(Policy(tuple(listed)), find)
    assert asked == [(gate.on, gate.metric) for gate in listed]
    assert list(found) == [judge_gate(gate, figure) for gate in listed]


@pytest.mark.parametrize(
    ("metric", "value", "message"),
    [
        ("machine_share.low", 0.347, "at least 35 % machine-written; allowed: at most 20 %"),
        ("books.leaks", 1.0, "documents with what a chat model leaves behind: 1; allowed: at most 0.2"),
        ("diversity.compression_ratio", 2.5, "compression ratio: 2.5; allowed: at most 0.2"),
    ],
)
def test_sentences(metric: str, value: float, message: str) -> None:
    gate = Gate("g", metric, "", "", "fail", at_most=0.2)
    assert judge_gate(gate, Figure(value, value, value)).message == message


def test_a_bound_that_tells_nothing_says_so() -> None:
    gate = Gate("g", "machine_share.low", "", "", "fail", at_most=0.2)
    found = judge_gate(gate, Figure(0.0, 0.0, 1.0))
    assert (found.level, found.value) == ("warning", 0.0)
    assert found.message.startswith("cannot tell: 0 % machine-written or more; ")
    assert judge_gate(gate, Figure(0.3, 0.3, 1.0)).level == "fail"


def test_of_a_difference_points_are_told() -> None:
    gate = Gate("g", "diversity.tail_recall", "", "", "warn", "difference", at_least=-0.02)
    assert judge_gate(gate, Figure(-0.031, -0.031, -0.031)).message == (
        "rare words found: -3.1 points by merging; allowed: at least -2 points"
    )


@given(gates(), st.sampled_from(UNKNOWNS))
def test_a_figure_that_may_be_either_follows_when_unsure_and_one_that_was_not_measured_does_not(
    gate: Gate, unsure: Unknown
) -> None:
    gate = replace(gate, when_unsure=unsure)
    either = Figure(0.0, float("-inf"), float("inf"))
    small = replace(nothing("there is too little text"), small=True)
    assert [judge_gate(gate, one).level for one in (either, small)] == [LEVEL[unsure]] * 2
    assert judge_gate(gate, nothing("nobody measured it")).level == LEVEL[gate.when_unknown]


PART_METRICS = [f"machine_share.{part}.own_name.txt.{leaf}" for part in PARTS[:4] for leaf in SHARES]
YEAR_METRICS = [f"machine_share.placebo_by_year.2020.{leaf}" for leaf in SHARES]
OTHER_METRICS = [
    "languages.en.tokens", "languages.en.token_share", "removed.by_source.own_name.txt.tokens", "rules.own_name.txt",
    "diversity.by_size.10000.tail_recall",
]  # fmt: skip


@pytest.mark.parametrize("metric", [*FIXED, *REMOVED, *PART_METRICS, *YEAR_METRICS, *OTHER_METRICS])
def test_a_figure_without_a_value_is_called_by_a_plain_name(metric: str) -> None:
    """No underline and no dotted name, but in what the data calls its parts."""
    told = name_of(metric)
    assert ("own_name.txt" in told) == ("own_name.txt" in metric)
    rest = told.replace("own_name.txt", "")
    assert rest
    assert not {"_", ".", "{", "}"} & set(rest)
    gate = Gate("g", metric, "", "", "warn", at_most=0.2)
    assert judge_gate(gate, nothing("nobody measured it")).message.startswith(f"cannot tell: {told}: nobody measured")
