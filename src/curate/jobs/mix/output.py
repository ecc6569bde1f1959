"""The folder of a mix: not there, or whole. It grows beside its final place, held by one process."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from curate.corpus.held_folders import clear_unheld, held_folder, is_left
from curate.corpus.owned import make_owned
from curate.corpus.write import machine_errors
from curate.errors import MachineError, UsageError

PARTIAL = ".partial"


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

    It grows in a new folder beside `output`, of a random name. What killed processes left there is cleared away where
    curate made it. Raises MachineError, also where another process writes the same mix.
    """
    place = _place(output)
    with machine_errors(output), ExitStack() as held:
        place.parent.mkdir(parents=True, exist_ok=True)
        for folder in _leftovers(place):
            if not clear_unheld(folder):
                raise MachineError(
                    "another curate is writing this mix", where=str(folder), hint="wait for it, or use -o"
                )
        partial = place.with_name(f".{place.name}.{secrets.token_hex(8)}{PARTIAL}")
        held.enter_context(held_folder(partial))
        make_owned(partial)
        whole = partial / "mix"
        whole.mkdir()
        yield whole
        whole.rename(place)  # takes the place of an empty folder, and of nothing else


def _leftovers(place: Path) -> list[Path]:
    """Folders in which curate began to write this mix on this machine; of one killed at once nothing is in them."""
    name = re.compile(rf"\.{re.escape(place.name)}\.[0-9a-f]{{16}}{re.escape(PARTIAL)}")
    found = (path for path in place.parent.iterdir() if name.fullmatch(path.name))
    return [path for path in found if is_left(path)]


def _place(output: Path) -> Path:
    """Where it is, whatever the way there: "." has no name that a folder beside it could bear."""
    return Path(os.path.abspath(output))  # noqa: PTH100 (resolve() would follow a link at its end)
