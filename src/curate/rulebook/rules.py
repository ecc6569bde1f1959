"""Rules, evidence and the books they stand in, as values; nothing is read or decided here."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Literal

from curate.schema import DOCUMENTS

Then = Literal["remove", "flag"]
Writer = Literal["human", "machine"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Either a pattern that a text may hold, or bounds on an annotation column; never both.

    A document outside the bounds fires the rule, a null measure never does. With `languages`, only documents
    annotated with one of them can fire it.
    """

    id: str
    why: str
    source: str  # a paper, a tool or "own"
    then: Then
    pattern: str = ""  # RE2
    measure: str = ""  # name of an annotation column, e.g. "tokens"
    at_least: float | None = None
    at_most: float | None = None
    languages: tuple[str, ...] = ()
    unquoted: bool = False  # only what stands outside code and quotation marks matches
    unless: str = ""  # RE2: not in a text that this matches anywhere
    since: datetime.date | None = None  # nobody wrote such text before: evidence of an earlier date outranks the rule


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rule that reads one column for who wrote a document; exactly one of the tests is set.

    A null never declares anything. `before` holds only if the whole day, week, month or year that the value
    names lies before the date (see curate.rulebook.dates).
    """

    id: str
    why: str
    source: str
    column: str
    says: Writer
    equals: str | None = None
    one_of: tuple[str, ...] = ()
    before: datetime.date | None = None
    matches: str = ""  # RE2, anywhere in the value
    present: bool = False  # not null and not blank


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules and all evidence of a run, each id once; `home` names the book in which each rule's id stood first.

    `asked`: ids of the rules and evidence in books that the user gave.
    """

    rules: tuple[Rule, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    home: Mapping[str, str] = field(default_factory=dict, compare=False)
    asked: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def fingerprint(self) -> str:
        """128 bits in hex over every field; rules in any order, evidence in its order, which decides."""
        rules = sorted(repr(astuple(rule)) for rule in self.rules)
        evidence = [repr(astuple(one)) for one in self.evidence]
        return hashlib.sha256(repr((rules, evidence)).encode()).hexdigest()[:32]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that evidence needs beyond those every batch of documents has (source, date, ...)."""
        named = dict.fromkeys(one.column for one in self.evidence)
        return tuple(name for name in named if name not in DOCUMENTS.names)
