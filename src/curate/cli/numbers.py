"""Numbers as the command line takes them: ASCII digits and a point; anything else is refused with what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.errors import UsageError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_MEANT = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(%?)", re.ASCII)
DIGITS = 4000  # Python turns no longer text into a whole number
LARGE = 1e15  # above, nobody has meant the number
_USUAL = {
    "--seed": "42", "--count": "200", "--ngram-size": "5", "--num-perm": "128", "--num-proc": "4", "--max-repeat": "2",
    "--permutations": "499", "--human-ratio": "0.3", "--threshold": "0.7", "--confidence": "0.95", "--temperature": "1",
    "--width": "0.1", "--max-tail-loss": "0.05",
}  # fmt: skip


def number(option: str) -> Callable[[str], float]:
    """Reads a value of this option. Raises UsageError, with what may have been meant."""

    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text):
            raise UsageError(f"{option} must be a number, not {_quoted(text)}", hint=_meant(option, text))
        return float(text)

    read.__name__ = "number"
    return read


def whole(option: str) -> Callable[[str], int]:
    """As `number`, of whole numbers."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or len(text) > DIGITS:
            said = float(text) if _NUMBER.fullmatch(text) else LARGE
            hint = f"{option} {said:.0f}" if abs(said) < LARGE else _usual(option)
            raise UsageError(f"{option} must be a whole number, not {_quoted(text)}", hint=hint)
        return int(text)

    read.__name__ = "whole number"
    return read


def _usual(option: str) -> str:
    return f"{option} {_USUAL[option]}" if option in _USUAL else ""


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _meant(option: str, text: str) -> str:
    """A percentage or a decimal comma, as the option takes it."""
    found = _MEANT.fullmatch(text.strip())
    if not found or len(text) > 40:
        return _usual(option)
    value = float(found[1].replace(",", "."))
    return f"{option} {value / 100 if found[2] else value:g}"
