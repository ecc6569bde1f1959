"""The folder of a mix: not there, or whole. It grows beside its final place, held by one process."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from curate.corpus.write import machine_errors
from curate.errors import MachineError, UsageError


def check_output(output: Path, inputs: Sequence[str]) -> None:
    """Before any work: the folder is new or empty, may be written, and no later scan of the input would read it.

    Raises UsageError and MachineError.
    """
    place = _place(output)
    if place == Path.cwd():
        raise UsageError("is the folder you are in", where=str(output), hint="-o NEW")
    _check_name(place)
    with machine_errors(output):
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir() or any(place.iterdir())):
            raise UsageError(
                "the output is there already, and nothing is overwritten", where=str(output), hint="-o NEW"
            )
        parent = next(folder for folder in place.parents if folder.exists())
        if parent.is_dir() and not os.access(parent, os.W_OK | os.X_OK):
            raise PermissionError(13, "permission denied")
    for folder in map(Path, inputs):
        if folder.is_dir() and place.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"lies inside {folder}, whose next scan would read it as data",
                where=str(output),
                hint="-o FOLDER beside the input, or name the input's files: 'corpus/*.parquet'",
            )


def _check_name(place: Path) -> None:
    try:
        str(place).encode()
    except UnicodeEncodeError as error:
        raise UsageError("has a name that is not UTF-8", where=str(place), hint="-o NEW") from error


@contextmanager
def all_or_nothing(output: Path) -> Iterator[Path]:
    """A folder to write in, that becomes `output` when the block ends well and vanishes when it does not.

    What a killed process left of it is cleared away. Raises MachineError, also where another process writes here.
    """
    place = _place(output)
    partial = place.with_name(f".{place.name}.partial")
    with machine_errors(output), _held(partial):
        try:
            _clear(partial)
            yield partial
            partial.rename(place)  # takes the place of an empty folder, and of nothing else
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def _place(output: Path) -> Path:
    """Where it is, whatever the way there: "." has no name that a folder beside it could bear."""
    return Path(os.path.abspath(output))  # noqa: PTH100 (resolve() would follow a link at its end)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder, made and locked; the system lets go of it whatever happens to this process."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not _lock(handle, folder):
            raise MachineError("another curate is writing this mix", where=str(folder), hint="wait for it, or use -o")
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> bool:
    """False where another process holds it, or has just finished with it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
