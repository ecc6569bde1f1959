"""Folders that `datasets` and the Hub's client keep: one data set may lie there in several copies."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from curate.corpus.suffixes import data_suffix
from curate.errors import DataError

_CACHE = re.compile(r"(cache-|tmp).*\.arrow", re.IGNORECASE)  # what `map` and `filter` write, whole or half
_BUILD = re.compile(r"(.+-)?[0-9a-f]{16,64}")  # of a revision, or of a configuration and its data files
_STATE_BYTES = 1 << 26


def is_hub_cache(folder: Path, names: Collection[str]) -> bool:
    """Return whether a folder is one repository in the Hub's cache, or its folder `snapshots`.

    Where a system has no links the snapshots hold the files themselves, and there are no blobs.
    """
    if "snapshots" in names and ("blobs" in names or "refs" in names):
        return (folder / "snapshots").is_dir() and any((folder / name).is_dir() for name in ("blobs", "refs"))
    return folder.name == "snapshots" and (folder.parent / "refs").is_dir()


def chosen_revision(folder: Path) -> Path:
    """The only snapshot of a Hub cache, or the one that refs/main names. Raises DataError where that is not known."""
    home = folder if (folder / "snapshots").is_dir() else folder.parent
    there = {path.name: path for path in sorted((home / "snapshots").iterdir()) if path.is_dir()}
    try:
        main = (home / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        main = ""
    if len(there) == 1:
        return next(iter(there.values()))
    if main in there:
        return there[main]
    if not there:
        raise DataError("is a Hub cache without a snapshot", where=str(folder), hint="download the data set again")
    raise DataError(
        f"holds {len(there)} revisions of one data set, and refs/main names none of them",
        where=str(folder),
        hint=f"name one, such as {next(iter(there.values()))}",
    )


def blobs_of(place: Path) -> list[Path]:
    """Folder of the contents that a snapshot of a Hub cache links to, where the real path `place` lies in one."""
    homes = [parent.parent for parent in (place, *place.parents) if parent.name == "snapshots"]
    return [home / "blobs" for home in homes if (home / "blobs").is_dir() and not (home / "blobs").is_symlink()]


def other_revisions(chosen: Path) -> list[Path]:
    """Data files of the other snapshots."""
    others = (path for path in sorted(chosen.parent.iterdir()) if path != chosen and path.is_dir())
    return [path for other in others for path in sorted(other.rglob("*")) if data_suffix(path.name)]


def unfinished_downloads(folder: Path) -> list[Path]:
    """Files of a Hub cache that the client was still writing."""
    home = folder if (folder / "snapshots").is_dir() else folder.parent
    return sorted((home / "blobs").glob("*.incomplete"))


def check_one_build(folder: Path, names: Collection[str]) -> None:
    """Raises DataError where the cache of `datasets` holds one configuration more than once."""
    likely = [name for name in sorted(names) if _BUILD.fullmatch(name)]
    builds = [name for name in likely if _is_build(folder / name)] if len(likely) > 1 else []
    if len(builds) > 1:
        raise DataError(
            f"holds {len(builds)} builds of one data set, as the cache of `datasets` does",
            where=str(folder),
            hint=f"name one, such as {folder / builds[-1]}",
        )


def _is_build(folder: Path) -> bool:
    """Return whether `datasets` built a data set here, or below a version; not one that was saved to this place."""
    if (folder / "dataset_info.json").is_file():
        return not (folder / "state.json").is_file()
    return any(folder.glob("*/*/dataset_info.json"))


def saved_files(folder: Path, names: Collection[str]) -> frozenset[str] | None:
    """The Arrow files that make up a data set of `datasets` in this folder; None where nothing says which do."""
    if "state.json" in names:
        return _listed(folder / "state.json")
    arrow = {name for name in names if name.lower().endswith(".arrow")}
    own = frozenset(name for name in arrow if not is_cache(name))
    return own if "dataset_info.json" in names and own else None


def is_cache(name: str) -> bool:
    """Return whether `map` and `filter` of `datasets` call their results so."""
    return _CACHE.fullmatch(name) is not None


def _listed(path: Path) -> frozenset[str] | None:
    """Files that belong to the data set according to `save_to_disk`."""
    try:
        if not path.is_file() or path.stat().st_size > _STATE_BYTES:
            return None
        return frozenset(str(entry["filename"]) for entry in json.loads(path.read_bytes())["_data_files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
