"""How long a store is asked again: back-off with jitter, as long as it says, and never for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

TRIES = 6  # without a byte between them
_FIRST, _LONGEST = 0.5, 20.0  # seconds
LONGEST_ASKED = 300.0  # seconds that a store may ask to wait; quotas are of minutes
_random = random.Random()  # never of the seed of a scan: two machines shall not ask in step


def wait(attempt: int, headers: Mapping[str, str] | None = None) -> bool:
    """Sleep before the next try, `attempt` from 0; False, at once, where the store asks for more than is waited."""
    asked = asked_seconds(headers or {})
    if asked is not None and asked > LONGEST_ASKED:
        return False
    backed_off = min(_LONGEST, _FIRST * 2**attempt)
    pause(max(asked or 0.0, backed_off * _random.uniform(0.5, 1.0)))
    return True


def asked_seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, also where it is a date; None where it says nothing that can be read."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def pause(seconds: float) -> None:
    """Sleep."""
    time.sleep(seconds)
