"""Rows that could not be read, in little memory: of neighbours the first, and of too many their number alone."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat
from typing import TypeAlias, overload

from curate.schema import Quarantined

OTHERS = "other reasons, of which there are too many"
_WHOLE_FILE = -1
_REASONS = 100  # of rows that are only counted: what has one more counts as OTHERS
Alike: TypeAlias = tuple[str, str, bool, int, int | None, str]  # path, reason, kept, rows, size, kind


class QuarantinedRows(Sequence[Quarantined]):
    """Rows and files in order; neighbours in a file with the same reason take no more memory than one row.

    listed: how many keep their numbers, None for all. Rows beyond come last, for each reason together, and each of
    them as the first (`Quarantined.counted`). most_reasons: so many, of a path each, then OTHERS; None for all.
    """

    def __init__(
        self, items: Iterable[Quarantined] = (), listed: int | None = None, most_reasons: int | None = _REASONS
    ) -> None:
        self._kinds: list[Alike] = []
        self._codes: dict[Alike, int] = {}
        self._runs = array("q")  # of each run of rows: its first row, its kind
        self._starts = array("q", [0])  # how many items lie before each run, and before its end
        self._listed, self._most_reasons = listed, most_reasons
        self._counted: dict[Alike, list[int]] = {}  # the first row of each kind, and how many there are
        for item in items:
            self.add(item)

    def add(self, item: Quarantined) -> bool:
        """Append one row or file, or all for which one stands; return whether it is listed, not only counted."""
        kind = (item.path, item.reason, item.kept, item.rows, item.size, item.kind)
        is_full = self._listed is not None and self._starts[-1] >= self._listed
        if item.counted or (is_full and item.row is not None and item.rows == 1):
            self._count(kind, item.row or 0, max(1, item.counted))
            return False
        code = self._codes.setdefault(kind, len(self._codes))
        if code == len(self._kinds):
            self._kinds.append(kind)
        row = _WHOLE_FILE if item.row is None else item.row
        if self._runs and row > 0 and self._runs[-1] == code:
            first, length = self._runs[-2], self._starts[-1] - self._starts[-2]
            if row == first + length and first != _WHOLE_FILE:
                self._starts[-1] += 1
                return True
        self._runs.extend((row, code))
        self._starts.append(self._starts[-1] + 1)
        return True

    def _count(self, kind: Alike, row: int, count: int) -> None:
        most = None if self._listed is None else self._most_reasons
        if most is not None and len(self._counted) >= most and kind not in self._counted:
            kind = (kind[0], OTHERS, *kind[2:])
        self._counted.setdefault(kind, [row, 0])[1] += count

    def __len__(self) -> int:
        """Rows and files."""
        return self._starts[-1] + sum(count for _, count in self._counted.values())

    def __iter__(self) -> Iterator[Quarantined]:
        """In order."""
        for item in self.told():
            yield from repeat(item, max(1, item.counted))

    @overload
    def __getitem__(self, index: int) -> Quarantined: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Quarantined, ...]: ...

    def __getitem__(self, index: int | slice) -> Quarantined | tuple[Quarantined, ...]:
        """One, or a tuple of some."""
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        place = range(len(self))[index]
        if place < self._starts[-1]:
            number = bisect_right(self._starts, place) - 1
            return self._item(number, place - self._starts[number])
        place -= self._starts[-1]
        for item in self.counted():
            if place < item.counted:
                return item
            place -= item.counted
        raise IndexError(index)

    def _item(self, run: int, place: int) -> Quarantined:
        path, reason, kept, rows, size, kind = self._kinds[self._runs[2 * run + 1]]
        first = self._runs[2 * run]
        return Quarantined(path, None if first == _WHOLE_FILE else first + place, reason, kept, rows, size, kind)

    def counted(self) -> Iterator[Quarantined]:
        """One for all rows of a reason that are only counted."""
        for (path, reason, kept, rows, size, kind), (row, count) in self._counted.items():
            yield Quarantined(path, row, reason, kept, rows, size, kind, count)

    def runs(self) -> Iterator[tuple[Quarantined, int]]:
        """The first of neighbours that differ by their row alone, and how many they are; likewise of those counted."""
        for number, (start, stop) in enumerate(pairwise(self._starts)):
            yield self._item(number, 0), stop - start
        for item in self.counted():
            yield item, item.counted

    def told(self) -> Iterator[Quarantined]:
        """Each that is listed, and one for all that are counted together."""
        for number, (start, stop) in enumerate(pairwise(self._starts)):
            for place in range(stop - start):
                yield self._item(number, place)
        yield from self.counted()


def told(items: Sequence[Quarantined]) -> Iterator[Quarantined]:
    """As `QuarantinedRows.told`, of any rows."""
    return items.told() if isinstance(items, QuarantinedRows) else iter(items)
