"""Numbers for people, in one style: shares, counts, sizes. Nothing else in curate rounds a number that is printed."""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Decimal
from math import floor, isfinite, log10

_LONG = re.compile(r"(?<![\w.])-?\d+\.\d{5,}(?:e[+-]?\d+)?(?!\w|\.\d)", re.ASCII)
SIZES = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
BINARY = (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


def percent(share: float) -> str:
    """Format a share as 0 %, <0.1 %, 0.3 %, 12 %, >99.9 % or 100 %; 0 % and 100 % mean exactly none and all."""
    value = 100 * share
    if not isfinite(value):
        return "unknown"
    if value < 0:
        return f"-{percent(-share)}"
    if 0 < value < 0.1:
        return "<0.1 %"
    if 99.9 < value < 100:
        return ">99.9 %"
    whole = value in (0, 100) or 9.95 <= value <= 99 or value > 100
    return f"{value:.0f} %" if whole else f"{value:.1f} %".replace(".0 %", " %")


def exact(share: float) -> str:
    """Format a share from a setting without rounding: 99.99 %, 0.05 %."""
    return f"{round(100 * share, 10):.10g} %"


def at_least(share: float) -> str:
    """Format a lower bound, rounded down: 95.2 % for .95299, 100 % for 1 only."""
    cut = Decimal(share).quantize(Decimal("0.001"), ROUND_FLOOR)
    return "more than 0 %" if cut == 0 < share else f"{100 * cut:f}".rstrip("0").rstrip(".") + " %"


def span(low: float, high: float) -> str:
    """Format an interval of shares: 3.1 % to 12 %."""
    return f"{percent(low)} to {percent(high)}"


def growth(ratio: float) -> str:
    """Growth of a figure relative to its former value: +3.8 %, -<0.1 %, 0 % for no change at all."""
    sign = "" if ratio == 0 else "-" if ratio < 0 else "+"
    return f"{sign}{percent(abs(ratio))}"


def points(difference: float) -> str:
    """A difference of two shares, in points of a percentage: +2 points, -0.3 points, -<0.1 points."""
    sign = "-" if difference < 0 else "+"
    return f"{sign}{percent(abs(difference)).removesuffix(' %')} points"


def count(value: float) -> str:
    """A whole number with separators: 12,345."""
    return f"{value:,.0f}"


def counted(number: int, what: str) -> str:
    """A number with its noun: "1 file", "2,000 files"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def number(value: float) -> str:
    """Any other number to three digits, without an exponent: 2.54, 0.0035, 123,000 as it is."""
    if not isfinite(value):
        return "unknown"
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 - floor(log10(abs(value)))
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def readable(sentence: str) -> str:
    """The sentence with every number of many digits cut to what people read; programs have it whole elsewhere."""
    return _LONG.sub(lambda found: number(float(found[0])), sentence)


def size(value: float) -> str:
    """A number of bytes as the options take it: 4GB, 256MiB, 1.5GB, 512 bytes."""
    bytes_ = int(value)
    for unit, factor in sorted((*SIZES, *BINARY), key=lambda one: -one[1]):
        if bytes_ and bytes_ % factor == 0:
            return f"{bytes_ // factor}{unit}" if bytes_ // factor < 10_000 else _rounded(bytes_)
    return _rounded(bytes_)


def of_text(value: int) -> str:
    """Bytes of text in MB, in kB or bytes where that would be 0.0 MB: 0.9 MB, 36.5 kB."""
    unit, factor = ("MB", 10**6) if value >= 50_000 else ("kB", 10**3) if value >= 10**3 else ("bytes", 1)
    return f"{value / factor:,.1f} {unit}" if factor > 1 else f"{value:,} {unit}"


def so_far(done: int, total: int) -> str:
    """Bytes of a total, in the unit of the total: 1.2 of 70 MB."""
    unit, factor = next((one for one in SIZES if total >= one[1]), ("bytes", 1))
    part, whole = (f"{value / factor:,.1f}".removesuffix(".0") for value in (done, total))
    return f"{part} of {whole} {unit}"


def _rounded(bytes_: int) -> str:
    for unit, factor in SIZES:
        if bytes_ >= factor:
            return f"{bytes_ / factor:.1f}".removesuffix(".0") + unit
    return f"{bytes_:,} bytes"
