"""Contents of a revision as files: each blob is written once, under its id, and linked to wherever it is wanted."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from curate.corpus.git import Repository, resolve
from curate.corpus.git_command import command_of, environment, no_git
from curate.corpus.git_files import Blob, blob_head, content_of, tree
from curate.corpus.matching import data_paths, own_marks
from curate.corpus.write import atomic_path, machine_errors
from curate.errors import DataError
from curate.schema import Quarantined

CHUNK = 1 << 20
POINTER_BYTES = 1024  # no Git LFS pointer is larger
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Data files of a revision under `folder`, at their paths from the root; `skipped`: those that are not, and why."""

    folder: Path
    commit: str
    paths: tuple[str, ...]
    skipped: tuple[Quarantined, ...]


def snapshot(repository: Repository, name: str, paths: Sequence[str], cache: Path) -> Snapshot:
    """The data files that the paths mean at a revision (as `find_paths` would find them there), written out.

    Raises UsageError for an unknown revision, DataError where it has no data file under the paths.
    """
    commit = resolve(repository, name)
    found = tree(repository, commit)
    marks = own_marks(found, lambda path: content_of(repository, found[path]))
    chosen = data_paths(found, paths, repository.root, marks, lambda path: blob_head(repository, found[path]))
    if not chosen:
        raise DataError(f"{name} has no data files there", where=" ".join(paths), hint=f"git ls-tree -r {name}")
    key = hashlib.blake2b(json.dumps([commit, chosen]).encode(), digest_size=8).hexdigest()
    folder = cache / "revisions" / key
    skipped = place_blobs(repository, [found[path] for path in chosen], cache / "blobs", folder, name)
    left = {one.path for one in skipped}
    return Snapshot(folder, commit, tuple(path for path in chosen if path not in left), tuple(skipped))


def place_blobs(
    repository: Repository, blobs: Iterable[Blob], store: Path, folder: Path, name: str
) -> list[Quarantined]:
    """Each blob at folder / its path; returns what cannot be there: links, submodules, LFS pointers without content."""
    skipped: list[Quarantined] = []
    placed: set[Path] = set()
    with _contents(repository) as contents:
        for blob in blobs:
            reason = _unfit(blob)
            if not reason:
                content = contents.path_of(blob, store)
                real = lfs_content(repository, content)
                reason = "" if real else _pointer(blob, name)
                if real:
                    _place(real, folder / blob.path, alone=real not in placed)
                    placed.add(real)
            if reason:
                skipped.append(Quarantined(blob.path, None, reason))
    return skipped


def lfs_content(repository: Repository, path: Path) -> Path | None:
    """The path itself; for a Git LFS pointer what it points at in this clone, None where that was not fetched."""
    if path.stat().st_size > POINTER_BYTES:
        return path
    found = _POINTER.match(path.read_bytes())
    if not found:
        return path
    oid = found[1].decode()
    content = repository.store / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    return content if content.is_file() else None


def _pointer(blob: Blob, name: str) -> str:
    include = shlex.quote(f"--include={blob.path}")
    return f"is a Git LFS pointer at {name}; run: git lfs fetch origin {shlex.quote(name)} {include}"


def _unfit(blob: Blob) -> str:
    """Why a path is not written; a crafted tree may hold names that lead out of the folder."""
    parts = PurePosixPath(blob.path).parts
    if blob.path.startswith("/") or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        return "has a path that leads out of the repository"
    if blob.is_file:
        return ""
    if blob.mode == "120000":
        return "is a symbolic link"
    return f"is a submodule; run: git submodule update --init -- {shlex.quote(blob.path)}"


def _place(content: Path, target: Path, *, alone: bool) -> None:
    """Another name for the content; a copy where the file system has no such thing, or where it has a name already.

    Two files of a revision with the same bytes are two files: names of one file would count once.
    """
    with machine_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            (os.link if alone else shutil.copyfile)(content, target)
        except OSError:
            shutil.copyfile(content, target)


@dataclass(frozen=True, slots=True)
class _Contents:
    """One `git cat-file --batch` that is asked for blob after blob."""

    asked: IO[bytes]
    told: IO[bytes]

    def path_of(self, blob: Blob, store: Path) -> Path:
        """The blob's file in the store, written if it is not there; never half of it."""
        target = store / blob.id[:2] / blob.id[2:]
        if not target.is_file():
            with atomic_path(target, sweep=False) as temporary, temporary.open("wb") as sink:
                for piece in self._bytes_of(blob):
                    sink.write(piece)
        return target

    def _bytes_of(self, blob: Blob) -> Iterator[bytes]:
        self.asked.write(blob.id.encode() + b"\n")
        self.asked.flush()
        header = self.told.readline().split()
        if len(header) != 3 or header[1] != b"blob":
            raise DataError("git does not have its content", where=blob.path, hint="git fetch, then the same command")
        left = int(header[2])
        while left:
            piece = self.told.read(min(left, CHUNK))
            if not piece:
                raise DataError("git broke off in its content", where=blob.path, hint="git fsck")
            left -= len(piece)
            yield piece
        self.told.read(1)


@contextmanager
def _contents(repository: Repository) -> Iterator[_Contents]:
    try:
        process = subprocess.Popen(
            command_of(repository.root, "cat-file", "--batch"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise no_git() from error
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield _Contents(process.stdin, process.stdout)
        except BaseException:
            process.kill()
            raise
