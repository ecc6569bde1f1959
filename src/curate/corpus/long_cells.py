"""The limit of Python's csv on the length of a cell, which is one for the whole process: raised only while we read."""

from __future__ import annotations

import csv
import sys
import threading

_LONGEST = min(sys.maxsize, 2**31 - 1)


class _LongCells:
    """A block in which a cell may have any length; where several threads are in one, until the last leaves."""

    def __init__(self) -> None:
        self._lock, self._readers, self._before = threading.Lock(), 0, 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._readers:
                self._before = csv.field_size_limit(_LONGEST)
            self._readers += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._readers -= 1
            if not self._readers:
                csv.field_size_limit(self._before)


LONG_CELLS = _LongCells()
