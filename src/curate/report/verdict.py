"""Result of a check, from which the terminal, JSON, Markdown, annotations, SARIF and JUnit are drawn.

Texts (messages, snippets, paths, ids) come from data and may be hostile: nothing here is escaped, every format does so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["pass", "warning", "fail"]
Scope = Literal["change", "whole", "difference", "removed"]
FileState = Literal["added", "changed", "renamed", "deleted", "pointer", "skipped"]
PlaceKind = Literal["rule", "copy", "machine-like", "unreadable", "removed", "unread"]


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate beside the figure it speaks of; `value` is null where the figure cannot be told.

    metric: a dotted name of the contract ("machine_share.low"); at_most, at_least: the limits, null where not set.
    """

    gate: str
    metric: str
    scope: Scope
    level: Level
    value: float | None
    at_most: float | None
    at_least: float | None
    message: str  # one sentence: what was found, beside what is allowed
    why: str
    hint: str  # what to do about it; "" where the gate passes
    known: bool = True  # whether the figure settles it; else the level is what the policy makes of not knowing


@dataclass(frozen=True, slots=True)
class Place:
    """A row that a reviewer should look at; `row` is 0-based, `line` 1-based and only where the file has lines."""

    path: str
    row: int | None
    line: int | None
    kind: PlaceKind
    level: Level
    message: str
    snippet: str
    gate: str  # the gate it is evidence for, "" for none


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the change and what became of it; rows: new documents in it, removed: documents it lost."""

    path: str
    state: FileState
    before: str  # the earlier path of a renamed file, else ""
    rows: int
    removed: int
    note: str  # why it was not read, what to run; "" where there is nothing to say


@dataclass(frozen=True, slots=True)
class Claim:
    """Documents of a change that call themselves human; by: the rule that reads it, or "label-column".

    kind: "label", "date" or "provenance". trusted: whether the policy lets it count, so that gates rest on it.
    """

    kind: str
    by: str
    documents: int
    trusted: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check: its level is the worst of its gates; `places` stand worst first.

    change, whole: figures as in `scan --json` (null: there was nothing, or no baseline); difference: whole after
    merging minus the baseline, by metric. praise: what the change brings that the baseline lacked, a sentence each.
    """

    level: Level
    baseline: str  # how the user named it; "" without one
    files: tuple[ChangedFile, ...]
    gates: tuple[GateResult, ...]
    places: tuple[Place, ...]
    praise: tuple[str, ...]
    change: Mapping[str, Any] | None
    whole: Mapping[str, Any] | None
    difference: Mapping[str, float | None] = field(default_factory=dict)
    note: str = ""  # on what it was compared with, where that is not what was asked for
    removed: Mapping[str, Any] | None = None  # what the baseline loses; null where nothing can be removed
    unread: int = 0  # files of the change that look like data and that nobody read, allowed or not
    other_files: tuple[str, ...] = ()  # paths of changed files that are no data
    claims: tuple[Claim, ...] = ()  # what the new rows say of themselves
    remarks: tuple[str, ...] = ()  # labels that were not understood, and settings that changed nothing
    mostly_quarantined: tuple[str, ...] = ()  # files of which most new rows could not be read, a sentence each
