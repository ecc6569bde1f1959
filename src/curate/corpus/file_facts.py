"""Identity, size and name of a file met in a folder."""

from __future__ import annotations

from pathlib import Path

Key = tuple[int, int]


def identity(path: Path) -> Key | None:
    """Identity of a file in the file system, independent of its name; None where it does not say."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def shown_name(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else path.as_posix()


def size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
