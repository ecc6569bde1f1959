"""From the paths a user types to the data files they mean; nothing is opened but folders and the lists in them."""

from __future__ import annotations

import difflib
import glob
import itertools
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from curate.corpus.looks import is_data_name
from curate.corpus.not_read import NotRead, is_data
from curate.corpus.own_files import is_manifest
from curate.corpus.remote.hidden import hide
from curate.corpus.remote.store import Entry, is_remote
from curate.corpus.suffixes import READ_SUFFIXES
from curate.corpus.walk import Walk
from curate.errors import DataError, UsageError

_ASKED_AT_ONCE = 16
Listed: TypeAlias = "tuple[list[Entry], list[NotRead]]"


@dataclass(frozen=True, slots=True)
class Found:
    """A path, and the name reports and made ids show for it."""

    path: str
    argument: str
    name: str  # printable Unicode, even where the path is not


def find_paths(arguments: Sequence[str], walk: Walk | None = None) -> list[Found]:
    """Every data file the arguments mean, once, sorted by name; `walk` notes what was passed over.

    Raises UsageError for a store that is not read, DataError for a missing path or a folder without data files.
    """
    if not arguments:
        raise UsageError("no path given", hint="name a file, a folder or a glob")
    walk = walk or Walk()
    found: dict[str, Found] = {}
    shown = list(map(hide, arguments))
    for argument in shown:
        if not is_remote(argument):
            walk.allow(_root(argument))
    remote = [argument for argument in shown if is_remote(argument)]
    listed = dict(zip(remote, _listed(remote), strict=True)) if remote else {}
    for argument in shown:
        noted = len(walk.not_read)
        for item in _known(argument, listed[argument], walk) if argument in listed else _expand(argument, walk):
            whole = item.path if is_remote(item.path) else os.path.abspath(item.path)  # noqa: PTH100 (resolve() would follow links)
            found.setdefault(whole, item)
        is_folder = is_remote(argument) or Path(argument).is_dir()
        walk.name_by(_place(argument) if len(arguments) > 1 and is_folder else "", noted)
    return sorted(map(_printable, _told_apart(list(found.values()))), key=lambda item: (item.name, item.path))


def printable(name: str) -> str:
    """The name as Unicode, also where the file system has other bytes for it."""
    return os.fsencode(name).decode(errors="replace")


def _printable(item: Found) -> Found:
    return replace(item, name=printable(item.name))


def _expand(argument: str, walk: Walk) -> list[Found]:
    path = Path(argument)
    if path.exists():
        return _under(path, argument, walk)
    matches = sorted(glob.glob(argument, recursive=True)) if glob.has_magic(argument) else []  # noqa: PTH207
    if not matches:
        raise DataError("no such file or folder", where=argument, hint=_nearest(path))
    return [item for match in matches for item in _matched(match, walk)]


def _listed(places: Sequence[str]) -> list[Listed]:
    """Listings of remote places, asked for at the same time: each answer takes a while. Raises as `remote_files`."""
    from curate.corpus.remote.listing import remote_files  # noqa: PLC0415 (local data has no need of it)

    with ThreadPoolExecutor(min(_ASKED_AT_ONCE, len(places))) as pool:
        return list(pool.map(remote_files, places))


def _known(argument: str, listed: Listed, walk: Walk) -> list[Found]:
    entries, passed = listed
    walk.not_read.extend(passed)
    return [Found(entry.path, argument, entry.name) for entry in entries]


def _place(argument: str) -> str:
    """As names begin with it: of a remote one neither the kind of store nor what is asked of it."""
    return argument.partition("://")[2].partition("?")[0].rstrip("/") if is_remote(argument) else argument


def _root(argument: str) -> Path:
    """The path itself, of a glob the folder that it names before its first wildcard."""
    if Path(argument).exists() or not glob.has_magic(argument):
        return Path(argument)
    return Path(*itertools.takewhile(lambda part: not glob.has_magic(part), Path(argument).parts))


def _matched(match: str, walk: Walk) -> list[Found]:
    """A glob may hit links that lead elsewhere, folders without data and strangers among the files."""
    path = Path(match)
    if (path.is_dir() or is_data_name(path.name)) and walk.leads_out(path, match):
        return []
    if path.is_dir():
        return [Found(str(file), match, _relative(file, path)) for file in walk.below(path)]
    if not is_data(path, path.name):
        walk.stranger(path, path.name)
        return []
    return _under(path, match, walk)


def _under(path: Path, argument: str, walk: Walk) -> list[Found]:
    if not path.is_dir():
        return [Found(argument, argument, path.name)] if walk.is_new(path, argument) else []
    if is_manifest(path / "manifest.json") and (path / "annotations").is_dir():
        raise DataError("is a run of curate, not data", where=argument, hint="name the folder that was scanned")
    if walk.has_met(path):
        return []
    noted = len(walk.not_read)
    files = walk.below(path)
    passed = [one.cause for one in walk.not_read[noted:]]
    if not files and "outside" in passed:
        raise DataError(
            "no data files in this folder, only links that lead out of it", where=argument, hint="--follow-links"
        )
    if not files and "copy" not in passed:
        raise DataError(_nothing_in(path), where=argument, hint=READ_SUFFIXES)
    return [Found(str(file), argument, _relative(file, path)) for file in files]


def _relative(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()


def _nothing_in(folder: Path) -> str:
    kinds = Counter(
        PurePosixPath(name).suffix or name for _, _, names in os.walk(folder) for name in names
    ).most_common(5)
    if not kinds:
        return "the folder is empty"
    return "no data files in this folder, only " + ", ".join(f"{count} {kind}" for kind, count in kinds)


def _nearest(path: Path) -> str:
    """Where the first missing part has a neighbour of nearly that name, name it."""
    parents = [path, *path.parents]
    missing = next((p for p in reversed(parents) if not p.exists()), path)
    try:
        names = sorted(entry.name for entry in missing.parent.iterdir())
    except OSError:
        return ""
    close = difflib.get_close_matches(missing.name, names, n=1)
    return f"did you mean {missing.parent / close[0]}?" if close else ""


def _told_apart(items: list[Found]) -> list[Found]:
    """Where two arguments give one name, all files of these arguments carry the argument in front."""
    count = Counter(item.name for item in items)
    clashing = {item.argument for item in items if count[item.name] > 1}
    return [_prefixed(item) if item.argument in clashing else item for item in items]


def _prefixed(item: Found) -> Found:
    if is_remote(item.argument):
        place = _place(item.argument)
        own = "" if place.endswith(item.name) else f"/{item.name}"
        return replace(item, name=place + own)
    argument = PurePosixPath(item.argument).as_posix()
    folder = Path(item.argument).is_dir()
    return Found(item.path, item.argument, f"{argument}/{item.name}" if folder else argument)
