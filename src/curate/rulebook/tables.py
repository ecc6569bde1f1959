"""Tables of TOML, checked key by key: whatever cannot be meant is a UsageError that names its file and entry."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from curate.errors import UsageError

Choice = TypeVar("Choice")


def read_tables(path: Path, what: str, hint: str) -> dict[str, object]:
    """A TOML file; `what` it is ("the rule book") and how to name another, for the error."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{what} cannot be read: {error.strerror}", where=str(path), hint=hint) from error
    except ValueError as error:  # tomllib's own errors and bytes that are not UTF-8
        raise UsageError(f"not TOML: {error}", where=str(path)) from error


def entries_of(tables: Mapping[str, object], kind: str, path: Path) -> list[tuple[dict[str, object], str]]:
    """The tables below [[kind]], each with where it stands, for errors: the file and its id, or its number."""
    found = tables.get(kind, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise UsageError(f"{kind} is not a list of tables", where=str(path), hint=f"write [[{kind}]] above each")
    return [(entry, f"{path}, {kind} {entry.get('id') or number}") for number, entry in enumerate(found, 1)]


def check_keys(table: Mapping[str, object], keys: Sequence[str], where: str) -> None:
    """No key but these; the error names the nearest of them."""
    for key in table:
        if key not in keys:
            near = get_close_matches(key, keys, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
            raise UsageError(f"unknown key {key!r}", where=where, hint=hint)


def text_of(table: Mapping[str, object], key: str, where: str, default: str | None = None) -> str:
    """A text; one that must be given says something."""
    value = table.get(key, default)
    if value is None:
        raise UsageError(f"{key} is missing", where=where)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise UsageError(f"{key} must be a text that says something, not {value!r}", where=where)
    return value


def texts_of(table: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    """A list of texts, () where the key is absent; none is given empty."""
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"{key} must be a list of texts, not {values!r}", where=where)
    if key in table and not values:
        raise UsageError(f"{key} is empty", where=where)
    return tuple(values)


def choice_of(table: Mapping[str, object], key: str, choices: tuple[Choice, ...], where: str) -> Choice:
    """One of the choices."""
    value = text_of(table, key, where)
    for one in choices:
        if value == one:
            return one
    raise UsageError(f"{key} must be {' or '.join(map(str, choices))}, not {value!r}", where=where)


def flag_of(table: Mapping[str, object], key: str, where: str) -> bool:
    """True or false; false where the key is absent."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise UsageError(f"{key} must be true or false, not {value!r}", where=where)
    return value


def number_of(table: Mapping[str, object], key: str, where: str) -> float | None:
    """Return the number of a key, None without that key. Raises UsageError for other types."""
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise UsageError(f"{key} must be a number, not {value!r}", where=where)
    return value
