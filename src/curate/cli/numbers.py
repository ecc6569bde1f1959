"""Numbers as the command line takes them: ASCII digits and a point; anything else is refused with what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from curate.errors import UsageError
from curate.settings.setting import Setting

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_MEANT = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(%?)", re.ASCII)
DIGITS = 4000  # Python turns no longer text into a whole number
LARGE = 1e15  # above, nobody has meant the number


def number(of: Setting[Any]) -> Callable[[str], float]:
    """Reads a value of this setting. Raises UsageError, with what may have been meant."""

    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text):
            raise UsageError(f"{of.option} must be a number, not {_quoted(text)}", hint=_meant(of, text))
        return float(text)

    read.__name__ = "number"
    return read


def whole(of: Setting[Any]) -> Callable[[str], int]:
    """As `number`, of whole numbers."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or len(text) > DIGITS:
            said = float(text) if _NUMBER.fullmatch(text) else LARGE
            hint = f"{of.option} {said:.0f}" if abs(said) < LARGE else _usual(of)
            raise UsageError(f"{of.option} must be a whole number, not {_quoted(text)}", hint=hint)
        return int(text)

    read.__name__ = "whole number"
    return read


def _usual(of: Setting[Any]) -> str:
    return f"{of.option} {of.usual}" if of.usual else ""


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _meant(of: Setting[Any], text: str) -> str:
    """A percentage or a decimal comma, as the option takes it."""
    found = _MEANT.fullmatch(text.strip())
    if not found or len(text) > 40:
        return _usual(of)
    value = float(found[1].replace(",", "."))
    return f"{of.option} {value / 100 if found[2] else value:g}"
