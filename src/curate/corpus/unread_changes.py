"""Changed paths of a repository that are not read: data that nobody looks at, and files that are no data."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable
from pathlib import Path

from curate.corpus.git_files import Difference
from curate.corpus.matching import is_own
from curate.corpus.not_read import NotRead, is_data, looked_at
from curate.corpus.paths import printable


def unread_changes(
    root: Path, changed: Iterable[Difference], read: Collection[str], marks: Collection[str]
) -> tuple[list[NotRead], list[str]]:
    """Of changed paths that are not read those that look like data, and those that do not.

    read: paths of all data files of the working tree. marks: as `own_marks` has them.
    """
    unread: list[NotRead] = []
    others: list[str] = []
    real = {os.path.realpath(root / path) for path in read}
    for one in changed:
        found = None if one.state == "deleted" else _seen(root, one, real, marks)
        if found is None:
            others.append(printable(one.path))
        else:
            unread.append(found)
    return unread, others


def _seen(root: Path, one: Difference, read: Collection[str], marks: Collection[str]) -> NotRead | None:
    path, name = root / one.path, printable(one.path)
    if one.submodule:
        run = f"git submodule update --init -- {shlex.quote(name)}"
        reason = f"is a submodule at another commit, and is checked in its own repository; run: {run}"
        return NotRead(name, 0, reason, "submodule")
    if path.is_dir() and not path.is_symlink():
        return NotRead(name, 0, "is a repository of its own; check it there, or git submodule add it", "submodule")
    if path.is_symlink():
        return _link(path, name, root, read)
    if is_data(path, one.path):
        size = path.stat().st_size if path.is_file() else 0
        if is_own(one.path, marks):
            return NotRead(name, size, "lies in a folder that is marked as a run or a mix of curate", "marked")
        return NotRead(name, size, "is hidden: a name in its path begins with a dot", "hidden")
    return looked_at(path, name)


def _link(path: Path, name: str, root: Path, read: Collection[str]) -> NotRead | None:
    """A link to what is read here anyway is no data of its own; no other is followed."""
    target = Path(os.path.realpath(path))
    inside = target.is_relative_to(root.resolve())
    if str(target) in read or (inside and target.is_dir() and not path.name.startswith(".")):
        return None
    return NotRead(name, 0, "is a symbolic link, which is not followed", "link")
