"""Verification of a mix in a remote store: its files are fetched, and checked as a folder of this disk is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from curate.corpus.held_folders import scratch_folder
from curate.corpus.remote.fetched import on_disk, remember
from curate.corpus.remote.hub_paths import is_hub
from curate.corpus.remote.store import Entry, store_of
from curate.corpus.write import machine_errors
from curate.errors import CurateError, DataError, VerdictError
from curate.jobs.mix.bound_files import CERTIFICATE
from curate.jobs.run.progress import Job, Progress
from curate.jobs.verify.job import Verification
from curate.kernels.user_cache import cache_folder

_FETCHED = "verifying-"
_AT_ONCE = 8


def verify_there(place: str, verify: Callable[[Path], Job[Verification]]) -> Job[Verification]:
    """As `verify`, of a mix in a store; nothing is changed there.

    Raises what `verify` raises with names in the store, DataError where no mix is there or the store refuses.
    """
    place = place.rstrip("/")
    entries = store_of(place).entries(f"{place}/**" if is_hub(place) else place)
    if CERTIFICATE not in {entry.name for entry in entries}:
        raise DataError("holds no certificate.json", where=place, hint="name a place that `curate mix` wrote to")
    with scratch_folder(cache_folder(), _FETCHED) as scratch:
        folder = scratch / "mix"
        folder.mkdir()
        yield Progress("fetching", 0, len(entries), "files")
        remember(entries)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done, _ in enumerate(pool.map(lambda entry: _fetched(entry, folder, place), entries)):
                yield Progress("fetching", done + 1, len(entries), "files")
        try:
            return (yield from verify(folder))
        except CurateError as error:
            here = error.where.replace(str(folder), place)
            raise type(error)(error.message.replace(str(folder), place), where=here, hint=error.hint) from error


def _fetched(entry: Entry, folder: Path, place: str) -> None:
    name = PurePosixPath(entry.name)
    if name.is_absolute() or ".." in name.parts or str(name) != entry.name:
        raise VerdictError(f"holds a file with a name that no mix has: {entry.name[:80]!r}", where=place)
    with machine_errors(folder):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(on_disk(entry.path), path)
