"""The baseline that --baseline names: a path, or a revision of git."""

from __future__ import annotations

import glob
from contextlib import suppress
from pathlib import Path

from curate.corpus.git import find_repository, knows
from curate.corpus.git_command import GitError
from curate.corpus.remote.store import is_remote
from curate.errors import DependencyError, UsageError


def is_path(baseline: str) -> bool:
    return is_remote(baseline) or Path(baseline).exists() or bool(glob.glob(baseline, recursive=True))  # noqa: PTH207


def check_single(baseline: str) -> None:
    """Raises UsageError for what is a path and the name of a revision: who is not asked would guess."""
    if not is_path(baseline) or baseline.startswith((".", "/")):
        return
    with suppress(DependencyError, GitError):
        repository = find_repository(Path.cwd())
        if repository is not None and knows(repository, baseline):
            raise UsageError(
                "is a path here, and a revision of git", where=f"--baseline {baseline}",
                hint=f"./{baseline} is the path, heads/{baseline} the branch",
            )  # fmt: skip
