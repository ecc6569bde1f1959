"""The one place that talks to numba's compiler and its cache."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

from curate.kernels.user_cache import cache_folder
from curate.kernels.yaml_lock import YAML

F = TypeVar("F", bound=Callable[..., Any])


def sources_digest(folder: Path) -> str:
    """Changes with any module of a folder: numba looks only at the file of a kernel, not at kernels that it calls."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "kernels" / sources_digest(Path(__file__).parent)))


def _import_numba() -> None:
    """Import numba without `.numba_config.yaml` of the working folder, which would name classes to load.

    A data set under review may hold such a file; numba reads it only where it can import yaml.
    """
    with YAML:
        yaml = sys.modules.pop("yaml", None)
        sys.modules["yaml"] = None  # type: ignore[assignment]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                config = import_module("numba.core.config")
        finally:
            del sys.modules["yaml"]
            if yaml is not None:
                sys.modules["yaml"] = yaml
    config._config_fname = ""  # type: ignore[attr-defined]


_import_numba()

import numba  # noqa: E402  numba reads the variable once, when it is imported
from llvmlite import ir  # noqa: E402
from llvmlite.binding import ffi  # noqa: E402
from numba import types  # noqa: E402
from numba.core.caching import FunctionCache, IndexDataCacheFile  # noqa: E402
from numba.core.runtime import rtsys  # type: ignore[attr-defined] # noqa: E402
from numba.cpython.unsafe import numbers  # noqa: E402
from numba.extending import intrinsic  # noqa: E402


def _tell_of_no_calls() -> None:
    """Take back what numba has registered to tell of each call of LLVM: 7,000 at a start, and nobody listens."""
    for callbacks in tuple(getattr(getattr(ffi.lib, "_lock", None), "_cblist", ())):
        ffi.unregister_lock_callback(*callbacks)


_tell_of_no_calls()

trailing_zeros: Any = numbers.trailing_zeros  # for kernels: of a uint64, 64 of none
leading_zeros: Any = numbers.leading_zeros
BLOCK = 64  # bytes that are looked at together
SEEN = (0, 68)  # the newest numba in which machine code was seen to need nothing but the runtime


class _WholeFiles(IndexDataCacheFile):
    """Files that end in a checksum: damaged machine code ends the process, and a damaged pickle may do anything."""

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[Any]:
        with super()._open_for_write(filepath) as file:
            held = io.BytesIO()
            yield held
            file.write(held.getvalue() + _checksum(held.getvalue()))

    def _load_index(self) -> Any:
        return super()._load_index() if _is_whole(self._index_path) else {}  # type: ignore[no-untyped-call]

    def _load_data(self, name: str) -> Any:
        if not _is_whole(self._data_path(name)):  # type: ignore[no-untyped-call]
            raise OSError(f"{name} is damaged")  # for numba the same as no file: it compiles anew
        return super()._load_data(name)  # type: ignore[no-untyped-call]


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _is_whole(path: str) -> bool:
    try:
        content = Path(path).read_bytes()
    except OSError:
        return False
    return _checksum(content[:-16]) == content[-16:]


class _ReadyCode(FunctionCache):
    """Machine code, loaded without the compiler: numba would ready that first, a third of a second of imports."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        self._cache_file.__class__ = _WholeFiles

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the machine code; a folder that cannot be written costs time only."""
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The overload, or None where it must be compiled."""
        found = None
        if numba.version_info.short <= SEEN:
            rtsys.initialize(target_context)
            with self._guard_against_spurious_io_errors():
                found = self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        return super().load_overload(sig, target_context) if found is None else found  # type: ignore[no-untyped-call]


def kernel(function: F) -> F:
    """Compile lazily, release the GIL, keep the machine code in the user's cache folder.

    For speed of start-up no kernel says `in` of a tuple, gives an array to a part of another or calls NumPy's functions
    of whole arrays: numba would bring its lists, its texts, or its linear algebra with SciPy's.
    """
    compiled: Any = numba.njit(nogil=True)(function)
    compiled._cache = _ReadyCode(function)
    return cast("F", compiled)


def inlined(function: F) -> F:
    """For a large function that one kernel calls: as if it stood there, for a call costs 10 ns for every array."""
    return cast("F", numba.njit(inline="always")(function))


def forget_compiled() -> None:
    """Throw away all machine code in the cache folder: the next call of each kernel compiles it anew."""
    shutil.rmtree(os.environ["NUMBA_CACHE_DIR"], ignore_errors=True)


def _between(typing_context: Any, values: Any, at: Any, low: Any, high: Any) -> Any:  # noqa: ARG001
    """For kernels: a uint64 with bit k set where low <= values[at + k] <= high, of uint8 values; in few instructions.

    All 64 bytes must be there. LLVM makes one or more vector instructions of it, whatever the processor has.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _load_block(context, builder, signature, arguments[0], arguments[1])
        low, high = (_everywhere(builder, argument) for argument in arguments[2:])
        below = builder.icmp_unsigned("<=", builder.sub(block, low), builder.sub(high, low))
        return builder.bitcast(below, ir.IntType(BLOCK))

    return types.uint64(values, at, types.uint8, types.uint8), generate


def _as_next(typing_context: Any, values: Any, at: Any) -> Any:  # noqa: ARG001
    """For kernels: a uint64 with bit k set where values[at + k] == values[at + k + 1]; all 65 must be there."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _load_block(context, builder, signature, *arguments)
        following = builder.add(arguments[1], ir.Constant(arguments[1].type, 1))
        other = _load_block(context, builder, signature, arguments[0], following)
        return builder.bitcast(builder.icmp_unsigned("==", block, other), ir.IntType(BLOCK))

    return types.uint64(values, at), generate


def _load_block(context: Any, builder: Any, signature: Any, values: Any, at: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, values).data
    block = ir.VectorType(ir.IntType(8), BLOCK)
    loaded = builder.load(builder.bitcast(builder.gep(data, [at]), block.as_pointer()))
    loaded.align = 1
    return loaded


def _everywhere(builder: Any, byte: Any) -> Any:
    block = ir.VectorType(ir.IntType(8), BLOCK)
    first = builder.insert_element(ir.Constant(block, ir.Undefined), byte, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), BLOCK), [0] * BLOCK)
    return builder.shuffle_vector(first, ir.Constant(block, ir.Undefined), zeros)


bytes_between: Any = intrinsic(_between)
bytes_as_next: Any = intrinsic(_as_next)
