"""Where a row stands for the user."""

from __future__ import annotations

from dataclasses import dataclass

from curate.corpus.suffixes import data_suffix


@dataclass(frozen=True, slots=True)
class Spot:
    """A row as the user knows it: the file as given, its 0-based row, its 1-based line where it has lines."""

    path: str
    row: int | None
    line: int | None


def lined(path: str) -> bool:
    """Return whether the rows of a file are lines that a reviewer can open."""
    return data_suffix(path) in (".jsonl", ".ndjson")
