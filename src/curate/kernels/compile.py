"""The one place that talks to numba's compiler and its cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def cache_folder() -> Path:
    """The user's cache folder for compiled kernels and derived tables; a temporary one if that is not writable."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "curate"
    try:
        base.mkdir(parents=True, exist_ok=True)
        writable = os.access(base, os.W_OK)
    except OSError:
        writable = False
    return base if writable else Path(tempfile.gettempdir()) / f"curate-{os.getuid()}"


def sources_digest(folder: Path) -> str:
    """Changes with any module of a folder: numba looks only at the file of a kernel, not at kernels that it calls."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "kernels" / sources_digest(Path(__file__).parent)))

import numba  # noqa: E402  numba reads the variable once, when it is imported


def kernel(function: F) -> F:
    """Compile lazily, release the GIL, keep the machine code in the user's cache folder."""
    compiled: Any = numba.njit(nogil=True, cache=True)(function)
    return cast("F", compiled)


def forget_compiled() -> None:
    """Throw away all machine code in the cache folder: the next call of each kernel compiles it anew."""
    shutil.rmtree(os.environ["NUMBA_CACHE_DIR"], ignore_errors=True)
