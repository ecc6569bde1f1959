"""A list of names as a file system of fsspec, so that `datasets` matches its patterns without a call to the Hub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import fsspec

_PROTOCOL = "curatelisted"
_lists: dict[str, dict[str, str]] = {}  # of each root: "file" or "directory" by path


@contextmanager
def listed(names: Sequence[str]) -> Iterator[str]:
    """The address of a folder with files of these names, empty ones, until the block ends."""
    fsspec.register_implementation(_PROTOCOL, _Listed, clobber=True)
    root = token_hex(8)
    entries = _lists[root] = {root: "directory"}
    for name in names:
        parts = f"{root}/{name}".split("/")
        entries.update(dict.fromkeys(("/".join(parts[:depth]) for depth in range(1, len(parts))), "directory"))
        entries["/".join(parts)] = "file"
    try:
        yield f"{_PROTOCOL}://{root}"
    finally:
        del _lists[root]


class _Listed(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """As much of a file system as globbing asks for."""

    protocol = _PROTOCOL
    cachable = False

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        path = self._strip_protocol(path)
        kind = _lists.get(path.split("/")[0], {}).get(path)
        if kind is None:
            raise FileNotFoundError(path)
        return {"name": path, "size": 0, "type": kind}

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:  # noqa: FBT001 (as fsspec calls it)
        below = self._strip_protocol(path).rstrip("/") + "/"
        names = [name for name in self._entries(below) if "/" not in name.removeprefix(below)]
        return [self.info(name) for name in names] if detail else names

    def find(  # type: ignore[no-untyped-def]
        self, path: str, maxdepth=None, withdirs=False, detail=False, **_: Any
    ) -> Any:
        below = self._strip_protocol(path).rstrip("/") + "/"
        depth = maxdepth or len(below) + 10_000
        found = {
            name: self.info(name)
            for name in self._entries(below)
            if name.removeprefix(below).count("/") < depth and (withdirs or self.info(name)["type"] == "file")
        }
        return found if detail else sorted(found)

    def _entries(self, below: str) -> list[str]:
        return [name for name in _lists.get(below.split("/")[0], {}) if name.startswith(below)]
