"""The data files of a remote place: one file, all below a folder, or what a glob matches; listed once, chosen here."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from fnmatch import translate

from curate.corpus.looks import SEEN_BYTES, data_in, holds_data, is_data_name, needs_look
from curate.corpus.not_read import Cause, NotRead, of_looks
from curate.corpus.remote.fetched import on_disk, remember
from curate.corpus.remote.store import Entry, store_of
from curate.corpus.suffixes import READ_SUFFIXES
from curate.errors import DataError

_LOOKED_AT = 100  # files of unknown kinds: each takes a request
_AT_ONCE = 16
_MEDIA = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|mp[34]|wav|flac|ogg|opus|m4a|webm|avi|mov|mkv|py)$")
_MAGIC = re.compile(r"[*?[]")


def remote_files(place: str) -> tuple[list[Entry], list[NotRead]]:
    """The files to be read, by their paths in the store, and those beside them that are not read.

    place: shown, as of `hide`. Raises DataError for a place where nothing is, or no data.
    """
    entries, is_named = _chosen(place)
    remember(entries)
    if is_named:
        return entries, []
    entries = sorted(entries, key=lambda one: one.name)
    looked = {one.path for one in [one for one in entries if _is_unknown(one)][:_LOOKED_AT]}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        reasons = list(pool.map(lambda one: _passed_over(one, looked=one.path in looked), entries))
    found = [one for one, why in zip(entries, reasons, strict=True) if why is None]
    if not found:
        raise DataError("no data files here, of " + _count(len(entries)), where=place, hint=READ_SUFFIXES)
    return found, [why for why in reasons if why is not None and why.reason]


def _chosen(place: str) -> tuple[list[Entry], bool]:
    """Files there, and whether it is one that was named itself."""
    there = _entries(place)
    if there or not _has_glob(place):
        if not there:
            raise DataError("nothing is there", where=place, hint="is it written as the store has it?")
        return there, len(there) == 1 and there[0].name == place.rstrip("/").rpartition("/")[2]
    scheme, _, rest = place.partition("://")
    parts = rest.split("/")
    root = list(itertools.takewhile(lambda part: not _MAGIC.search(part), parts))
    wanted = pattern_of(parts[len(root) :])
    found = [one for one in _entries(f"{scheme}://{'/'.join(root)}") if wanted.fullmatch(one.name)]
    if not found:
        raise DataError("nothing there has such a name", where=place, hint="quote it, and try a name less")
    return found, False


def _has_glob(place: str) -> bool:
    return not place.startswith(("http://", "https://")) and _MAGIC.search(place) is not None


def _entries(place: str) -> list[Entry]:
    return store_of(place).entries(place)


def pattern_of(parts: list[str]) -> re.Pattern[str]:
    """Of names below the folder: "*" stays within one part of a path, "**" does not."""
    said = "".join("(?:[^/]+/)*" if part == "**" else _part(part) + "/" for part in parts[:-1])
    last = ".*" if parts[-1] == "**" else _part(parts[-1])
    return re.compile(said + last, re.DOTALL)


def _part(glob: str) -> str:
    return translate(glob).removeprefix("(?s:").removesuffix(")\\Z").removesuffix(")\\z").replace(".*", "[^/]*")


def _is_unknown(entry: Entry) -> bool:
    """Return whether only the contents of a file tell whether it holds data in a format that is not read."""
    return bool(entry.size) and not (_is_hidden(entry) or is_data_name(entry.name) or _MEDIA.search(entry.name.lower()))


def _is_hidden(entry: Entry) -> bool:
    return any(part.startswith(".") for part in entry.name.split("/"))


def _passed_over(entry: Entry, *, looked: bool) -> NotRead | None:
    """Why a file among others is not read, without a reason where it is no data; None for one that is.

    looked: the contents of one of unknown kind are looked at.
    """
    if _is_hidden(entry):
        return _note(entry, "is hidden" if data_in(entry.name, b"?", 1) else "", "hidden")
    if not is_data_name(entry.name) or not entry.size:
        head = _head(entry) if looked else b"?"
        kind = data_in(entry.name, head, entry.size)
        if not kind and not looked and _is_unknown(entry):
            return _note(entry, f"was not looked at, as more than {_LOOKED_AT} files are of unknown kinds", "format")
        return of_looks(entry.name, entry.size, kind, head) or _note(entry, "", "format")
    if not needs_look(entry.name) or holds_data(entry.name, head := _head(entry)):
        return None
    kind = data_in(entry.name, head, entry.size)
    return of_looks(entry.name, entry.size, kind, head) or _note(entry, "", "format")


def _head(entry: Entry) -> bytes:
    with open(on_disk(entry.path, [(0, SEEN_BYTES)]), "rb") as file:  # noqa: PTH123 (a path of ours)
        return file.read(min(SEEN_BYTES, entry.size))


def _note(entry: Entry, reason: str, cause: Cause) -> NotRead:
    return NotRead(entry.name, entry.size, reason, cause)


def _count(files: int) -> str:
    return f"{files:,} file{'' if files == 1 else 's'}"
