"""The files of a revision, and how the working tree differs from it; names may hold any byte but NUL."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from curate.corpus.git import Repository
from curate.corpus.git_command import command_of, environment, git
from curate.corpus.looks import SEEN_BYTES

State = Literal["added", "changed", "renamed", "deleted"]
SUBMODULE = "160000"
LINK = "120000"
_STATES: dict[str, State] = {"A": "added", "C": "added", "D": "deleted", "R": "renamed"}


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a revision: its path from the root, what git calls its content, its mode ("100644") and bytes."""

    path: str
    id: str
    mode: str
    size: int

    @property
    def is_file(self) -> bool:
        """Neither a link nor a submodule."""
        return self.mode not in (SUBMODULE, LINK)


@dataclass(frozen=True, slots=True)
class Difference:
    """A path of the working tree that is not as the revision has it; before: its path there, "" for an added one.

    submodule: another repository stands at the path, before or now.
    """

    path: str
    state: State
    before: str
    submodule: bool


def tree(repository: Repository, commit: str) -> dict[str, Blob]:
    """Every file, link and submodule of a commit, by path."""
    found = {}
    for entry in _split(git(repository.root, "ls-tree", "-r", "-z", "--long", "--full-tree", commit)):
        described, _, path = entry.partition("\t")
        mode, _, id, size = described.split()
        found[path] = Blob(path, id, mode, 0 if size == "-" else int(size))
    return found


def blob_at(repository: Repository, commit: str, path: Path) -> bytes | None:
    """The content of a file as a commit has it; None where it has no file there. A link is none."""
    place = _place(repository, path)
    listed = place and _split(git(repository.root, "ls-tree", "-z", "--full-tree", commit, "--", place))
    if not listed:
        return None
    mode, kind, id = listed[0].partition("\t")[0].split()
    return git(repository.root, "cat-file", "blob", id) if kind == "blob" and mode != LINK else None


def is_tracked(repository: Repository, path: Path) -> bool:
    """Return whether git has the path in its index."""
    place = _place(repository, path)
    return bool(place and git(repository.root, "ls-files", "-z", "--", f":(literal,top){place}"))


def _place(repository: Repository, path: Path) -> str:
    """The path from the root, links on the way resolved but not the last; "" outside the repository."""
    whole = path.absolute().parent.resolve() / path.name
    root = repository.root.resolve()
    return whole.relative_to(root).as_posix() if whole != root and whole.is_relative_to(root) else ""


def content_of(repository: Repository, blob: Blob) -> bytes:
    """The bytes of a small file of a revision, b"" of what is no file."""
    return git(repository.root, "cat-file", "blob", blob.id) if blob.is_file else b""


def blob_head(repository: Repository, blob: Blob) -> bytes:
    """The first bytes of a file of a revision; a large one is not read to its end."""
    if not blob.is_file:
        return b""
    command = command_of(repository.root, "cat-file", "blob", blob.id)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()) as process:
        assert process.stdout is not None
        head = process.stdout.read(SEEN_BYTES)
        process.kill()
    return head


def differences(repository: Repository, commit: str) -> list[Difference]:
    """Tracked files that the working tree has otherwise than the commit, and untracked ones that git does not ignore.

    Renames are those that git sees; a file moved behind its back is one deleted and one added.
    """
    raw = git(
        repository.root, "diff", "--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules=dirty", commit, "--",
    )  # fmt: skip
    untracked = git(repository.root, "ls-files", "-z", "--others", "--exclude-standard")
    return [*_tracked(iter(_split(raw))), *(Difference(path, "added", "", False) for path in _split(untracked))]


def _tracked(fields: Iterator[str]) -> Iterator[Difference]:
    for described in fields:
        old, new, _, _, status = described.removeprefix(":").split()
        state = _STATES.get(status[0], "changed")
        first = next(fields)
        path = next(fields) if status[0] in "RC" else first
        yield Difference(path, state, "" if state == "added" else first, SUBMODULE in (old, new))


def _split(printed: bytes) -> list[str]:
    return [os.fsdecode(field) for field in printed.split(b"\0") if field]
