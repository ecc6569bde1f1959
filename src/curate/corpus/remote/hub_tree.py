"""The files of a data set on the Hub at one commit: listed once, in pages, and filtered here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from curate.corpus.remote.hub_calls import ask
from curate.corpus.remote.hub_client import check_online, endpoint, is_own
from curate.corpus.remote.hub_paths import HubPath
from curate.errors import DataError, MachineError

_COMMIT = re.compile(r"[0-9a-f]{40}")
_NEXT = re.compile(r'<([^>]*)>\s*;\s*rel="?next"?')
_MAGIC = re.compile(r"[*?[]")
_MOST_PAGES = 2_000  # of a thousand files each


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a tree; blob: what tells its content, "sha256:..." of a file in LFS, else "git:..."."""

    path: str
    size: int
    blob: str


@dataclass(frozen=True, slots=True)
class HubTree:
    """Files at one commit; those of the folder that the path names before its first wildcard."""

    place: HubPath  # as asked for
    commit: str
    files: tuple[HubFile, ...]

    @property
    def pinned(self) -> HubPath:
        """The same place at the commit."""
        return replace(self.place, revision=self.commit, config="", splits=())


def tree_of(place: HubPath) -> HubTree:
    """The tree that a path means now. Raises DataError for a refusal, MachineError where the Hub cannot be reached."""
    check_online(place.where)
    commit = commit_of(place)
    folder = fixed_folder(place.inside)
    files = _files(replace(place, revision=commit, inside=folder), place.where)
    return HubTree(place, commit, files)


def commit_of(place: HubPath) -> str:
    """The commit that a revision is now."""
    if _COMMIT.fullmatch(place.revision):
        return place.revision
    url = f"{_api(place)}/revision/{quote(place.revision, safe='')}"
    found = ask("GET", url, place.where, params={"expand": "sha"}).json()
    commit = found.get("sha") if isinstance(found, dict) else None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise DataError("has no commit: the repository is empty", where=place.where)
    return commit


def is_glob(inside: str) -> bool:
    """Tell whether a place in a data set holds wildcards."""
    return _MAGIC.search(inside) is not None


def fixed_folder(inside: str) -> str:
    """The folder that a path or glob names for certain."""
    parts = inside.split("/")
    fixed = next((index for index, part in enumerate(parts) if _MAGIC.search(part)), len(parts) - 1)
    return "/".join(parts[:fixed])


@lru_cache(maxsize=16)
def _files(pinned: HubPath, where: str) -> tuple[HubFile, ...]:
    return tuple(found for entry in _entries(pinned, where) if (found := _file(entry)) is not None)


def _entries(pinned: HubPath, where: str) -> Iterator[Any]:
    url = f"{_api(pinned)}/tree/{pinned.revision}" + (f"/{quote(pinned.inside, safe='')}" if pinned.inside else "")
    params: dict[str, str] | None = {"recursive": "true", "expand": "false"}
    for _ in range(_MOST_PAGES):
        page = ask("GET", url, where, params=params)
        yield from page.json()
        found = _NEXT.search(page.headers.get("link", ""))
        if found is None:
            return
        url, params = _at_endpoint(found[1]), None
    raise MachineError("has more files than can be listed", where=where, hint="name a folder of it")


def _at_endpoint(url: str) -> str:
    """The next page, at the mirror that was asked: one may name the Hub itself."""
    return url if is_own(url) else endpoint() + "/" + url.split("/", 3)[3]


def _file(entry: Any) -> HubFile | None:
    if entry.get("type") != "file":
        return None
    lfs = entry.get("lfs")
    blob = f"sha256:{lfs['oid']}" if lfs else f"git:{entry['oid']}"
    return HubFile(str(entry["path"]), int(entry["size"]), blob)


def _api(place: HubPath) -> str:
    return f"{endpoint()}/api/datasets/{place.repository}"
