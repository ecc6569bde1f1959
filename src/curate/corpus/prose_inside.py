"""Prose in a value: also inside a string of JSON, or cut into a list of words."""

from __future__ import annotations

import json
import re
from typing import Any

from curate.corpus.text_looks import is_prose

LEAST_PIECES = 20  # short strings of a list that are read as one text; fewer are tags
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)+)\"|'((?:[^'\\]|\\.)+)'", re.DOTALL)
_DEEP = 4  # strings of JSON within each other


def prose_in(value: str) -> list[str]:
    """The texts that people read: the value, or strings and keys inside it where it is JSON, well formed or not."""
    if value.lstrip()[:1] not in ("{", "["):
        return [value] if is_prose(value) else []
    return _inside(value, _DEEP)


def joined(values: list[Any]) -> str:
    """A list of many short strings as one text; "" for another list."""
    short = [one for one in values if isinstance(one, str)]
    return " ".join(short) if len(short) >= LEAST_PIECES and not any(map(is_prose, short)) else ""


def without_blanks(text: str) -> str:
    """For comparing texts of which one was cut into words."""
    return "".join(text.split())


def _inside(value: str, deep: int) -> list[str]:
    try:
        strings = _strings(json.loads(value))
    except (ValueError, RecursionError):
        if is_prose(value):
            return [value]
        strings = [double or single for double, single in _QUOTED.findall(value)]
        strings += [joined(strings)]
    found: list[str] = []
    for one in strings:
        if deep and one.lstrip()[:1] in ("{", "["):
            found += _inside(one, deep - 1)
        elif is_prose(one):
            found.append(one)
    return found


def _strings(value: Any) -> list[str]:
    found: list[str] = []
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, list):
            whole = joined(one)
            stack += reversed([whole] if whole else one)
        elif isinstance(one, dict):
            found += one
            stack += reversed(one.values())
    return found
