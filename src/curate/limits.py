"""Bounds of options: one sentence for whatever lies outside them."""

from __future__ import annotations

from collections.abc import Callable

from curate.amounts import number
from curate.errors import UsageError


def check_within(
    option: str, value: float, low: float, high: float, *, shown: Callable[[float], str] = number, usual: str = ""
) -> None:
    """Raises UsageError for a value outside [low, high]; `shown` prints it with its unit, `usual` is one to try."""
    if not low <= value <= high:
        hint = f"{option.rpartition('/')[2]} {usual}" if usual else ""
        shown = shown if shown is not number else _exact
        raise UsageError(f"{option} is {shown(value)}, and must be from {shown(low)} to {shown(high)}", hint=hint)


def _exact(value: float) -> str:
    """A number that no rounding takes across a bound: 0.9999 is not 1."""
    plain = f"{value:g}"
    return plain if "e" not in plain and abs(value) < 10_000 and float(plain) == value else number(value)
