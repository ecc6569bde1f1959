"""Which pattern rules each text holds, found by Arrow's RE2; nothing is decided here.

Of most patterns one can say which byte strings a text must hold to match, and these are looked for first, ten times as
fast. The others are joined to one prefilter, because Arrow compiles an expression anew at every call. Each pattern is
tried only on what is left. In a rule, `[^.\n]*` compiles an order of magnitude faster than `[^.\n]{0,80}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.kernels.buffers import text_buffers
from curate.kernels.literal_index import literal_index
from curate.kernels.literals import Literals, groups_held
from curate.kernels.odd_letters import odd_letters
from curate.kernels.tokens import Tokens, tokenize
from curate.kernels.unformatted import oddly_set, unformatted
from curate.kernels.word_runs import Runs, run_index, runs_held
from curate.rulebook.lists import lists_of_ids
from curate.rulebook.literals import literals_of, strings_of
from curate.rulebook.quotations import without_quotations
from curate.rulebook.rules import RuleBook

if TYPE_CHECKING:
    from curate.measuring.batch import Batch


@dataclass(frozen=True, slots=True)
class Phrases:
    """Column rules_hits: ids of the pattern rules found in a text, in the order of `patterns`; never null.

    Holds ids and patterns only, so that a changed `then` or `why` leaves the annotation files' stamp alone.
    """

    name: ClassVar[str] = "rules"
    fields: ClassVar[dict[str, pa.DataType]] = {"hits": pa.list_(pa.string())}
    version: ClassVar[int] = 5
    patterns: tuple[tuple[str, str], ...]
    forms: tuple[tuple[str, bool, str], ...] = ()  # of rules that ask for one: id, unquoted, unless

    @classmethod
    def of(cls, book: RuleBook) -> Phrases:
        """The pattern rules of a book, sorted by id: the stamp must not depend on the order of files."""
        found = [rule for rule in book.rules if rule.pattern]
        formed = [(rule.id, rule.unquoted, rule.unless) for rule in found if rule.unquoted or rule.unless]
        return cls(tuple(sorted((rule.id, rule.pattern) for rule in found)), tuple(sorted(formed)))

    def measure(self, batch: Batch) -> list[pa.Array]:
        """One list a document."""
        return [self.hits(batch.text, batch.tokens)]

    def hits(self, text: pa.LargeStringArray, tokens: Tokens | None = None) -> pa.ListArray:
        """list<string> of the length of `text`; a null text has none. tokens: those of `text`, where they are known."""
        phrases = self._phrases()
        tokens = tokenize(*text_buffers(text)) if tokens is None else tokens
        found, held = _suspects(text, tokens, tuple(pattern for _, pattern in self.patterns), tuple(phrases))
        rows = np.flatnonzero(held[:, phrases].any(axis=1))
        read = _Read(text, rows)
        for column in np.flatnonzero(found.any(axis=0)).tolist():
            here, pattern = np.flatnonzero(found[:, column]), self.patterns[column][1]
            found[here, column] = _matches(text.take(pa.array(here)), pattern)
            if column in phrases:
                rest = here[held[here, column] & ~found[here, column]]
                found[rest, column] = read.matches(rest, pattern)
        self._form(text, found)
        return lists_of_ids(found, [rule_id for rule_id, _ in self.patterns])

    def _phrases(self) -> list[int]:
        """Columns of rules on what a text says in its own words: these are looked for as a reader sees them."""
        column = {rule_id: place for place, (rule_id, _) in enumerate(self.patterns)}
        return [column[rule_id] for rule_id, unquoted, _ in self.forms if unquoted]

    def _form(self, text: pa.LargeStringArray, found: NDArray[np.bool_]) -> None:
        """Take back what a rule finds only in what a text quotes, or in texts that it is not meant for."""
        column = {rule_id: place for place, (rule_id, _) in enumerate(self.patterns)}
        bare = self._phrases()
        rows = np.flatnonzero(found[:, bare].any(axis=1)) if bare else np.zeros(0, np.int64)
        if rows.size:
            told = without_quotations(text.take(pa.array(rows)))
            read = _Read(told, np.arange(rows.size))
            for place in bare:
                here, pattern = np.flatnonzero(found[rows, place]), self.patterns[place][1]
                kept = _matches(told.take(pa.array(here)), pattern)
                kept[~kept] = read.matches(here[~kept], pattern)
                found[rows[here], place] = kept
        for rule_id, _, unless in self.forms:
            here = np.flatnonzero(found[:, column[rule_id]]) if unless else rows[:0]
            if here.size:
                found[here, column[rule_id]] = ~_matches(text.take(pa.array(here)), unless)


class _Read:
    """Some texts as a reader sees them, made once, when first asked for; rows int64[m], ascending."""

    def __init__(self, text: pa.LargeStringArray, rows: NDArray[np.int64]) -> None:
        self._text, self._rows = text, rows
        self._made: dict[bool, pa.LargeStringArray] = {}

    def matches(self, rows: NDArray[np.int64], pattern: str) -> NDArray[np.bool_]:
        """Of some of these rows; a pattern that looks at lines sees them as they stand."""
        if not rows.size:
            return np.zeros(0, np.bool_)
        join = r"\n" not in pattern and "(?m)" not in pattern and "$" not in pattern
        if join not in self._made:
            self._made[join] = unformatted(self._text.take(pa.array(self._rows)), join_lines=join)
        return _matches(self._made[join].take(pa.array(np.searchsorted(self._rows, rows))), pattern)


@dataclass(frozen=True, slots=True)
class _Needed:
    """Parts that a text must contain; other: columns of patterns without known parts; case: some patterns ignore it.

    runs: words of the phrases, which a text holds however these are set.
    """

    literals: Literals
    runs: Runs
    other: tuple[int, ...]
    case: bool


@cache
def _needed(patterns: tuple[str, ...], phrases: tuple[int, ...]) -> _Needed:
    sets = [literals_of(pattern) for pattern in patterns]
    literals = [(text, column) for column, found in enumerate(sets) for text in found or ()]
    runs = run_index([(text, column) for column in phrases for text in _in_words(patterns[column])])
    other = tuple(column for column, found in enumerate(sets) if found is None)
    return _Needed(literal_index(literals), runs, other, any("(?i)" in pattern for pattern in patterns))


def _in_words(pattern: str) -> frozenset[bytes]:
    r"""Strings that are phrases: with a blank, which \b is here, or in a script without blanks."""
    strings = strings_of(pattern.replace(r"\b", " ")) or frozenset()
    return frozenset(text for text in strings if b" " in text.strip() or not text.isascii())


def _suspects(
    text: pa.LargeStringArray, tokens: Tokens, patterns: tuple[str, ...], phrases: tuple[int, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a pattern may be found, texts x patterns: nowhere else it is; and where its literals say so.

    phrases: columns of the patterns that are looked for in texts as a reader sees them, too.
    """
    found = np.zeros((len(text), len(patterns)), dtype=np.bool_)
    needed = _needed(patterns, phrases)
    values, offsets = text_buffers(text)
    words = np.zeros_like(found)
    runs_held(tokens, needed.runs, words)
    groups_held(values, offsets, needed.literals, found)
    rows = np.flatnonzero(oddly_set(text) | (words & ~found).any(axis=1))
    if rows.size:
        there = np.zeros((rows.size, len(patterns)), dtype=np.bool_)
        groups_held(*text_buffers(unformatted(text.take(pa.array(rows)), join_lines=True)), needed.literals, there)
        found[rows] |= there
    held = found.copy()
    if needed.case:
        odd = np.zeros(len(text), dtype=np.bool_)
        odd_letters(values, offsets, odd)
        found[odd] = True
    if needed.other:
        found[:, needed.other] = _any_matches(text, [patterns[column] for column in needed.other])[:, None]
    return found, held


def _any_matches(text: pa.LargeStringArray, patterns: list[str]) -> NDArray[np.bool_]:
    if not patterns:
        return np.zeros(len(text), dtype=np.bool_)
    try:
        return _matches(text, "|".join(f"(?:{pattern})" for pattern in patterns))
    except pa.ArrowInvalid:  # each compiles alone: together they are too large, or name a group twice
        if len(patterns) == 1:
            raise
    half = len(patterns) // 2
    found: NDArray[np.bool_] = _any_matches(text, patterns[:half]) | _any_matches(text, patterns[half:])
    return found


def _matches(text: pa.LargeStringArray, pattern: str) -> NDArray[np.bool_]:
    found = pc.fill_null(pc.match_substring_regex(text, pattern), False)
    mask: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return mask
