"""Paths of remote files into paths on this disk, with as much behind them as is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from threading import Lock

from curate.corpus.remote.kept import Kept, Range
from curate.corpus.remote.store import Entry, is_remote, store_of
from curate.errors import CurateError

_listed: dict[str, Entry] = {}
_kept: dict[str, Kept] = {}
_lock = Lock()


def remember(entries: Iterable[Entry]) -> None:
    """Know files as a store has listed them: readers have no more than a path."""
    with _lock:
        for entry in entries:
            if _listed.get(entry.path) != entry:  # another content than before
                _kept.pop(entry.path, None)
                _listed[entry.path] = entry


def entry_of(path: str) -> Entry:
    """A remote file as it was listed; of one that was listed elsewhere the store is asked."""
    if path not in _listed:
        remember(store_of(path).entries(path))
    return _listed[path]


def on_disk(path: str, ranges: Iterable[Range] | None = None) -> str:
    """The path to open; of a remote file that of a copy which holds these bytes (None: all) and is as long.

    Raises DataError as the store does, MachineError where this disk refuses.
    """
    if not is_remote(path):
        return path
    kept = _kept_of(path)
    kept.need(ranges)
    return str(kept.path)


def fetch_meanwhile(path: str, ranges: Iterable[Range]) -> None:
    """Begin to have these bytes of a remote file on this disk; what fails here fails again where they are asked for."""
    with suppress(CurateError, OSError):
        _kept_of(path).begin(ranges)


def _kept_of(path: str) -> Kept:
    entry = entry_of(path)
    with _lock:
        return _kept.get(path) or _kept.setdefault(path, Kept(entry, store_of(path).read))


def named_content(path: str) -> str:
    """The fingerprint of a remote file that its store vouches for; "" where only the bytes tell, and of local files."""
    content = entry_of(path).content if is_remote(path) else ""
    return blake2b(f"named by its store\n{content}".encode(), digest_size=16).hexdigest() if content else ""


def changed_since(paths: Sequence[str]) -> list[str]:
    """Of remote files those that are not there any more as they were listed."""
    stores: dict[str, list[Entry]] = {}
    for path in filter(is_remote, paths):
        stores.setdefault(path.partition("://")[0], []).append(entry_of(path))
    return [gone.path for each in stores.values() for gone in store_of(each[0].path).changed(each)]
