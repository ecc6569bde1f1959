"""The figures that a gate can name, by dotted names into the object of `scan --json`; nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from curate.rulebook.metric_names import KNOWN, LANGUAGE, PART


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure: `value` as it is printed (None: it cannot be told), low and high what it may be, knowing more.

    A bound of a share under cannot-tell is true and says little: 0 because nothing is proved, not because nothing is
    there. Such a lower bound lies between itself and 1, an upper one between 0 and itself. Others are what they are.
    absent: what the figure is about is not there, so that it breaks no limit. unknown: why there is no value, or none
    that is sure. about: the part that the figure is of, where its name does not say so. small: there is too little
    text for a value.
    """

    value: float | None
    low: float
    high: float
    absent: bool = False
    unknown: str = ""
    about: str = ""
    small: bool = False

    def __sub__(self, before: Figure) -> Figure:
        """Change by merging."""
        value = None if self.value is None or before.value is None else self.value - before.value
        unknown = self.unknown or before.unknown
        absent, small = self.absent and before.absent, self.small or before.small
        return Figure(value, self.low - before.high, self.high - before.low, absent, unknown, small=small)


def nothing(unknown: str) -> Figure:
    """A figure of which nothing is known."""
    return Figure(None, float("-inf"), float("inf"), unknown=unknown)


NO_SAMPLE = "the text that is left after merging was not kept for a sample"
TOO_LITTLE = "there is too little text"
NOTHING_READ = "no row can be read"
NOTHING_SCORED = "no text is long enough, and in a language, for a score"
NO_BASELINE = nothing("there is no baseline to compare with")


def figure_of(figures: Mapping[str, Any] | None, metric: str) -> Figure:
    """The figure of that name; without a value where it is null, or where no baseline gives the figures (None)."""
    if figures is None:
        return NO_BASELINE
    if found := PART.fullmatch(metric):
        return _part(figures, found["part"], found["name"], found["leaf"])
    if found := LANGUAGE.fullmatch(metric):
        return _language(figures, found["name"], found["leaf"])
    if metric.startswith("machine_share.") and not metric.startswith(("machine_share.parts.", "machine_share.trend.")):
        return _of_share(figures.get("machine_share"), metric.removeprefix("machine_share."))
    kind, _, name = metric.partition(".")
    none = "it is not counted after merging" if figures.get("documents") else NOTHING_READ
    if kind in ("rules", "books"):
        return _plain((figures.get(kind) or {}).get(name), none)
    if kind == "diversity" and figures.get("diversity"):
        small = "predictable" not in name
        missing = TOO_LITTLE if small else "no human reference was given"
        figure = _plain(_walk(figures, metric), missing)
        return replace(figure, small=small and figure.value is None)
    if kind == "diversity" and "diversity" in figures and figures.get("documents"):
        return nothing(NO_SAMPLE)
    if metric.startswith("duplicates.index.") and figures.get("duplicates"):
        return _plain(_walk(figures, metric)) if figures["duplicates"].get("index") else NO_BASELINE
    return _plain(_walk(figures, metric), none)


def change_of(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, metric: str) -> Figure:
    """After less before; of diversity, whose figures are those of a sample, with the intervals of both."""
    return _in_interval(after, metric) - _in_interval(before, metric)


def _in_interval(figures: Mapping[str, Any] | None, metric: str) -> Figure:
    figure = figure_of(figures, metric)
    kind, _, name = metric.partition(".")
    around = ((figures or {}).get(kind) or {}).get("intervals", {}).get(name) if kind == "diversity" else None
    return figure if around is None or figure.value is None else replace(figure, low=around[0], high=around[1])


def _part(figures: Mapping[str, Any], part: str, name: str, leaf: str) -> Figure:
    """Of the only language there is the whole share; of a language that is not there none."""
    share = figures.get("machine_share") or {}
    parts = share.get(part) or {}
    found = next((parts[one] for one in (_holding(name) if part == "by_month" else (name,)) if one in parts), None)
    if found is None and part == "by_language":
        languages = figures.get("languages") or {}
        if name not in languages:
            return Figure(None, 0.0, 1.0, absent=True, unknown=f"there is no {name}")
        found = share if len(languages) == 1 else None
    return _of_share(found, leaf) if found else nothing(f"{name} is not among the parts that are told apart")


def _holding(month: str) -> tuple[str, ...]:
    """A month and the longer periods that it may have been joined into: its quarter, its year."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
    return (month, f"{found[1]}-Q{(int(found[2]) + 2) // 3}", found[1]) if found else (month,)


def _language(figures: Mapping[str, Any], name: str, leaf: str) -> Figure:
    amount = (figures.get("languages") or {}).get(name) or {"documents": 0, "tokens": 0}
    if leaf != "token_share":
        return _plain(amount[leaf])
    return _plain(amount["tokens"] / figures["tokens"] if figures.get("tokens") else None)


def _walk(figures: Mapping[str, Any], metric: str) -> object:
    value: object = figures
    for name in metric.split("."):
        if isinstance(value, list | tuple):
            value = value[("low", "high").index(name)]
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _plain(value: object, unknown: str = NOTHING_READ) -> Figure:
    return Figure(float(value), float(value), float(value)) if isinstance(value, int | float) else nothing(unknown)


def _of_share(share: Mapping[str, Any] | None, leaf: str) -> Figure:
    """A share without an estimate still lies between its bounds; a bound that tells nothing lies beyond itself.

    What no evidence bounds from above is not known to reach its upper bound, which stands for "nobody can tell".
    """
    if share is None:
        return nothing(NOTHING_READ)
    if leaf in KNOWN:
        return _of_known(share, leaf.rpartition(".")[2])
    found = _plain(share.get(leaf), "no reference was given" if leaf == "placebo" else "")
    if leaf == "estimate" and found.value is None:
        return Figure(None, share["low"], share["high"])
    if leaf == "high" and share.get("verdict") != "estimated" and found.value is not None:
        return Figure(found.value, share["low"], found.value)
    if leaf == "low" and share.get("verdict") == "cannot-tell" and found.value is not None:
        return Figure(found.value, found.value, 1.0)
    return found


def _of_known(share: Mapping[str, Any], leaf: str) -> Figure:
    """Share that reads as machine-written: sure where it is narrow and without doubts, else an interval."""
    known = share.get("if_known_kinds")
    if known is None:
        return Figure(None, 0.0, 1.0, unknown=NOTHING_SCORED)
    if share.get("verdict") in ("estimated", "recognised"):
        return _plain(known[leaf])
    return Figure(None if leaf == "estimate" else known[leaf], known["low"], known["high"])
