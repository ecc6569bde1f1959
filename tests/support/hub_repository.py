"""A data set repository as the Hub keeps it: commits, refs, blobs of git and of LFS, discussions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

LFS_BYTES = 10 << 20
_LFS_ENDS = (".parquet", ".arrow", ".gz", ".zst", ".xz", ".bz2", ".png", ".jpg", ".zip")  # as a new repository has it


def git_oid(data: bytes) -> str:
    """The id git gives a blob."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def is_lfs(path: str, data: bytes) -> bool:
    """Tell whether the Hub keeps a file in LFS."""
    return path.endswith(_LFS_ENDS) or len(data) > LFS_BYTES


def pointer(data: bytes) -> bytes:
    """The file that git holds in place of one in LFS."""
    oid = hashlib.sha256(data).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(data)}\n".encode()


@dataclass
class Repository:
    """Files of every commit by path; refs by their names ("main", "refs/pr/7", "refs/convert/parquet")."""

    name: str
    is_private: bool = False
    is_gated: bool = False
    is_disabled: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    comments: dict[int, list[dict[str, str]]] = field(default_factory=dict)  # by number of the pull request
    uploads: dict[str, bytes] = field(default_factory=dict)  # by sha256

    def commit(self, files: dict[str, bytes | None], ref: str = "main", base: str = "main") -> str:
        """Write a commit on a ref over what it, else `base`, holds; None takes a file away. Returns its id."""
        parent = self.refs.get(ref, self.refs.get(base, ""))
        tree = {**self.commits.get(parent, {}), **files}
        tree = {path: data for path, data in tree.items() if data is not None}
        named = "".join(f"{path} {git_oid(data)}\n" for path, data in sorted(tree.items()))
        oid = hashlib.sha1(f"{parent}{len(self.commits)}{named}".encode(), usedforsecurity=False).hexdigest()
        self.commits[oid], self.refs[ref] = tree, oid
        return oid

    def resolve(self, revision: str) -> str | None:
        """The commit of a branch, a ref or a commit id; None where there is none."""
        oid = self.refs.get(revision.removeprefix("refs/heads/"), revision)
        return oid if oid in self.commits else None

    def entries(self, commit: str, folder: str = "", *, recursive: bool = True) -> list[dict[str, object]]:
        """The tree of a commit as the API lists it: folders and files, by path."""
        prefix = f"{folder}/" if folder else ""
        found: dict[str, dict[str, object]] = {}
        for path, data in sorted(self.commits[commit].items()):
            if not path.startswith(prefix):
                continue
            parts = path.removeprefix(prefix).split("/")
            for depth in range(1, len(parts)):
                name = prefix + "/".join(parts[:depth])
                if recursive or depth == 1:
                    found[name] = {"type": "directory", "oid": git_oid(name.encode()), "size": 0, "path": name}
            if recursive or len(parts) == 1:
                found[path] = entry(path, data)
        return [found[path] for path in sorted(found)]


def entry(path: str, data: bytes) -> dict[str, object]:
    """A file as the API lists it."""
    if not is_lfs(path, data):
        return {"type": "file", "oid": git_oid(data), "size": len(data), "path": path}
    held = pointer(data)
    lfs = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": len(held)}
    return {"type": "file", "oid": git_oid(held), "size": len(data), "path": path, "lfs": lfs}
