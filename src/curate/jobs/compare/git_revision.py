"""A corpus as a revision of git has it, named as git names it: REVISION:PATH, the path as seen from here."""

from __future__ import annotations

from pathlib import Path

from curate.corpus.blobs import snapshot
from curate.corpus.git import find_repository
from curate.errors import DataError, UsageError
from curate.kernels.user_cache import cache_folder


def folder_of(path: str) -> str:
    """The path itself, or the folder in the user's cache that the revision's data files are written to, once.

    A file of that very name, a URL, and anything outside a repository stay what they are. Raises UsageError for an
    unknown revision, DataError where it has no data there, or has what a clone has not fetched.
    """
    revision, colon, place = path.partition(":")
    if not (colon and revision) or place.startswith("//") or Path(path).exists():
        return path
    repository = find_repository(Path())
    if repository is None:
        return path
    try:
        found = snapshot(repository, revision, (place or ".",), cache_folder() / "revisions")
    except UsageError as error:
        raise UsageError(error.message, where=path, hint=error.hint) from error
    if found.skipped:
        first = found.skipped[0]
        raise DataError(f"{first.path} {first.reason}", where=path)
    return str(found.folder)
