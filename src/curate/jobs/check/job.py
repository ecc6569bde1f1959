"""The check of a change: what is new is scanned, matched with what was there, and held to the gates of a policy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from curate.corpus.not_read import NotRead
from curate.errors import UsageError
from curate.jobs.check.additions import praise_of
from curate.jobs.check.baseline_reference import by_human_baseline
from curate.jobs.check.baseline_state import Base
from curate.jobs.check.change import Change, read_change
from curate.jobs.check.figures import Figures, at_one_size, change_figures, differences
from curate.jobs.check.places import places_of
from curate.jobs.check.unjudged_columns import counted_columns
from curate.jobs.run.lost_files import mostly_lost
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.label_column import label_remarks
from curate.report.verdict import ChangedFile, GateResult, Verdict
from curate.rulebook.gates import On, Policy, read_policy
from curate.rulebook.judge import Judged, judge, worst
from curate.rulebook.metric_names import MOVES
from curate.rulebook.metrics import Figure, change_of, figure_of
from curate.rulebook.removed_metrics import removed_of


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """Settings of a check: `scan` says how data is read, and its paths are the change.

    baseline: a path or a revision, "" for none. policies: files or shipped names; () for the default one.
    human_baseline: people wrote what was there, so it is the human reference of what is new.
    """

    scan: ScanPlan
    baseline: str = ""
    policies: tuple[Path, ...] = ()
    cache: Path | None = None  # of what was found of the baseline; None: in the user's cache folder
    human_baseline: bool = False
    remarks: tuple[str, ...] = ()  # on the settings, for the first lines of the verdict

    def __post_init__(self) -> None:
        """Raises UsageError for a baseline that is to be trusted and is none, or not alone."""
        if self.human_baseline and (not self.baseline or self.scan.human_reference):
            other = "--human-reference" if self.baseline else "no --baseline"
            raise UsageError(f"--human-baseline and {other}", hint="it makes the baseline the human reference")


def check(plan: CheckPlan) -> Job[Verdict]:
    """The verdict on a change; raises DataError for a baseline that is not there, UsageError for bad settings."""
    with ExitStack() as held:
        return (yield from _check(plan, held))


def _check(plan: CheckPlan, held: ExitStack) -> Job[Verdict]:
    scan = plan.scan.with_book()
    policy = read_policy(plan.policies, scan.rule_book())
    change = yield from read_change(replace(scan, trusted=policy.trusted), plan.baseline, plan.cache, held)
    change = by_human_baseline(change) if plan.human_baseline else change
    asked, allowed = _parted(change.unread, policy)
    yield Progress("judging")
    figures = change_figures(change, asked, policy.columns)
    sides = at_one_size(change)
    removed = None if change.losses is None else asdict(change.losses.figures)
    judged = _judge(policy, figures, change.whole, sides, removed, partial(_sources, change.base))
    lost = _mostly_lost(change)
    level = "fail" if lost else worst(one.level for one in judged)
    return Verdict(
        level=level,
        baseline=plan.baseline,
        files=(*change.files, *_unread_files(asked), *_unread_files(allowed, "; the policy allows it")),
        gates=tuple(_result(one, plan, figures) for one in judged),
        places=places_of(change, judged, asked, counted_columns(figures)),
        praise=() if level == "fail" else praise_of(change, sides),
        change=figures,
        whole=change.whole,
        difference=differences(*sides),
        note="; ".join(filter(None, (*plan.remarks, change.note))),
        removed=removed,
        unread=len(change.unread),
        other_files=change.others,
        claims=change.scan.said.claims if change.scan else (),
        remarks=_remarks(figures),
        mostly_quarantined=lost,
    )


def _mostly_lost(change: Change) -> tuple[str, ...]:
    """A sentence for each changed file of which most rows cannot be read, by its name for the user."""
    unreadable = [replace(item, path=change.spot(item.path, item.row).path) for item in change.unreadable]
    return mostly_lost({file.path: file.rows for file in change.files}, unreadable)


def _remarks(figures: Figures | None) -> tuple[str, ...]:
    found = figures or {}
    without = (f"had no effect: {one}" for one in found.get("without_effect", ()))
    return (*label_remarks(found.get("labels")), *without)


def _parted(unread: Sequence[NotRead], policy: Policy) -> tuple[list[NotRead], list[NotRead]]:
    """Files that the policy wants to be read, and those that it allows."""
    allowed = [one for one in unread if policy.allows(one.path)]
    return [one for one in unread if not policy.allows(one.path)], allowed


def _unread_files(unread: Sequence[NotRead], more: str = "") -> tuple[ChangedFile, ...]:
    return tuple(ChangedFile(one.path, "skipped", "", 0, 0, one.reason + more) for one in unread)


def _judge(
    policy: Policy, figures: Figures | None, whole: Figures | None, sides: tuple[Figures | None, Figures | None],
    removed: Figures | None, sources: Callable[[], Collection[str]],
) -> tuple[Judged, ...]:  # fmt: skip
    """Gates on the change are left out where it brings no row, those on what it removes where it is only added.

    Of rows that only changed their file no figure but that can be told.
    """
    asked = policy if figures and "tokens" in figures else policy.without("change", but=MOVES if figures else ())
    asked = asked if removed is not None else asked.without("removed")

    def figure(on: On, metric: str) -> Figure:
        if on == "difference":
            return change_of(*sides, metric)
        if on == "removed":
            return removed_of(removed, metric, sources)
        return figure_of(figures if on == "change" else whole, metric)

    return judge(asked, figure)


def _sources(base: Base | None) -> Collection[str]:
    """Sources of the documents of the baseline."""
    return [] if base is None else base.documents.column("source").unique().to_pylist()


def _result(judged: Judged, plan: CheckPlan, figures: Figures | None) -> GateResult:
    gate = judged.gate
    hint = gate.hint if judged.level != "pass" else ""
    if "--human-baseline" in hint and (plan.human_baseline or plan.scan.human_reference):
        hint = _beside_reference(figures)
    return GateResult(
        gate.id, gate.metric, gate.on, judged.level, judged.value, gate.at_most, gate.at_least, judged.message,
        gate.why, hint, judged.known,
    )  # fmt: skip


def _beside_reference(figures: Figures | None) -> str:
    """Why the share is as wide as it is, for somebody who has given human text already."""
    reasons = ((figures or {}).get("machine_share") or {}).get("reasons") or ()
    return "; ".join(reasons[:2])
