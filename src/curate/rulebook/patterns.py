"""Which pattern rules each text holds, found by Arrow's RE2; nothing is decided here.

Arrow compiles an expression anew at every call, which for a long alternation costs as much as reading a
megabyte; the patterns are therefore joined to one prefilter, and tried one by one only on what it lets through.
In a rule, `[^.\n]*` compiles an order of magnitude faster than `[^.\n]{0,80}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.rulebook.lists import lists_of_ids
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
        found = np.zeros((len(text), len(self.patterns)), dtype=np.bool_)
        rows = self._suspects(text)
        if len(rows):
            suspects = text.take(pa.array(rows))
            for column, (_, pattern) in enumerate(self.patterns):
                found[rows, column] = _matches(suspects, pattern)
        return lists_of_ids(found, [rule_id for rule_id, _ in self.patterns])

    def _suspects(self, text: pa.LargeStringArray) -> NDArray[np.int64]:
        """Rows in which at least one pattern is found."""
        return np.flatnonzero(_any_matches(text, [pattern for _, pattern in self.patterns]))


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
