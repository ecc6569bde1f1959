"""A git repository as it stands: what a revision is, and the git program called for it, never through a shell."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from curate.corpus.git_command import BASELINE, GitError, git
from curate.errors import UsageError

NO_REPOSITORY = "not a git repository"
HEX = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Repository:
    """root: top of the working tree; store: the folder `.git`, of the main working tree where there are several."""

    root: Path
    store: Path
    shallow: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """Git revision that a change is compared with: `commit` is the merge base with `name`, as in a pull request.

    note: a sentence where that could not be found and the revision itself stands for it, else "".
    """

    name: str
    commit: str
    note: str = ""


def find_repository(place: Path) -> Repository | None:
    """The repository whose working tree a folder lies in, None in none.

    Raises DependencyError without git, GitError where git refuses (a folder of another user's, a damaged store).
    """
    try:
        root = _path(git(place, "rev-parse", "--show-toplevel"))
        store = _path(git(place, "rev-parse", "--git-common-dir"))
        shallow = git(place, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitError as error:
        if NO_REPOSITORY in error.message:
            return None
        raise
    return Repository(root, (place / store).resolve(), shallow)


def compared_with(repository: Repository, name: str) -> Revision:
    """The merge base of a revision and HEAD, so that what others did meanwhile is no part of the change.

    Raises UsageError for a name that git does not know, with the command that fetches it.
    """
    commit = resolve(repository, name)
    if _commit(repository, "HEAD") is None:
        return Revision(name, commit)
    try:
        base = git(repository.root, "merge-base", commit, "HEAD").decode().strip()
    except GitError:
        return Revision(name, commit, _no_merge_base(repository, name))
    return Revision(name, base)


def resolve(repository: Repository, name: str) -> str:
    """The commit that a name means; a branch that only a remote has is found there. Raises UsageError."""
    for candidate in (name, *(f"refs/remotes/{remote}/{name}" for remote in _lines(repository, "remote"))):
        commit = _commit(repository, candidate)
        if commit is not None:
            return commit
    raise UsageError(f"git knows no revision {name!r}", where=BASELINE, hint=_how_to_fetch(repository, name))


def knows(repository: Repository, name: str) -> bool:
    """Return whether git has a revision of that very name."""
    return _commit(repository, name) is not None


def _commit(repository: Repository, name: str) -> str | None:
    if "\0" in name:
        return None
    question = f"{name}^{{commit}}"
    try:
        return git(repository.root, "rev-parse", "--verify", "--quiet", "--end-of-options", question).decode().strip()
    except GitError:
        return None


def _no_merge_base(repository: Repository, name: str) -> str:
    why = "the clone is shallow" if repository.shallow else "they share no history"
    mend = "; git fetch --unshallow gets the whole history" if repository.shallow else ""
    return f"where HEAD left {name} is not known ({why}), so the files are compared with {name} itself{mend}"


def _how_to_fetch(repository: Repository, name: str) -> str:
    """The command that gets the revision, or the nearest name where nothing is there to fetch from."""
    remotes = _lines(repository, "remote")
    known = _lines(repository, "for-each-ref", "--format=%(refname:short)")
    close = difflib.get_close_matches(name, known, n=1)
    if not remotes:
        return f"did you mean {close[0]}?" if close else "git log names the commits that there are"
    remote = next((one for one in remotes if name.startswith(f"{one}/")), remotes[0])
    branch = name.removeprefix(f"{remote}/")
    wanted = branch if HEX.fullmatch(branch) else f"{branch}:refs/remotes/{remote}/{branch}"
    depth = "--depth=1 " if repository.shallow else ""
    meant = f"did you mean {close[0]}? else " if close and not repository.shallow else ""
    return f"{meant}git fetch {depth}{remote} {wanted}"


def _lines(repository: Repository, *arguments: str) -> list[str]:
    try:
        return git(repository.root, *arguments).decode(errors="replace").splitlines()
    except GitError:
        return []


def _path(printed: bytes) -> Path:
    return Path(os.fsdecode(printed.removesuffix(b"\n")))
