"""The figures that gates are held to: of the new rows, and what merging changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curate.jobs.change import Change
from curate.rulebook.metrics import FIXED, figure_of


def change_figures(change: Change) -> dict[str, Any] | None:
    """As `scan --json`; of rows of which none can be read only their number is told; None where nothing is new."""
    if change.scan is not None:
        return change.scan.figures.to_json()
    if not change.unreadable:
        return None
    nothing = dict.fromkeys(("documents", "tokens", "bytes", "files"), 0)
    return {"version": 1, **nothing, "quarantined": len(change.unreadable)}


def differences(before: Mapping[str, Any] | None, whole: Mapping[str, Any] | None) -> dict[str, float | None]:
    """Whole minus baseline of every figure that both have; empty where there is no baseline."""
    if before is None or whole is None:
        return {}
    return {metric: (figure_of(whole, metric) - figure_of(before, metric)).value for metric in FIXED}
