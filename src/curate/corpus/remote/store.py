"""Questions that every remote store answers, and the store that a path belongs to; nobody above `corpus` knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from curate.errors import DataError, UsageError

# Modules beside this one, each loaded when a path asks for it.
_HOMES = {"https": "https", "http": "https", "s3": "s3", "hf": "hub"}
_REFUSED = ("gs", "gcs", "abfs", "abfss", "az", "ftp", "hdfs")
SCHEMES = (*_HOMES, *_REFUSED)
_BEGINNINGS = tuple(f"{scheme}://" for scheme in SCHEMES)


LONGEST_FILE = 1 << 43  # bytes: which of its blocks are there is held in memory


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a store as it stood when it was listed.

    path: names it and this state of it as far as the store can, never with a secret. name: from the place that was
    asked for; what reports show. tag: another content has another one; "" where the store does not say. content: as
    `tag`, for good and for everybody, so that a fingerprint is made of it; "" where only the bytes tell.
    """

    path: str
    name: str
    size: int
    tag: str = ""
    content: str = ""
    ranges: bool = True  # parts of it can be read


class NotThere(DataError):
    """No file of that name, and the store says so itself."""


class Store(Protocol):
    """Files by their paths. Every method raises DataError with what to do; waiting and trying again lie inside."""

    def entries(self, place: str) -> list[Entry]:
        """The file of that name, else all files below the folder of that name; none where nothing is there."""

    def read(self, entry: Entry, start: int, stop: int) -> Iterator[bytes]:
        """Bytes start to stop in pieces, as they come; of the state that was listed and of no other."""

    def changed(self, entries: Sequence[Entry]) -> list[Entry]:
        """Entries that are not there any more as they were listed."""


def is_remote(path: str) -> bool:
    """Return whether a path names a file or a folder of a remote store."""
    return path.startswith(_BEGINNINGS)


def with_plain_scheme(path: str) -> str:
    """The path, the scheme of an address in small letters: HTTP:// is http://."""
    scheme, mark, rest = path.partition("://")
    return f"{scheme.lower()}{mark}{rest}" if mark and scheme.lower() in SCHEMES else path


def store_of(path: str) -> Store:
    """The store that the beginning of a path names. Raises UsageError for one that is not read."""
    scheme = path.partition("://")[0]
    if scheme not in _HOMES:
        read = " ".join(f"{one}://" for one in _HOMES)
        raise UsageError("is of a store that is not read", where=path, hint=f"copy it to a folder; read are {read}")
    return _store(_HOMES[scheme])


@cache
def _store(home: str) -> Store:
    store: Store = import_module(f"curate.corpus.remote.{home}").Files()
    return store
