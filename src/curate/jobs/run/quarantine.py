"""Rows that could not be read, as a run keeps them: runs of rows in memory, a line of JSON a row on disk."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, overload

from curate.corpus.write import atomic_path
from curate.schema import Quarantined
from curate.visible import one_line_json

_WHOLE_FILE = -1
Alike: TypeAlias = tuple[str, str, bool, int, int | None, str]  # path, reason, kept, rows, size, kind


class QuarantinedRows(Sequence[Quarantined]):
    """Rows and files in order; neighbours in a file with the same reason take no more memory than one row."""

    def __init__(self, items: Iterable[Quarantined] = ()) -> None:
        self._kinds: list[Alike] = []
        self._codes: dict[Alike, int] = {}
        self._runs = array("q")  # of each run of rows: its first row, its kind
        self._starts = array("q", [0])  # how many items lie before each run, and before its end
        for item in items:
            self.add(item)

    def add(self, item: Quarantined) -> None:
        """Append one row or file."""
        kind = (item.path, item.reason, item.kept, item.rows, item.size, item.kind)
        code = self._codes.setdefault(kind, len(self._codes))
        if code == len(self._kinds):
            self._kinds.append(kind)
        row = _WHOLE_FILE if item.row is None else item.row
        if self._runs and row > 0 and self._runs[-1] == code:
            first, length = self._runs[-2], self._starts[-1] - self._starts[-2]
            if row == first + length and first != _WHOLE_FILE:
                self._starts[-1] += 1
                return
        self._runs.extend((row, code))
        self._starts.append(self._starts[-1] + 1)

    def __len__(self) -> int:
        """Rows and files."""
        return self._starts[-1]

    def __iter__(self) -> Iterator[Quarantined]:
        """In order."""
        for number, (start, stop) in enumerate(pairwise(self._starts)):
            for place in range(stop - start):
                yield self._item(number, place)

    @overload
    def __getitem__(self, index: int) -> Quarantined: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Quarantined, ...]: ...

    def __getitem__(self, index: int | slice) -> Quarantined | tuple[Quarantined, ...]:
        """One, or a tuple of some."""
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        place = range(len(self))[index]
        number = bisect_right(self._starts, place) - 1
        return self._item(number, place - self._starts[number])

    def _item(self, run: int, place: int) -> Quarantined:
        path, reason, kept, rows, size, kind = self._kinds[self._runs[2 * run + 1]]
        first = self._runs[2 * run]
        return Quarantined(path, None if first == _WHOLE_FILE else first + place, reason, kept, rows, size, kind)

    def runs(self) -> Iterator[tuple[Quarantined, int]]:
        """The first of neighbours that differ by their row alone, and how many they are."""
        for number, (start, stop) in enumerate(pairwise(self._starts)):
            yield self._item(number, 0), stop - start


def write_quarantine(target: Path, bad: Sequence[Quarantined]) -> None:
    """One JSON line a row or file; no file if there are none."""
    if bad:
        _write(target, map(_line, bad))
    else:
        target.unlink(missing_ok=True)


def gather_quarantine(
    target: Path, files: Iterable[Quarantined], parts: Iterable[Path]
) -> tuple[QuarantinedRows, QuarantinedRows]:
    """Unreadable rows, and remarks on rows that are kept; `target` takes both, in this order.

    files: whole files that nobody reads; parts: files of `write_quarantine`, which need not be there.
    """
    lost, kept = QuarantinedRows(), QuarantinedRows()

    def lines() -> Iterator[str]:
        for item in files:
            lost.add(item)
            yield _line(item)
        for path in filter(Path.exists, parts):
            with path.open(encoding="utf-8") as stream:
                for line in stream:
                    item = Quarantined(**json.loads(line))
                    (kept if item.kept else lost).add(item)
                    yield line

    _write(target, lines())
    return lost, kept


def _line(item: Quarantined) -> str:
    return one_line_json(item.to_json()) + "\n"


def _write(target: Path, lines: Iterable[str]) -> None:
    with atomic_path(target, sweep=False) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as sink:
        sink.writelines(lines)
