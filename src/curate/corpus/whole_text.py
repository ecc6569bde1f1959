"""Files that are parsed as one: what a mix has beside its data."""

from __future__ import annotations

from pathlib import Path

from curate.amounts import size
from curate.memory import PARSED, check


def read_text(path: Path) -> str:
    """A UTF-8 file. Raises OSError, also for a pipe, UnicodeDecodeError, and MachineError for one that does not fit."""
    if path.exists() and not path.is_file():
        raise OSError("no regular file")  # reading a pipe would never end
    length = path.stat().st_size
    check(PARSED * length, f"a file of {size(length)}", str(path))
    return path.read_text(encoding="utf-8")
