"""Sentences for people: what a figure is, and what is allowed."""

from __future__ import annotations

import re

from curate.rulebook.gates import Gate
from curate.rulebook.metrics import Figure, Unit, unit_of

_PART = r"machine_share\.by_(?:language|source|month)\.(?P<name>.+)"
# The first pattern that fits; {} is the figure. In the order of "who wrote it, what repeats, what is there".
SENTENCES = (
    (r"machine_share\.low", "at least {} of the tokens are machine-written"),
    (r"machine_share\.estimate", "about {} of the tokens are machine-written"),
    (r"machine_share\.high", "at most {} of the tokens are machine-written"),
    (rf"{_PART}\.low", "at least {} of the tokens of {name} are machine-written"),
    (rf"{_PART}\.estimate", "about {} of the tokens of {name} are machine-written"),
    (rf"{_PART}\.high", "at most {} of the tokens of {name} are machine-written"),
    (r"duplicates\.index\.token_share", "{} of the tokens repeat documents that are there already"),
    (r"duplicates\.index\.documents", "{} documents repeat documents that are there already"),
    (r"duplicates\.token_share", "{} of the tokens repeat another of these documents"),
    (r"duplicates\.paragraph_token_share", "{} of the tokens stand in paragraphs that other documents have too"),
    (r"quarantined", "{} rows or files cannot be read"),
    (r"books\.leaks", "{} documents hold what a chat model leaves behind"),
    (r"books\.(?P<name>.+)", "the rules of {name} remove {} documents"),
    (r"rules\.(?P<name>.+)", "the rule {name} fires in {} documents"),
    (r"diversity\.tail_recall", "{} of the rare words that are expected are there"),
    (r"languages\.(?P<name>.+)\.token_share", "{} of the tokens are {name}"),
    (r"languages\.(?P<name>.+)\.(?P<leaf>documents|tokens)", "there are {} {leaf} of {name}"),
    (r"(?P<name>documents|tokens|bytes|files)", "there are {} {name}"),
)  # fmt: skip


def said(gate: Gate, figure: Figure, *, known: bool) -> str:
    """One sentence: what was found, beside what is allowed."""
    allowed = f"; allowed is {_allowed(gate)}"
    if figure.value is None:
        may_be = _between(figure, unit_of(gate.metric))
        return f"{_scope(gate)}{gate.metric} cannot be told{may_be}{allowed}"
    doubt = "" if known else ", but more than that cannot be told"
    return f"{_scope(gate)}{_sentence(gate, figure.value)}{doubt}{allowed}"


def _scope(gate: Gate) -> str:
    return {"change": "", "whole": "after merging, ", "difference": "merging: "}[gate.on]


def _sentence(gate: Gate, value: float) -> str:
    unit = unit_of(gate.metric)
    if gate.on == "difference":
        return f"{gate.metric} changes by {amount(value, unit, signed=True)}"
    for pattern, sentence in SENTENCES:
        if found := re.fullmatch(pattern, gate.metric, re.DOTALL):
            return sentence.format(amount(value, unit), **found.groupdict())
    return f"{gate.metric} is {amount(value, unit)}"


def _allowed(gate: Gate) -> str:
    unit, signed = unit_of(gate.metric), gate.on == "difference"
    parts = []
    if gate.at_least is not None:
        parts.append(f"at least {amount(gate.at_least, unit, signed=signed)}")
    if gate.at_most is not None:
        parts.append(f"at most {amount(gate.at_most, unit, signed=signed)}")
    return " and ".join(parts)


def _between(figure: Figure, unit: Unit) -> str:
    if figure.low == float("-inf") or figure.high == float("inf"):
        return ""
    return f" (anything from {amount(figure.low, unit)} to {amount(figure.high, unit)})"


def amount(value: float, unit: Unit, *, signed: bool = False) -> str:
    """For people: 12 %, 0.3 %, 1,234, 2.54; with a sign, shares are points of a percentage."""
    sign = "+" if signed and value >= 0 else ""
    if unit == "share":
        number = 100 * value
        shown = f"{number:.0f}" if abs(number) >= 10 or number == 0 else f"{number:.2g}"
        return f"{sign}{shown} {'points' if signed else '%'}"
    return f"{sign}{value:,.0f}" if value == int(value) else f"{sign}{value:,.2f}"
