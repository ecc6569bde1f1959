"""Which paths of a list, such as git keeps, are data that a user's arguments mean; the disk is not looked at."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from curate.corpus.paths import data_suffix
from curate.errors import UsageError


def data_paths(names: Collection[str], arguments: Sequence[str], root: Path) -> list[str]:
    """Those of the names (from the root, parted by "/") that files, folders and globs mean, sorted.

    As `find_paths` has it: below a folder hidden names, runs and everything of a mix but its data are left out; what
    is named itself is meant whatever its suffix. Raises UsageError for an argument outside the root.
    """
    marked = _marked(names)
    found: set[str] = set()
    for argument in arguments:
        place = path_in(root, argument)
        is_folder = not place or any(name.startswith(f"{place}/") for name in names)
        pattern = tuple(place.split("/")) if glob.has_magic(argument) and not is_folder else ()
        if place in names:
            found.add(place)
        else:
            found.update(name for name in names if _is_meant(name, place, pattern, marked))
    return sorted(found)


def path_in(root: Path, argument: str) -> str:
    """An argument as a path from the root, "" for the root itself; raises UsageError for one outside."""
    whole = Path(os.path.abspath(argument))  # noqa: PTH100 (resolve() would follow a link at its end)
    place, top = whole.parent.resolve() / whole.name, root.resolve()
    if not place.is_relative_to(top):
        hint = f"name a path under {top}"
        raise UsageError("lies outside the repository whose revision is the baseline", where=argument, hint=hint)
    return "" if place == top else place.relative_to(top).as_posix()


@dataclass(frozen=True, slots=True)
class _Marked:
    """Folders of which not everything is data."""

    runs: frozenset[str]
    mixes: frozenset[str]

    def leaves_out(self, parts: Sequence[str], depth: int) -> bool:
        """Whether a file is no data for a folder at least `depth` parts deep that it lies in."""
        for length in range(depth, len(parts)):
            place = "/".join(parts[:length])
            below = parts[length] if length + 1 < len(parts) else ""
            if place in self.runs or (place in self.mixes and below != "data"):
                return True
        return False


def _marked(names: Collection[str]) -> _Marked:
    every = frozenset(names)
    marks = [PurePosixPath(name) for name in every if name.endswith(("manifest.json", "certificate.json"))]
    folders = {parent.as_posix() for name in every for parent in PurePosixPath(name).parents} if marks else set()

    def having(file: str, folder: str) -> frozenset[str]:
        holders = {mark.parent for mark in marks if mark.name == file}
        return frozenset(
            "" if h == PurePosixPath() else h.as_posix() for h in holders if (h / folder).as_posix() in folders
        )

    return _Marked(having("manifest.json", "annotations"), having("certificate.json", "data"))


def _is_meant(name: str, place: str, pattern: tuple[str, ...], marked: _Marked) -> bool:
    """By a folder, or by a glob that hits the name or a folder above it."""
    if not data_suffix(name):
        return False
    parts = tuple(name.split("/"))
    depth = len(place.split("/")) if place else 0
    if pattern:
        hits = [length for length in range(1, len(parts) + 1) if _matches(pattern, parts[:length])]
        return any(length == len(parts) or _below(parts, length, marked) for length in hits)
    return (not place or name.startswith(f"{place}/")) and _below(parts, depth, marked)


def _below(parts: tuple[str, ...], depth: int, marked: _Marked) -> bool:
    return not any(part.startswith(".") for part in parts[depth:]) and not marked.leaves_out(parts, depth)


def _matches(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """As the module glob: ** is any number of folders, and a hidden name wants a pattern that begins with a dot."""
    if not pattern:
        return not parts
    if pattern[0] == "**" and _matches(pattern[1:], parts):
        return True
    if not parts or (parts[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    if pattern[0] == "**":
        return _matches(pattern, parts[1:])
    return fnmatchcase(parts[0], pattern[0]) and _matches(pattern[1:], parts[1:])
