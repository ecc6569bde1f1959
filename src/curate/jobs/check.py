"""The check of a change: what is new is scanned, matched with what was there, and held to the gates of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.jobs.change import Change, read_change
from curate.jobs.check_figures import change_figures, differences
from curate.jobs.check_places import places_of
from curate.jobs.plan import ScanPlan
from curate.jobs.progress import Job, Progress
from curate.report.verdict import GateResult, Verdict
from curate.rulebook.gates import On, Policy, read_policy
from curate.rulebook.judge import Judged, judge, worst
from curate.rulebook.metrics import Figure, figure_of
from curate.rulebook.read import read_rule_books


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """What is checked and against what: `scan` says how data is read, its paths are the change.

    baseline: a path or a revision, "" for none. policies: files or shipped names; () for the default one.
    """

    scan: ScanPlan
    baseline: str = ""
    policies: tuple[Path, ...] = ()


def check(plan: CheckPlan) -> Job[Verdict]:
    """The verdict on a change; raises DataError for a baseline that is not there, UsageError for bad settings."""
    book = read_rule_books(plan.scan.rules)
    policy = read_policy(plan.policies, book)
    change = yield from read_change(plan.scan, plan.baseline)
    yield Progress("judging")
    figures = change_figures(change)
    judged = _judge(policy, figures, change)
    return Verdict(
        level=worst(one.level for one in judged),
        baseline=plan.baseline,
        files=change.files,
        gates=tuple(_result(one) for one in judged),
        places=places_of(change, judged),
        praise=(),
        change=figures,
        whole=change.whole,
        difference=differences(change.before, change.whole),
    )


def _judge(policy: Policy, figures: Mapping[str, Any] | None, change: Change) -> tuple[Judged, ...]:
    """Gates on the change are left out where it brings no row."""
    asked = policy if figures else policy.without("change")

    def figure(on: On, metric: str) -> Figure:
        if on == "difference":
            return figure_of(change.whole, metric) - figure_of(change.before, metric)
        return figure_of(figures if on == "change" else change.whole, metric)

    return judge(asked, figure)


def _result(judged: Judged) -> GateResult:
    gate = judged.gate
    hint = gate.hint if judged.level != "pass" else ""
    return GateResult(
        gate.id, gate.metric, gate.on, judged.level, judged.value, gate.at_most, gate.at_least, judged.message,
        gate.why, hint,
    )  # fmt: skip
