"""Parquet files, opened with the footers that were parsed before: one file is opened about ten times a command."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.parquet_footer import check_footer, with_footer
from curate.corpus.remote.store import is_remote

_READ_BYTES = 1 << 16  # of a column at a time; mapping files would count all that was read as memory in use
_KEPT_BYTES = 1 << 18  # of footers as they are written; parsed they take some 6 MB
_State = tuple[str, int, int]  # path, bytes, time of the last change


class _Footers:
    """Parsed footers by the state of their files, those that were asked for last; safe for threads."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._lock = Lock()
        self._kept: OrderedDict[_State, pq.FileMetaData] = OrderedDict()

    def get(self, state: _State) -> pq.FileMetaData | None:
        """The footer, where it is kept."""
        with self._lock:
            if state in self._kept:
                self._kept.move_to_end(state)
            return self._kept.get(state)

    def keep(self, state: _State, footer: pq.FileMetaData) -> None:
        """Keep it in place of those that nobody has asked for longest; a larger one than all may take is not kept."""
        if footer.serialized_size > self._most:
            return
        with self._lock:
            if state not in self._kept:
                self._bytes += footer.serialized_size
            self._kept[state] = footer
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1].serialized_size


_FOOTERS = _Footers(_KEPT_BYTES)


def open_parquet(path: str, name: str = "") -> pq.ParquetFile:
    """A Parquet file of which some bytes are read at a time. Raises MachineError for a footer that does not fit."""
    check_footer(path, name)
    here = with_footer(path)
    there = Path(here).stat()
    state = here, there.st_size, 0 if is_remote(path) else there.st_mtime_ns  # a copy changes while it is filled
    known = _FOOTERS.get(state)
    file = pq.ParquetFile(pa.OSFile(os.fsencode(here)), metadata=known, buffer_size=_READ_BYTES)
    if known is None:
        _FOOTERS.keep(state, file.metadata)
    return file
