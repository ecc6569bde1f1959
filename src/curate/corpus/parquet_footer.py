"""Where the columns of a Parquet file lie, by its footer: pyarrow ends the process over some damage when asked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from curate.amounts import size
from curate.corpus.remote.fetched import entry_of, fetch_meanwhile, on_disk
from curate.corpus.remote.store import is_remote
from curate.corpus.thrift import many, struct, text, whole
from curate.memory import PARSED, check

_OPEN_AT_ONCE = 4  # whoever measures, reads ahead, asks for sizes and for columns has parsed a footer
_AHEAD = 32 << 20  # bytes of a remote file that are fetched while others are read
_END = 8  # bytes: its length, and the magic ones
_GROUPS, _COLUMNS, _CHUNK = 4, 1, 3  # fields: row groups of a footer, columns of a group, what a column's is said of
_PATH, _PACKED, _DATA, _DICTIONARY = 3, 7, 9, 11
_FOOTER = struct(
    {_GROUPS: many(struct({_COLUMNS: many(struct({
        _CHUNK: struct({_PATH: many(text), _PACKED: whole, _DATA: whole, _DICTIONARY: whole})
    }))}))}
)  # fmt: skip


class Chunk(NamedTuple):
    """A column in a row group: the name of its top column, where its pages begin and end."""

    name: bytes
    start: int
    stop: int


def check_footer(path: str, name: str) -> None:
    """Raises MachineError for a file whose footer does not fit into memory once it is parsed."""
    with Path(with_footer(path)).open("rb", buffering=0) as stream:
        footer, _ = _length(stream.fileno())
    instead = ", or write the file with fewer row groups or less metadata"
    check(_OPEN_AT_ONCE * PARSED * footer, f"a footer of {size(footer)}", name, instead=instead)


def with_footer(path: str) -> str:
    """The path to open; of a remote file that of a copy whose footer is there. Raises as `on_disk`."""
    if not is_remote(path):
        return path
    size = entry_of(path).size
    here = on_disk(path, [(0, _END), (size - _END, size)])
    with Path(here).open("rb", buffering=0) as stream:
        footer, before = _length(stream.fileno())
    return on_disk(path, [(before, before + footer)])


def row_groups(path: str) -> tuple[tuple[Chunk, ...], ...]:
    """The columns of every row group, in order. Raises ValueError or IndexError for a damaged footer."""
    here = with_footer(path)
    there = Path(here).stat()
    changed = 0 if is_remote(path) else there.st_mtime_ns  # a copy stays one state while it is being filled
    return _row_groups(here, there.st_size, changed)


def fetch_groups(path: str, groups: range, columns: Iterable[str] | None) -> None:
    """Have columns (None: all) of row groups on this disk, where the file is remote. Raises as `on_disk`."""
    if is_remote(path):
        on_disk(path, _places(path, groups, columns))


def fetch_ahead(path: str, group: int, columns: Iterable[str] | None) -> None:
    """Begin to have the row groups from this one on there, as many as reading is likely to come to meanwhile."""
    if is_remote(path):
        wanted = _places(path, range(group, len(row_groups(path))), columns)
        reached = accumulate(stop - start for start, stop in wanted)
        fetch_meanwhile(path, [one for one, bytes in zip(wanted, reached, strict=True) if bytes <= _AHEAD])


def _places(path: str, groups: range, columns: Iterable[str] | None) -> list[tuple[int, int]]:
    names = None if columns is None else {name.encode(errors="surrogateescape") for name in columns}
    there = row_groups(path)[groups.start : groups.stop]
    return [(one.start, one.stop) for group in there for one in group if names is None or one.name in names]


@lru_cache(maxsize=8)
def _row_groups(path: str, length: int, changed: int) -> tuple[tuple[Chunk, ...], ...]:
    del length, changed  # a file that is another by now is read again
    with Path(path).open("rb", buffering=0) as stream:
        footer, before = _length(stream.fileno())
        data = os.pread(stream.fileno(), footer, before)
    found, _ = _FOOTER(data, 0, 12)
    return tuple(tuple(map(_chunk, group.get(_COLUMNS, ()))) for group in found.get(_GROUPS, ()))


def _chunk(column: dict[int, dict[int, object]]) -> Chunk:
    said = column.get(_CHUNK, {})
    names, data, dictionary = said.get(_PATH), said.get(_DATA), said.get(_DICTIONARY)
    packed = said.get(_PACKED)
    if not isinstance(names, list) or not names or not isinstance(data, int) or not isinstance(packed, int):
        raise ValueError("a column without a name or a place")
    start = min(data, dictionary) if isinstance(dictionary, int) and dictionary > 0 else data
    return Chunk(names[0], start, start + packed)


def _length(handle: int) -> tuple[int, int]:
    """Bytes of the footer, and those before it."""
    whole_file = os.fstat(handle).st_size
    end = os.pread(handle, _END, max(0, whole_file - _END))
    footer = min(max(0, whole_file - _END), int.from_bytes(end[:4], "little"))
    return footer, max(0, whole_file - _END) - footer
