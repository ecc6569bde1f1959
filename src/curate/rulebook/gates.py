"""Gates from TOML: limits on figures that a pull request must keep; they are judged in `rulebook.judge`."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from curate.errors import UsageError
from curate.rulebook.metric_names import check_metric
from curate.rulebook.read import shipped_books
from curate.rulebook.rules import RuleBook
from curate.rulebook.tables import check_keys, choice_of, entries_of, number_of, read_tables, text_of, texts_of

On = Literal["change", "whole", "difference", "removed"]
Consequence = Literal["fail", "warn"]
Unknown = Literal["warn", "fail", "pass"]

ONS: tuple[On, ...] = ("change", "whole", "difference", "removed")
CONSEQUENCES: tuple[Consequence, ...] = ("fail", "warn")
UNKNOWNS: tuple[Unknown, ...] = ("warn", "fail", "pass")
DEFAULT = Path("default")
UNREAD = "unread"
TRUST = "trust_changes"
CLAIMS = ("label", "date", "provenance")  # what rows may say of who wrote them


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure and its limits, of which there is at least one.

    on: the rows that are new, everything after merging, what merging changes, or what it removes. then: what a figure
    beyond a limit means. when_unknown: what it means that the figure cannot be told; when_unsure: that it may lie on
    either side of a limit, or that there is too little text for it ("" as when_unknown).
    """

    id: str
    metric: str
    why: str
    hint: str
    then: Consequence
    on: On = "change"
    at_most: float | None = None
    at_least: float | None = None
    when_unknown: Unknown = "warn"
    when_unsure: Unknown | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The gates of a check, each id once; allowed: suffixes and patterns of paths that need not be read.

    columns: of prose that need not be judged. trusted: of CLAIMS those by which the rows of a change may call
    themselves human.
    """

    gates: tuple[Gate, ...]
    allowed: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()

    def allows(self, path: str) -> bool:
        """Return whether a file that looks like data may stay unread: a suffix begins with a dot, in any case."""
        lowered = path.lower()
        return any(
            lowered.endswith(one.lower()) if one.startswith(".") else fnmatchcase(path, one) for one in self.allowed
        )

    def without(self, on: On, but: Collection[str] = ()) -> Policy:
        """The gates on other figures, and those whose metric stands in `but`."""
        return replace(self, gates=tuple(gate for gate in self.gates if gate.on != on or gate.metric in but))


KEYS = tuple(field.name for field in fields(Gate))


def read_policy(paths: Sequence[Path], book: RuleBook) -> Policy:
    """The gates of these files, of the shipped policy if there are none; a later gate replaces the one with its id.

    A shipped policy is asked for by its name ("default"). `book`: the rules that gates may name. Raises UsageError for
    a file that cannot be read and for whatever in it cannot be meant.
    """
    gates: dict[str, Gate] = {}
    allowed: list[str] = []
    columns: list[str] = []
    trusted: list[str] = []
    for path in paths or (DEFAULT,):
        found = _read(_shipped(path), book)
        gates |= {gate.id: gate for gate in found.gates}
        allowed += found.allowed
        columns += found.columns
        trusted += found.trusted
    if not gates:
        raise UsageError("has no gate", where=str(paths[0]), hint="--policy default --policy YOURS keeps the default")
    return Policy(tuple(gates.values()), *(tuple(dict.fromkeys(each)) for each in (allowed, columns, trusted)))


def shipped_policies() -> Path:
    """The folder of policies that come with curate."""
    return shipped_books() / "policies"


def _shipped(path: Path) -> Path:
    policy = shipped_policies() / f"{path.name}.toml"
    return policy if not path.exists() and path.parent == Path() and policy.is_file() else path


def _read(path: Path, book: RuleBook) -> Policy:
    names = ", ".join(sorted(one.stem for one in shipped_policies().glob("*.toml")))
    tables = read_tables(path, "the policy", f"give --policy a TOML file, or {names}")
    check_keys(tables, ("gate", UNREAD, TRUST), str(path))
    trusted = _trusted(tables, str(path))
    allowed, columns = (_allowed(tables, key, str(path)) for key in ("allow", "columns"))
    gates = [_gate(table, where, book) for table, where in entries_of(tables, "gate", path)]
    ids = [gate.id for gate in gates]
    for one in ids:
        if ids.count(one) > 1:
            raise UsageError(f"the id {one!r} stands twice in this policy", where=str(path))
    if not (gates or allowed or columns or trusted):
        raise UsageError("has no gate", where=str(path), hint="write [[gate]] above each, with an id and a metric")
    return Policy(tuple(gates), allowed, columns, trusted)


def _trusted(tables: dict[str, object], where: str) -> tuple[str, ...]:
    """Kinds of claims, each one of CLAIMS."""
    found = texts_of(tables, TRUST, where)
    for one in found:
        if one not in CLAIMS:
            raise UsageError(f"{TRUST} has {one!r}, not one of {', '.join(CLAIMS)}", where=where)
    return found


def _allowed(tables: dict[str, object], key: str, where: str) -> tuple[str, ...]:
    """Below [unread]: suffixes with their dot and patterns of paths, or names of columns."""
    table = tables.get(UNREAD, {})
    if not isinstance(table, dict):
        raise UsageError("unread is not a table", where=where, hint='write [unread], below it allow = [".csv"]')
    check_keys(table, ("allow", "columns"), f"{where}, {UNREAD}")
    return texts_of(table, key, f"{where}, {UNREAD}")


def _gate(table: dict[str, object], where: str, book: RuleBook) -> Gate:
    check_keys(table, KEYS, where)
    gate = Gate(
        id=text_of(table, "id", where),
        metric=text_of(table, "metric", where),
        why=text_of(table, "why", where, default=""),
        hint=text_of(table, "hint", where, default=""),
        then=choice_of(table, "then", CONSEQUENCES, where),
        on=choice_of({"on": _usual(table), **table}, "on", ONS, where),
        at_most=number_of(table, "at_most", where),
        at_least=number_of(table, "at_least", where),
        when_unknown=choice_of({"when_unknown": "warn", **table}, "when_unknown", UNKNOWNS, where),
        when_unsure=choice_of(table, "when_unsure", UNKNOWNS, where) if "when_unsure" in table else "",
    )
    _check_scope(gate, where)
    check_metric(gate.metric, where, [rule.id for rule in book.rules], sorted(set(book.home.values())))
    limits = [limit for limit in (gate.at_least, gate.at_most) if limit is not None]
    if not all(map(math.isfinite, limits)):
        raise UsageError("a limit must be a number", where=where)
    if not limits:
        raise UsageError("a gate has at_most or at_least or both", where=where)
    if limits != sorted(limits):
        raise UsageError(f"at_least {limits[0]:g} is above at_most {limits[1]:g}", where=where)
    return gate


def _usual(table: dict[str, object]) -> On:
    return "removed" if str(table.get("metric", "")).startswith("removed.") else "change"


def _check_scope(gate: Gate, where: str) -> None:
    """Raises UsageError where the figure is one of what is removed and the gate is on something else, or converse."""
    if (gate.on == "removed") != gate.metric.startswith("removed."):
        raise UsageError(
            f"{gate.metric} is no figure of {gate.on!r}", where=where, hint='figures removed.* are on = "removed"'
        )
