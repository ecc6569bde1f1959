"""Figures of what a change removes, by the names that gates call them by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from curate.rulebook.metric_names import REMOVED_PART
from curate.rulebook.metrics import NO_BASELINE, Figure, nothing


def removed_of(
    removed: Mapping[str, Any] | None, metric: str, sources: Callable[[], Collection[str]] = tuple
) -> Figure:
    """A figure of what is removed; where the earlier content of a file is not there it is that at least.

    sources: those that there were, where they are known.
    """
    if removed is None:
        return replace(NO_BASELINE, absent=True)
    about, sure = "", True
    if found := REMOVED_PART.fullmatch(metric):
        if found["part"] == "source" and found["name"] not in removed["by_source"]:
            there = sources()
            if there and found["name"] not in there:
                return nothing(f"no source is called {found['name']!r}{_nearest(found['name'], there)}")
        value, sure = _removed_part(removed, found["part"], found["name"], found["leaf"])
    else:
        _, *parts, leaf = metric.split(".")
        part = removed[parts[0]] if parts else removed
        if part[leaf] is None:
            return Figure(None, 0.0, 0.0, absent=True, unknown="no document is declared human")
        value, about = float(part[leaf]), part.get("name", "")
    unread = removed["unread"]
    if sure and not unread:
        return Figure(value, value, value, about=about)
    most = 1.0 if metric.endswith("_share") else float("inf")
    more = f" and {len(unread) - 1:,} more" if len(unread) > 1 else ""
    why = f"the earlier content of {unread[0]}{more} is not there" if unread else "only the largest losses are listed"
    return Figure(value, value, most, unknown=why, about=about)


def _nearest(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, [one for one in names if one], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _removed_part(removed: Mapping[str, Any], part: str, name: str, leaf: str) -> tuple[float, bool]:
    """The value, and whether it is sure: of a part that is not among those listed nobody can tell."""
    listed = removed[f"by_{part}"]
    found = listed.get(name)
    return (float(found[leaf]), True) if found else (0.0, len(listed) == removed[f"{part}s"])
