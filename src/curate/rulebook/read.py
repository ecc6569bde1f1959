"""Rule books from TOML, checked key by key; a mistake names its file and rule."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from curate.errors import MachineError, UsageError
from curate.rulebook.rules import Evidence, Rule, RuleBook, Then, Writer
from curate.rulebook.tables import check_keys, choice_of, entries_of, flag_of, number_of, read_tables, text_of, texts_of

SHIPPED = ("basics", "leaks", "provenance")  # books that are always read
RULE_KEYS = tuple(field.name for field in fields(Rule))
EVIDENCE_KEYS = tuple(field.name for field in fields(Evidence))
TESTS = ("equals", "one_of", "before", "matches", "present")
THENS: tuple[Then, ...] = ("remove", "flag")
WRITERS: tuple[Writer, ...] = ("human", "machine")
Entry = TypeVar("Entry", Rule, Evidence)


def shipped_books() -> Path:
    """The folder of rule books: inside the wheel, or the repository's own under an editable install.

    Raises MachineError where neither is there: without its rules curate would find nothing, and say so as a finding.
    """
    homes = (Path(str(files("curate"))) / "rules", Path(__file__).parents[3] / "rules")
    for home in homes:
        if all((home / f"{name}.toml").is_file() for name in SHIPPED):
            return home
    raise MachineError("this installation of curate lacks its rule books", hint="install it anew")


def read_rule_books(extra: Sequence[Path] = ()) -> RuleBook:
    """The shipped books, then `extra` in order; a later entry replaces the earlier one with its id, in its place.

    Raises UsageError for a file that cannot be read and for whatever in it cannot be meant.
    """
    rules: dict[str, Rule] = {}
    evidence: dict[str, Evidence] = {}
    home: dict[str, str] = {}
    asked: set[str] = set()
    shipped = [shipped_books() / f"{name}.toml" for name in SHIPPED]
    for number, path in enumerate((*shipped, *extra)):
        book = _read_book(_shipped(path))
        if number >= len(shipped):
            asked |= {rule.id for rule in book.rules} | {one.id for one in book.evidence}
        home = {rule.id: path.stem for rule in book.rules} | home
        rules |= {rule.id: rule for rule in book.rules}
        evidence |= {one.id: one for one in book.evidence}
    return RuleBook(tuple(rules.values()), tuple(evidence.values()), home, frozenset(asked))


def _shipped(path: Path) -> Path:
    """A book that is asked for by its name ("gopher"), where no file of the user's is called so."""
    book = shipped_books() / "books" / f"{path.name}.toml"
    return book if not path.exists() and path.parent == Path() and book.is_file() else path


def _read_book(path: Path) -> RuleBook:
    tables = read_tables(path, "the rule book", f"give --rules a TOML file, or one of {_names()}")
    check_keys(tables, ("rule", "evidence"), str(path))
    rules = tuple(_rule(table, where) for table, where in entries_of(tables, "rule", path))
    evidence = tuple(_evidence(table, where) for table, where in entries_of(tables, "evidence", path))
    _once(rules, path)
    _once(evidence, path)
    return RuleBook(rules, evidence)


def _names() -> str:
    return ", ".join(sorted(path.stem for path in (shipped_books() / "books").glob("*.toml")))


def _rule(table: dict[str, object], where: str) -> Rule:
    check_keys(table, RULE_KEYS, where)
    rule = Rule(
        id=text_of(table, "id", where),
        why=text_of(table, "why", where),
        source=text_of(table, "source", where),
        then=choice_of(table, "then", THENS, where),
        pattern=_regex(table, "pattern", where),
        measure=text_of(table, "measure", where, default=""),
        at_least=number_of(table, "at_least", where),
        at_most=number_of(table, "at_most", where),
        languages=texts_of(table, "languages", where),
        unquoted=flag_of(table, "unquoted", where),
        unless=_regex(table, "unless", where),
        since=_date(table, "since", where),
    )
    bounds = [bound for bound in (rule.at_least, rule.at_most) if bound is not None]
    if bool(rule.pattern) == bool(rule.measure):
        raise UsageError("a rule has either a pattern or a measure", where=where)
    if bool(rule.measure) != bool(bounds):
        raise UsageError("a measure, and only a measure, has at_least or at_most or both", where=where)
    if rule.measure and (rule.unquoted or rule.unless):
        raise UsageError("unquoted and unless go with a pattern", where=where)
    if bounds != sorted(bounds):
        raise UsageError(f"at_least {bounds[0]:g} is above at_most {bounds[1]:g}", where=where)
    return rule


def _evidence(table: dict[str, object], where: str) -> Evidence:
    check_keys(table, EVIDENCE_KEYS, where)
    if len([key for key in TESTS if key in table]) != 1:
        raise UsageError(f"evidence has exactly one of {', '.join(TESTS)}", where=where)
    if table.get("present", True) is not True:
        raise UsageError("present can only be true", where=where)
    return Evidence(
        id=text_of(table, "id", where),
        why=text_of(table, "why", where),
        source=text_of(table, "source", where),
        column=text_of(table, "column", where),
        says=choice_of(table, "says", WRITERS, where),
        equals=text_of(table, "equals", where) if "equals" in table else None,
        one_of=texts_of(table, "one_of", where),
        before=_date(table, "before", where),
        matches=_regex(table, "matches", where),
        present="present" in table,
    )


def _once(entries: Sequence[Entry], path: Path) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise UsageError(f"the id {entry.id!r} stands twice in this book", where=str(path))
        seen.add(entry.id)


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
    pattern = text_of(table, key, where, default="")
    try:
        empty = pc.match_substring_regex(pa.array([""]), pattern)[0].as_py()
    except pa.ArrowInvalid as error:
        raise UsageError(
            f"{key} is no RE2 expression: {error}", where=where, hint="RE2 has no look-around and no back-references"
        ) from error
    if pattern and empty:
        raise UsageError(f"{key} {pattern!r} matches the empty text, so it would match every text", where=where)
    return pattern
