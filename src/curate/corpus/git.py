"""A git repository as it stands: what a revision is, and the git program called for it, never through a shell."""

from __future__ import annotations

import difflib
import functools
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curate.errors import DataError, DependencyError, UsageError

NO_REPOSITORY = "not a git repository"
HEX = re.compile(r"[0-9a-f]{7,64}")
BASELINE = "--baseline"
QUIET = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.alternateRefsCommand=",
)  # programs that git starts
TRANSPORTS = (
    "https:http:ssh:git"  # for what a partial clone lacks; `file` and `ext` start programs that the clone names
)
_RUNS = re.compile(
    r"filter\..+\.(clean|smudge|process)|core\.(sshcommand|gitproxy|askpass)|credential\.(.+\.)?helper", re.DOTALL
)
_USAGE = 129  # exit code of git where it knows no such option
_LFS = re.compile(r"git-lfs (clean -- %f|smudge -- %f|filter-process)")


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


class GitError(DataError):
    """git ended with an error that nobody expected; the message is what git said."""


def git(place: Path, *arguments: str) -> bytes:
    """Return the output of git. Raises DependencyError without git, GitError where it fails."""
    done = _run(command_of(place, *arguments))
    if done.returncode:
        raise _said_by_git(done.stderr, place)
    return done.stdout


def _said_by_git(stderr: bytes, place: Path) -> GitError:
    said = " ".join(stderr.decode(errors="replace").split())
    if "promisor remote" in said:  # a partial clone, and the remote may not or could not be asked
        return GitError(f"git says: {said}", where=str(place), hint="git fetch --refetch --no-filter")
    return GitError(f"git says: {said}", where=str(place), hint="git status")


def command_of(place: Path, *arguments: str) -> list[str]:
    """A list for exec: no argument is ever a word of a shell, and git starts no program that the repository names."""
    settings = [*QUIET, *_without_programs(str(place))]
    return ["git", "-C", str(place), "--no-pager", *_settings(settings), *arguments]


def environment() -> dict[str, str]:
    """Messages in English, nothing asked on a terminal, no lock taken for what is only read."""
    own = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    return {"GIT_ALLOW_PROTOCOL": TRANSPORTS, **os.environ, **own}


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), check=False)
    except FileNotFoundError as error:
        raise no_git() from error


def _settings(given: Iterable[str]) -> Iterator[str]:
    for setting in given:
        yield from ("-c", setting)


@functools.cache
def _without_programs(place: str) -> tuple[str, ...]:
    """Settings that unset programs which the repository's own configuration names; it may have come with the data.

    Those of the user and of the system stay, and so does Git LFS. Raises DataError for a name that cannot
    be unset, DependencyError for a git that cannot tell them apart.
    """
    found: list[str] = []
    for name in _programs(place):
        if "=" in name:
            raise DataError(f"the configuration of git names a program: {name}", where=place, hint="git config --edit")
        found.append(f"{name}=")
        if name.startswith("filter."):
            found.append(f"{name.rpartition('.')[0]}.required=0")
    return tuple(found)


def _programs(place: str) -> Iterator[str]:
    """Names of settings, local to the repository, that name a program which reading it would start."""
    done = _run(["git", "-C", place, *_settings(QUIET), "config", "--list", "-z", "--show-scope"])
    if done.returncode == _USAGE:
        raise DependencyError(
            "this git is older than 2.26, and cannot say who set what", where=BASELINE, hint="renew git"
        )
    listed = os.fsdecode(done.stdout).split("\0")
    for scope, setting in zip(listed[::2], listed[1::2], strict=False):
        name, _, value = setting.partition("\n")
        if scope in ("local", "worktree") and _RUNS.fullmatch(name) and not _LFS.fullmatch(value):
            yield name


def no_git() -> DependencyError:
    """The one sentence about a machine without git."""
    return DependencyError(
        "the program git is not installed, and a revision is asked of it",
        where=BASELINE,
        hint="install git, or compare with a folder: --baseline FOLDER",
    )


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
