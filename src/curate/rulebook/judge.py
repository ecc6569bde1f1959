"""Gates beside figures: which are kept, which are not, and which nobody can tell; nothing is read or measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from curate.rulebook.gates import Gate, On, Policy
from curate.rulebook.metrics import Figure
from curate.rulebook.wording import said

Outcome = Literal["pass", "warning", "fail"]
OUTCOMES: tuple[Outcome, ...] = ("pass", "warning", "fail")  # better to worse
LEVELS: dict[str, Outcome] = {"pass": "pass", "warn": "warning", "fail": "fail"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A gate, the figure it speaks of, what came of it, and a sentence that says so; `known`: the figure settles it."""

    gate: Gate
    level: Outcome
    value: float | None
    message: str
    known: bool


def judge(policy: Policy, figure: Callable[[On, str], Figure]) -> tuple[Judged, ...]:
    """Every gate of the policy, in its order; `figure` finds a figure by what it is on and its name."""
    return tuple(judge_gate(gate, figure(gate.on, gate.metric)) for gate in policy.gates)


def judge_gate(gate: Gate, figure: Figure) -> Judged:
    """Kept if all that the figure may be keeps the limits, broken if nothing of it does, else unknown or unsure."""
    low = float("-inf") if gate.at_least is None else gate.at_least
    high = float("inf") if gate.at_most is None else gate.at_most
    kept = figure.absent or (low <= figure.low and figure.high <= high)
    broken = figure.high < low or figure.low > high
    known = kept or broken
    unsure = figure.value is not None or figure.small
    unknown = (gate.when_unsure if unsure else "") or gate.when_unknown
    level = LEVELS["pass" if kept else gate.then if broken else unknown]
    return Judged(gate, level, figure.value, said(gate, figure, known=known), known)


def worst(levels: Iterable[Outcome]) -> Outcome:
    """Of no level, "pass"."""
    return max(levels, key=OUTCOMES.index, default="pass")
