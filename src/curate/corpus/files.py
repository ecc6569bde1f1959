"""The data files of a run: found, looked into, fingerprinted, cut into shards. No row is read here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from curate.corpus.contents import HEAD_BYTES, Unreadable, check_contents, packed_as
from curate.corpus.not_read import NotRead
from curate.corpus.paths import Found, find_paths
from curate.corpus.remote.fetched import entry_of, named_content, on_disk
from curate.corpus.remote.store import is_remote
from curate.corpus.shards import SHARD_BYTES, Cut, cut_arrow, cut_lines, cut_parquet, fingerprint
from curate.corpus.suffixes import READ_SUFFIXES, SUFFIXES, data_suffix
from curate.corpus.walk import Walk
from curate.errors import DataError
from curate.schema import TABLES, TEXT_UNITS, Quarantined, Shard

_NAMED_IN_ERROR = 5
_REMOTE_AT_ONCE = 16  # files: of each a thread waits most of the time


@dataclass(frozen=True, slots=True)
class DataFile:
    """One readable file and the shards it is read in."""

    path: str  # as opened
    name: str  # relative to the argument; what reports and made ids show
    format: str  # as in Shard
    compression: str
    text_bytes: int  # size on disk
    fingerprint: str  # BLAKE2b-128 of the content, hex
    shards: tuple[Shard, ...]

    @property
    def is_table(self) -> bool:
        """As of its shards."""
        return self.shards[0].is_table

    def in_units(self, unit: str) -> DataFile:
        """Plain text read as these units of --txt; itself where it is no text or no unit is named."""
        if not unit or self.format not in TEXT_UNITS.values():
            return self
        format = TEXT_UNITS[unit]
        return replace(self, format=format, shards=tuple(replace(shard, format=format) for shard in self.shards))


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Files under some paths: data files, unreadable ones, and files that are not read."""

    files: list[DataFile]
    bad: list[Quarantined]
    not_read: tuple[NotRead, ...]


def look_for(paths: Sequence[str], *, shard_bytes: int = SHARD_BYTES, follow_links: bool = False) -> DataFiles:
    """As `find_files`, with what was passed over."""
    walk = Walk(follow_links)
    files, bad = look_into(find_paths(paths, walk), shard_bytes=shard_bytes)
    if not files:
        raise nothing_readable(bad)
    return DataFiles(files, bad, tuple(walk.not_read))


def find_files(
    paths: Sequence[str], *, shard_bytes: int = SHARD_BYTES, follow_links: bool = False
) -> tuple[list[DataFile], list[Quarantined]]:
    """The data files that files, folders and globs mean, sorted by name, and those that cannot be read.

    Raises UsageError for a store that is not read, DataError for a missing path, a folder without data files, or
    when no file is readable. `shard_bytes` is part of the data's cut: annotation files depend on it. Links that
    lead out of the paths are read with `follow_links` only.
    """
    found = look_for(paths, shard_bytes=shard_bytes, follow_links=follow_links)
    return found.files, found.bad


def look_into(found: Sequence[Found], *, shard_bytes: int = SHARD_BYTES) -> tuple[list[DataFile], list[Quarantined]]:
    """The files under their names, and those that cannot be read; of neither there need be any."""
    if not found:
        return [], []
    at_once = _REMOTE_AT_ONCE if any(is_remote(one.path) for one in found) else os.cpu_count() or 1
    with ThreadPoolExecutor(min(len(found), at_once)) as pool:
        looked = list(pool.map(partial(_look_into, shard_bytes=shard_bytes), found))
    files = [item for item in looked if isinstance(item, DataFile)]
    bad = [item for item in looked if isinstance(item, Quarantined)]
    return files, bad


class NothingRead(DataError):
    """Of all files or rows none could be read; `quarantined` names each with its reason."""

    def __init__(
        self, message: str, *, where: str = "", hint: str = "", quarantined: Sequence[Quarantined] = ()
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.quarantined = quarantined


def nothing_readable(bad: Sequence[Quarantined], hint: str = "") -> NothingRead:
    """The error that names the first few files and why each cannot be read."""
    named = "; ".join(f"{item.path} {item.reason}" for item in bad[:_NAMED_IN_ERROR])
    more = f"; and {len(bad) - _NAMED_IN_ERROR} more" if len(bad) > _NAMED_IN_ERROR else ""
    return NothingRead(f"nothing can be read: {named}{more}", hint=hint, quarantined=tuple(bad))


def _look_into(found: Found, *, shard_bytes: int) -> DataFile | Quarantined:
    try:
        return _data_file(found, shard_bytes)
    except Unreadable as error:
        return Quarantined(found.name, None, str(error), size=_size(found.path))
    except OSError as error:
        return Quarantined(found.name, None, f"cannot be opened: {error.strerror or error}", size=_size(found.path))


def _size(path: str) -> int | None:
    """Bytes of a regular file, None for anything else."""
    if is_remote(path):
        return entry_of(path).size
    return Path(path).stat().st_size if Path(path).is_file() else None


def _data_file(found: Found, shard_bytes: int) -> DataFile:
    suffix = data_suffix(found.name if is_remote(found.path) else found.path)
    size = _size(found.path)
    if size is None:  # opening a pipe would wait for whoever writes into it
        raise Unreadable("is no regular file")
    beginning = [(0, HEAD_BYTES)] if suffix == ".parquet" else None  # of all else the whole is read anyway
    with Path(on_disk(found.path, beginning)).open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not suffix:
        raise Unreadable(f"has a suffix that is not read ({READ_SUFFIXES})")
    format, compression = SUFFIXES[suffix]
    if is_remote(found.path) and not compression and format not in TABLES:
        compression = packed_as(head)  # as stores keep texts with a Content-Encoding, where nobody can rename them
    format = check_contents(found.path, found.name, format=format, compression=compression, head=head)
    content, cuts = _cut(found.path, format=format, compression=compression, shard_bytes=shard_bytes)
    if not cuts:
        raise Unreadable("is empty: it holds no rows")
    shards = tuple(
        Shard(found.path, found.name, format, compression, cut.start, cut.stop, cut.first_row, content) for cut in cuts
    )
    return DataFile(found.path, found.name, format, compression, size, content, shards)


def _cut(path: str, *, format: str, compression: str, shard_bytes: int) -> tuple[str, list[Cut]]:
    if format == "jsonl" and not compression:
        return cut_lines(path, shard_bytes)
    if format not in TABLES:
        return fingerprint(path), [Cut(0, -1, 0)]
    cuts = cut_parquet(path, shard_bytes) if format == "parquet" else cut_arrow(path, shard_bytes)
    return (named_content(path) if format == "parquet" else "") or fingerprint(path), cuts
