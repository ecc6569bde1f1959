"""How much remote stores have sent to this process: the progress of what is fetched."""

from __future__ import annotations

from threading import Lock

_lock = Lock()
_so_far = 0


def add(count: int) -> None:
    """So many more bytes have come; called by the threads that fetch."""
    global _so_far
    with _lock:
        _so_far += count


def so_far() -> int:
    """Bytes that have come."""
    return _so_far
