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
from curate.kernels.literals import Literals, groups_held, literal_index, odd_letters
from curate.rulebook.lists import lists_of_ids
from curate.rulebook.literals import literals_of
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
    version: ClassVar[int] = 1
    patterns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, book: RuleBook) -> Phrases:
        """The pattern rules of a book, sorted by id: the stamp must not depend on the order of files."""
        return cls(tuple(sorted((rule.id, rule.pattern) for rule in book.rules if rule.pattern)))

    def measure(self, batch: Batch) -> list[pa.Array]:
        """One list a document."""
        return [self.hits(batch.text)]

    def hits(self, text: pa.LargeStringArray) -> pa.ListArray:
        """list<string> of the length of `text`; a null text has none."""
        found = _suspects(text, tuple(pattern for _, pattern in self.patterns))
        for column in np.flatnonzero(found.any(axis=0)):
            rows = np.flatnonzero(found[:, column])
            found[rows, column] = _matches(text.take(pa.array(rows)), self.patterns[column][1])
        return lists_of_ids(found, [rule_id for rule_id, _ in self.patterns])


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a text must hold; other: columns of patterns of which that is not known; case: some patterns ignore it."""

    literals: Literals
    other: tuple[int, ...]
    case: bool


@cache
def _needed(patterns: tuple[str, ...]) -> _Needed:
    sets = [literals_of(pattern) for pattern in patterns]
    literals = [(literal, column) for column, found in enumerate(sets) for literal in found or ()]
    other = tuple(column for column, found in enumerate(sets) if found is None)
    return _Needed(literal_index(literals), other, any("(?i)" in pattern for pattern in patterns))


def _suspects(text: pa.LargeStringArray, patterns: tuple[str, ...]) -> NDArray[np.bool_]:
    """Where a pattern may be found, texts x patterns: nowhere else it is."""
    found = np.zeros((len(text), len(patterns)), dtype=np.bool_)
    needed = _needed(patterns)
    values, offsets = text_buffers(text)
    groups_held(values, offsets, needed.literals, found)
    if needed.case:
        odd = np.zeros(len(text), dtype=np.bool_)
        odd_letters(values, offsets, odd)
        found[odd] = True
    if needed.other:
        found[:, needed.other] = _any_matches(text, [patterns[column] for column in needed.other])[:, None]
    return found


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
