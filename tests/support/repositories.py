"""Small git repositories for tests; nobody's own git settings reach them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

OWN = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
}  # fmt: skip


@dataclass(frozen=True)
class Repo:
    """A repository whose branch is `main` until another is asked for."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Return the output of git; fails with its message."""
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", "-C", str(self.root), *arguments],
            capture_output=True, env={**os.environ, **OWN}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return os.fsdecode(done.stdout).strip()

    def write(self, files: dict[str, str | bytes]) -> None:
        """Files of the working tree, by path from the root."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: dict[str, str | bytes] | None = None) -> str:
        """Everything as it stands, with these files; the id of the commit."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "step")
        return self.git("rev-parse", "HEAD")


def lines(rows: Sequence[Mapping[str, object]]) -> str:
    """JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def at_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the folder, without the git settings of whoever runs the tests."""
    monkeypatch.chdir(folder)
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)


def new_repo(root: Path, files: dict[str, str | bytes] | None = None) -> Repo:
    """A repository with one commit."""
    root.mkdir(parents=True, exist_ok=True)
    repo = Repo(root)
    repo.git("init", "-q", "-b", "main")
    repo.commit(files)
    return repo
