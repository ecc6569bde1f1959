"""JSON text into values, with numbers that Python does not read, or that no double holds, kept as they are written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any


class Number(float):
    """A number that no double holds, or none at all (NaN), with the text it is written as."""

    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text.replace("Infinity", "inf"))
        number.text = text
        return number


def value_of(text: str, hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of JSON text; whole numbers of more digits than Python reads (4,300) are Numbers. Raises ValueError.

    hook: makes an object of its pairs.
    """
    try:
        return json.loads(text, object_pairs_hook=hook)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_int=_whole, object_pairs_hook=hook)


def exact_value(text: str) -> Any:
    """The value of JSON text; numbers beyond a double keep how they are written."""
    return json.loads(text, parse_int=_whole, parse_float=_float, parse_constant=Number)


def _whole(text: str) -> int | Number:
    try:
        return int(text)
    except ValueError:
        return Number(text)


def _float(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else Number(text)
