"""The figures that gates are held to: of the new rows, and what merging changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from curate.corpus.not_read import NotRead, unread
from curate.diversity.figures import diversity
from curate.diversity.sample import Sample
from curate.jobs.check.change import Change
from curate.jobs.check.moved_rows import moved_figures
from curate.jobs.check.unjudged_columns import asked_columns
from curate.jobs.scan.corpus import Corpus
from curate.rulebook.metric_names import FIXED
from curate.rulebook.metrics import figure_of

Figures = Mapping[str, Any]


def change_figures(
    change: Change, missed: Sequence[NotRead] = (), allowed: Collection[str] = ()
) -> dict[str, Any] | None:
    """As `scan --json`; of rows of which none can be read only their number is told; None where nothing is new.

    missed: files that look like data and are not read, without those that the policy allows. allowed: columns of prose
    that need not be judged.
    """
    told = {"unread": asdict(unread(missed)), "unjudged": asked_columns(change.unjudged, change.before, allowed)}
    told |= moved_figures(change.moved, change.copied)
    if change.scan is not None:
        return {**_with_only_source(change.scan, change.scan.figures.to_json()), **told}
    if not change.unreadable and not missed and not change.unjudged:
        return {"version": 1, "documents": 0, **told} if change.moved else None
    nothing = dict.fromkeys(("documents", "tokens", "bytes", "files"), 0)
    return {"version": 1, **nothing, "quarantined": len(change.unreadable), **told}


def _with_only_source(scan: Corpus, figures: dict[str, Any]) -> dict[str, Any]:
    """A scan tells sources apart where there are several; the share of the only one is that of the whole."""
    names = scan.documents.column("source").unique().to_pylist()
    share = figures["machine_share"]
    if len(names) != 1 or share["by_source"]:
        return figures
    parts = ("by_language", "by_source", "by_month", "by_length", "placebo_by_year", "trend")
    whole = {name: value for name, value in share.items() if name not in parts}
    return {**figures, "machine_share": {**share, "by_source": {names[0]: whole}}}


def at_one_size(change: Change) -> tuple[Figures | None, Figures | None]:
    """Baseline and whole, diversity at the smaller of their sizes: at others they would differ by size alone."""
    sides = (change.before, change.whole)
    base, whole = change.base, change.whole_sample
    sizes = [int(((side or {}).get("diversity") or {}).get("tokens") or 0) for side in sides]
    if sizes[0] == sizes[1] or not all(sizes) or base is None or whole is None:
        return sides
    return _at_size(sides[0], base.sample(), min(sizes)), _at_size(sides[1], whole, min(sizes))


def _at_size(figures: Figures | None, sample: Sample, size: int) -> Figures | None:
    if figures is None or figures["diversity"]["tokens"] == size:
        return figures
    return {**figures, "diversity": asdict(diversity(sample, size))}


def differences(before: Figures | None, whole: Figures | None) -> dict[str, float | None]:
    """Return every figure of the whole minus that of the baseline; empty without a baseline."""
    if before is None or whole is None:
        return {}
    return {metric: (figure_of(whole, metric) - figure_of(before, metric)).value for metric in FIXED}
