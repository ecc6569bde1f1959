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
from numba.core.caching import FunctionCache  # noqa: E402
from numba.core.runtime import rtsys  # type: ignore[attr-defined] # noqa: E402
from numba.cpython.unsafe import numbers  # noqa: E402

trailing_zeros: Any = numbers.trailing_zeros  # for kernels: of a uint64, 64 of none
SEEN = (0, 68)  # the newest numba in which machine code was seen to need nothing but the runtime


class _ReadyCode(FunctionCache):
    """Machine code, loaded without the compiler: numba would ready that first, a third of a second of imports."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The overload, or None where it must be compiled."""
        found = None
        if numba.version_info.short <= SEEN:
            rtsys.initialize(target_context)
            with self._guard_against_spurious_io_errors():
                found = self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        return super().load_overload(sig, target_context) if found is None else found  # type: ignore[no-untyped-call]


def kernel(function: F) -> F:
    """Compile lazily, release the GIL, keep the machine code in the user's cache folder."""
    compiled: Any = numba.njit(nogil=True, cache=True)(function)
    compiled._cache = _ReadyCode(function)  # type: ignore[no-untyped-call]
    return cast("F", compiled)


def forget_compiled() -> None:
    """Throw away all machine code in the cache folder: the next call of each kernel compiles it anew."""
    shutil.rmtree(os.environ["NUMBA_CACHE_DIR"], ignore_errors=True)
