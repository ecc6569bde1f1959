"""Which paths of a list, such as git keeps, are data that a user's arguments mean; the disk is not looked at."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Collection, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from curate.corpus.looks import holds_data, is_data_name, needs_look
from curate.corpus.own_files import CERTIFICATE, MANIFEST, is_of_mix, is_of_run, said_certificate, said_manifest
from curate.errors import UsageError


def data_paths(
    names: Collection[str],
    arguments: Sequence[str],
    root: Path,
    marks: Collection[str] = (),
    head: Callable[[str], bytes] | None = None,
) -> list[str]:
    """Names (from the root, parted by "/") that files, folders and globs match, sorted.

    As `find_paths` has it: below a folder hidden names and what curate wrote are left out; what is named itself is
    meant whatever its suffix. marks: the manifests of runs and certificates of mixes that curate wrote, by name. head:
    gives the first bytes of a name whose contents decide.
    Raises UsageError for an argument outside the root.
    """

    def is_data(parts: tuple[str, ...], depth: int) -> bool:
        name, inside = "/".join(parts), parts[depth:] or parts[-1:]
        is_named = depth == len(parts)  # by a glob itself
        if not is_data_name("/".join(inside)) or (not is_named and any(part.startswith(".") for part in inside)):
            return False
        if head is not None and needs_look(name) and not holds_data(name, head(name)):
            return False
        return is_named or not is_own(name, marks)

    return _chosen(names, arguments, root, is_data)


def paths_under(names: Collection[str], arguments: Sequence[str], root: Path) -> list[str]:
    """Names that the arguments match, whatever the files hold."""
    return _chosen(names, arguments, root, lambda *_: True)


def is_own(name: str, marks: Collection[str]) -> bool:
    """Return whether a file is one that curate writes beside a mark of its own."""
    for mark in marks:
        folder, _, kind = mark.rpartition("/")
        if not folder or name.startswith(f"{folder}/"):
            inside = name.removeprefix(f"{folder}/") if folder else name
            if is_of_run(inside) if kind == MANIFEST else is_of_mix(inside):
                return True
    return False


def own_marks(names: Collection[str], read: Callable[[str], bytes]) -> frozenset[str]:
    """The names of manifests and certificates that curate wrote; `read` gives the content of a name."""
    likely = [name for name in names if name.rpartition("/")[2] in (MANIFEST, CERTIFICATE)]
    return frozenset(
        name for name in likely if (said_manifest if name.endswith(MANIFEST) else said_certificate)(read(name))
    )


def _chosen(
    names: Collection[str], arguments: Sequence[str], root: Path, fits: Callable[[tuple[str, ...], int], bool]
) -> list[str]:
    """fits: whether a name counts that lies in a folder meant, by its parts and how many of them are that folder."""
    found: set[str] = set()
    for argument in arguments:
        place = path_in(root, argument)
        is_folder = not place or any(name.startswith(f"{place}/") for name in names)
        pattern = tuple(place.split("/")) if glob.has_magic(argument) and not is_folder else ()
        if place in names:
            found.add(place)
        else:
            found.update(name for name in names if _is_meant(name, place, pattern, fits))
    return sorted(found)


def path_in(root: Path, argument: str) -> str:
    """An argument as a path from the root, "" for the root itself; raises UsageError for one outside."""
    whole = Path(os.path.abspath(argument))  # noqa: PTH100 (resolve() would follow a link at its end)
    place, top = whole.parent.resolve() / whole.name, root.resolve()
    if not place.is_relative_to(top):
        hint = f"name a path under {top}"
        raise UsageError("lies outside the repository whose revision is the baseline", where=argument, hint=hint)
    return "" if place == top else place.relative_to(top).as_posix()


def _is_meant(name: str, place: str, pattern: tuple[str, ...], fits: Callable[[tuple[str, ...], int], bool]) -> bool:
    """By a folder, or by a glob that hits the name or a folder above it."""
    parts = tuple(name.split("/"))
    if not pattern:
        depth = len(place.split("/")) if place else 0
        return (not place or name.startswith(f"{place}/")) and fits(parts, depth)
    hits = [length for length in range(1, len(parts) + 1) if _matches(pattern, parts[:length])]
    return any(fits(parts, length) for length in hits)


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
