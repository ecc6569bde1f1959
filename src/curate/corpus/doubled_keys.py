"""Keys that stand twice in one object of JSON, where a text or a declared value is read: the last value counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from curate.corpus.column_paths import Path
from curate.corpus.turns import is_turns, turns_of
from curate.schema import DOUBLED, Quarantined

FIRST = 8  # places that are named


class Twice(dict[str, Any]):
    """An object of JSON of which some keys stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.names = frozenset(name for name, count in counts.items() if count > 1)


@dataclass(frozen=True, slots=True)
class DoubledKeys:
    """Rows in which a key that is read stands twice; first: the places of some, a sentence each."""

    rows: int = 0
    first: tuple[str, ...] = ()

    def sentence(self) -> str:
        """How many, and what was read of them; "" where there are none."""
        rows = f"{self.rows:,} row{' has' if self.rows == 1 else 's have'}"
        return f"{rows} a key twice, and the last value is read: {self.first[0]}" if self.rows else ""


def noting(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A hook for `json.loads`: a Twice where keys stand twice."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else Twice(pairs)


def doubled_key(row: dict[str, Any], paths: Iterable[Path]) -> str:
    """The first key on these paths that stands twice in its object, as `noting` read the row; "" where none does."""
    return next(filter(None, (_on_path(row, path) for path in paths)), "")


def _on_path(value: Any, path: Path) -> str:
    if isinstance(value, list):
        inner = ((item, path or ("text",) * isinstance(item, dict)) for item in value)
        return next(filter(None, (_on_path(item, rest) for item, rest in inner)), "")
    if not isinstance(value, dict) or not path:
        return ""
    turns = is_turns(path[0])
    key = turns_of(path[0])[0] if turns else path[0]
    if isinstance(value, Twice) and key in value.names:
        return key
    return _on_path(value if turns else value.get(key), path[1:])


def remark(name: str, row: int, key: str) -> Quarantined:
    """Remark on a row that is kept. name: of its file."""
    reason = f"key {key[:100]!r} stands twice in the row; its last value is read"
    return Quarantined(name, row, reason, kept=True, kind=DOUBLED)


def doubled_keys(remarks: Collection[Quarantined]) -> DoubledKeys:
    """Count them among the remarks on rows that are kept."""
    rows, first = 0, list[str]()
    for item in (one for one in remarks if one.kind == DOUBLED):
        rows += 1
        if rows <= FIRST:
            first.append(f"{item.path} row {item.row}: {item.reason}")
    return DoubledKeys(rows, tuple(first))
