"""Calls of git, for which no program of a repository runs."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from curate.errors import DataError, DependencyError

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
    """Return a git command as a list for exec, without a shell; git starts no program that the repository names."""
    settings = [*QUIET, *_without_programs(str(place))]
    return ["git", "-C", str(place), "--no-pager", *_settings(settings), *arguments]


def environment() -> dict[str, str]:
    """Return the environment for git: messages in English, no prompts, no locks for reading."""
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
