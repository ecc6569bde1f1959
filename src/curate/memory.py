"""Memory that a command may use: one bound for the process, given once; what can never fit is refused with a number."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass

from curate.amounts import size
from curate.errors import MachineError

DEFAULT = 4 << 30
MEASURED = 20  # bytes of memory that a byte of text takes while it is measured, where tokens are a letter long
PARSED = 25  # and a byte of JSON, or of a Parquet file's footer, while it is parsed: objects of two or three bytes
SHORTER = ", or a smaller --max-document-size, which leaves it out"
_M_MMAP_THRESHOLD, _LARGE = -3, 1 << 20  # of glibc's malloc.h; bytes
_STEP = 100_000_000  # what a refusal asks for is a multiple of it


@dataclass(slots=True)
class _Given:
    bound: int = DEFAULT


_GIVEN = _Given()


def give(bound: int) -> None:
    """Set the bound of this process, in bytes; readers cut tables into smaller slices where there is less."""
    _GIVEN.bound = bound


def give_back() -> None:
    """Return freed memory to the system, and large arrays from now on when they are freed. Without glibc: nothing.

    Workers leave hundreds of megabytes in the C library's arenas. What follows them uses few, large arrays.
    """
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)  # a fixed threshold: by itself it grows to 32 MiB
        library.malloc_trim(0)
    except (AttributeError, OSError):
        return


def share(parts: int) -> int:
    """One of so many equal parts of the bound."""
    return _GIVEN.bound // parts


def check(need: int, what: str, where: str = "", *, instead: str = "", bound: int | None = None) -> None:
    """Raises MachineError, which says how much memory would do, for what does not fit even alone.

    instead: what else there is to do, ", or" before it: all there is where this machine has no such memory.
    """
    bound = _GIVEN.bound if bound is None else bound
    if need > bound:
        enough = -(-need // _STEP) * _STEP
        fits = f"--memory {size(enough)}" if enough <= _machine() else f"a machine with {size(enough)} of memory"
        raise MachineError(f"{what} needs more than --memory {size(bound)}", where=where, hint=f"{fits}{instead}")


def _machine() -> float:
    """Memory of this machine in bytes, without end where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return float("inf")
