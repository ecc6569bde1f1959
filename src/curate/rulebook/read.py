"""Rule books from TOML, checked key by key; a mistake names its file and rule."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from curate.errors import UsageError
from curate.rulebook.rules import Evidence, Rule, RuleBook, Then, Writer

RULE_KEYS = tuple(field.name for field in fields(Rule))
EVIDENCE_KEYS = tuple(field.name for field in fields(Evidence))
TESTS = ("equals", "one_of", "before", "matches", "present")
THENS: tuple[Then, ...] = ("remove", "flag")
WRITERS: tuple[Writer, ...] = ("human", "machine")
Choice = TypeVar("Choice")
Entry = TypeVar("Entry", Rule, Evidence)


def shipped_books() -> Path:
    """The folder of rule books: inside the wheel, or the repository's own under an editable install."""
    shipped = Path(str(files("curate"))) / "rules"
    return shipped if shipped.is_dir() else Path(__file__).parents[3] / "rules"


def read_rule_books(extra: Sequence[Path] = ()) -> RuleBook:
    """The shipped books, then `extra` in order; a later entry replaces the earlier one with its id, in its place.

    Raises UsageError for a file that cannot be read and for whatever in it cannot be meant.
    """
    rules: dict[str, Rule] = {}
    evidence: dict[str, Evidence] = {}
    for path in (*sorted(shipped_books().glob("*.toml")), *extra):
        book = _read_book(_shipped(path))
        rules |= {rule.id: rule for rule in book.rules}
        evidence |= {one.id: one for one in book.evidence}
    return RuleBook(tuple(rules.values()), tuple(evidence.values()))


def _shipped(path: Path) -> Path:
    """A book that is asked for by its name ("gopher"), where no file of the user's is called so."""
    book = shipped_books() / "books" / f"{path.name}.toml"
    return book if not path.exists() and path.parent == Path() and book.is_file() else path


def _read_book(path: Path) -> RuleBook:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"the rule book cannot be read: {error.strerror}",
            where=str(path),
            hint=f"give --rules a TOML file, or one of {_names()}",
        ) from error
    except ValueError as error:  # tomllib's own errors and bytes that are not UTF-8
        raise UsageError(f"not TOML: {error}", where=str(path)) from error
    _known(tables, ("rule", "evidence"), str(path))
    rules = tuple(_rule(table, where) for table, where in _entries(tables, "rule", path))
    evidence = tuple(_evidence(table, where) for table, where in _entries(tables, "evidence", path))
    _once(rules, path)
    _once(evidence, path)
    return RuleBook(rules, evidence)


def _names() -> str:
    return ", ".join(sorted(path.stem for path in (shipped_books() / "books").glob("*.toml")))


def _entries(tables: Mapping[str, object], kind: str, path: Path) -> list[tuple[dict[str, object], str]]:
    entries = tables.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{kind} is not a list of tables", where=str(path), hint=f"write [[{kind}]] above each")
    return [(entry, f"{path}, {kind} {entry.get('id') or number}") for number, entry in enumerate(entries, 1)]


def _rule(table: dict[str, object], where: str) -> Rule:
    _known(table, RULE_KEYS, where)
    rule = Rule(
        id=_text(table, "id", where),
        why=_text(table, "why", where),
        source=_text(table, "source", where),
        then=_choice(table, "then", THENS, where),
        pattern=_regex(table, "pattern", where),
        measure=_text(table, "measure", where, default=""),
        at_least=_number(table, "at_least", where),
        at_most=_number(table, "at_most", where),
        languages=_texts(table, "languages", where),
    )
    bounds = [bound for bound in (rule.at_least, rule.at_most) if bound is not None]
    if bool(rule.pattern) == bool(rule.measure):
        raise UsageError("a rule has either a pattern or a measure", where=where)
    if bool(rule.measure) != bool(bounds):
        raise UsageError("a measure, and only a measure, has at_least or at_most or both", where=where)
    if bounds != sorted(bounds):
        raise UsageError(f"at_least {bounds[0]:g} is above at_most {bounds[1]:g}", where=where)
    return rule


def _evidence(table: dict[str, object], where: str) -> Evidence:
    _known(table, EVIDENCE_KEYS, where)
    if len([key for key in TESTS if key in table]) != 1:
        raise UsageError(f"evidence has exactly one of {', '.join(TESTS)}", where=where)
    if table.get("present", True) is not True:
        raise UsageError("present can only be true", where=where)
    return Evidence(
        id=_text(table, "id", where),
        why=_text(table, "why", where),
        source=_text(table, "source", where),
        column=_text(table, "column", where),
        says=_choice(table, "says", WRITERS, where),
        equals=_text(table, "equals", where) if "equals" in table else None,
        one_of=_texts(table, "one_of", where),
        before=_date(table, "before", where),
        matches=_regex(table, "matches", where),
        present="present" in table,
    )


def _known(table: Mapping[str, object], keys: Sequence[str], where: str) -> None:
    for key in table:
        if key not in keys:
            near = get_close_matches(key, keys, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
            raise UsageError(f"unknown key {key!r}", where=where, hint=hint)


def _once(entries: Sequence[Entry], path: Path) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise UsageError(f"the id {entry.id!r} stands twice in this book", where=str(path))
        seen.add(entry.id)


def _text(table: Mapping[str, object], key: str, where: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if value is None:
        raise UsageError(f"{key} is missing", where=where)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise UsageError(f"{key} must be a text that says something, not {value!r}", where=where)
    return value


def _texts(table: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"{key} must be a list of texts, not {values!r}", where=where)
    if key in table and not values:
        raise UsageError(f"{key} is empty", where=where)
    return tuple(values)


def _choice(table: Mapping[str, object], key: str, choices: tuple[Choice, ...], where: str) -> Choice:
    value = _text(table, key, where)
    for choice in choices:
        if value == choice:
            return choice
    raise UsageError(f"{key} must be {' or '.join(map(str, choices))}, not {value!r}", where=where)


def _number(table: Mapping[str, object], key: str, where: str) -> float | None:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise UsageError(f"{key} must be a number, not {value!r}", where=where)
    return value


def _date(table: Mapping[str, object], key: str, where: str) -> datetime.date | None:
    value = table.get(key)
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{key} must be a date such as 2022-11-30, not {value!r}", where=where) from error


def _regex(table: Mapping[str, object], key: str, where: str) -> str:
    """A pattern that RE2 compiles and that does not hold of every text; raises UsageError otherwise."""
    pattern = _text(table, key, where, default="")
    try:
        empty = pc.match_substring_regex(pa.array([""]), pattern)[0].as_py()
    except pa.ArrowInvalid as error:
        raise UsageError(
            f"{key} is no RE2 expression: {error}", where=where, hint="RE2 has no look-around and no back-references"
        ) from error
    if pattern and empty:
        raise UsageError(f"{key} {pattern!r} matches the empty text, so it would match every text", where=where)
    return pattern
