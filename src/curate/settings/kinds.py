"""How the value of a setting is read, from the command line, a file or its default."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


@dataclass(frozen=True, slots=True, eq=False)
class Kind(Generic[T_co]):
    """A type of setting. read raises ValueError for a value that is not `wanted`, such as "a whole number"."""

    wanted: str
    read: Callable[[object], T_co]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # NaN
        raise ValueError(value)
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)  # noqa: TRY004
    return value


def _size(value: object) -> int:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?\s*", str(value).lower(), re.ASCII)
    if not match:
        raise ValueError(value)
    return int(float(match[1]) * UNITS[match[2] or ""])


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004
    return value


def _path(value: object) -> Path | None:
    return None if value in (None, "") else _local(value)


def _local(value: object) -> Path:
    """Raises ValueError for a place in a remote store, of which a path would make a folder of this disk."""
    if is_elsewhere(str(value)):
        raise ValueError(value)
    return Path(str(value))


def is_elsewhere(path: str) -> bool:
    """Return whether it names a place in a store by its scheme, also where a path has made one slash of two."""
    return re.match(r"[a-z][a-z0-9+.-]+:/", path, re.IGNORECASE) is not None


def _texts(value: object) -> tuple[str, ...]:
    """One alone need not be a list."""
    listed = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    return tuple(str(item) for item in listed)


def _weights(value: object) -> str:
    """As the command line writes them, also where a file gives a table: weights = {web = 0.7, books = 0.3}."""
    if isinstance(value, dict):
        return ",".join(f"{name}={share}" for name, share in value.items())
    return str(value or "")


def _entries(value: object) -> tuple[str, ...]:
    """As the command line writes them, also where a file gives a table: label-map = {gpt-4 = "machine"}."""
    if isinstance(value, dict):
        return tuple(f"{word}={writer}" for word, writer in value.items())
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else (str(value),)


TEXT = Kind("a text", _text)
NUMBER = Kind("a number", _number)
WHOLE = Kind("a whole number", _whole)
SIZE = Kind("a size such as 4GB", _size)
FLAG = Kind("true or false", _flag)
PATH = Kind("a path on this disk", _path)
PATHS = Kind("a list of paths on this disk", lambda value: tuple(map(_local, _texts(value))))
TEXTS = Kind("a list of texts", _texts)
WEIGHTS = Kind("weights", _weights)
ENTRIES = Kind("a table", _entries)
