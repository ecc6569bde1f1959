"""The user's cache folder, and the key of this machine in it; both belong to one user and lie in no repository."""

from __future__ import annotations

import functools
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from curate.errors import MachineError

KEY_FILE = "key"
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def cache_folder() -> Path:
    """The folder for compiled kernels, derived tables and baselines.

    Kernels are loaded as code, so the folder must be this user's alone and outside every repository. A temporary folder
    takes its place where there is no such folder.
    """
    return next((place for place in _places() if _is_private(place)), None) or _own_temporary()


def _places() -> Iterator[Path]:
    """Where the folder may lie, the best first."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        yield Path(given) / "curate"
    elif home := _home():
        yield home / ".cache" / "curate"
    with suppress(FileNotFoundError):  # no temporary folder can be written either
        yield Path(tempfile.gettempdir()) / f"curate-{os.getuid()}"


def _home() -> Path | None:
    """None for a user whom neither the environment nor the system's list of users gives a home."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def machine_key() -> bytes:
    """32 secret bytes that this user's cache folder keeps: what they sign was made here.

    Where its disk has no room for them, the next folder keeps them: what one run signs the next one knows.
    """
    for place in filter(_is_private, _places()):
        try:
            _create(place / KEY_FILE, secrets.token_bytes(32))
        except FileExistsError:
            pass
        except OSError:
            continue
        if key := _kept_key(place):
            return key
    return _key_of_process()


def machine_keys() -> Iterator[bytes]:
    """The keys that may have signed what was made here: that of now, and those of times when a disk was full."""
    yield machine_key()
    for place in _places():
        if (place / KEY_FILE).exists() and _is_private(place) and (key := _kept_key(place)):
            yield key


def _kept_key(place: Path) -> bytes:
    """The key of a folder; b"" where it is damaged or cannot be read."""
    try:
        with os.fdopen(os.open(place / KEY_FILE, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            key = file.read()
    except OSError:
        return b""
    return key if len(key) == 32 else b""


def _create(path: Path, content: bytes) -> None:
    """The file, whole; raises FileExistsError where it is there already."""
    if path.exists():
        raise FileExistsError(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        os.link(temporary, path)  # as one of several processes: the first one's key counts
    finally:
        temporary.unlink(missing_ok=True)


def _is_private(place: Path) -> bool:
    """Return whether the folder, made if it is not there, is this user's own and nobody else can write in it."""
    if _in_repository(place):
        return False
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH:
            return False
        if found.st_mode & _OTHERS and not _is_closed(place, stat.S_IMODE(found.st_mode)):
            return False
    except OSError:
        return False
    return os.access(place, os.W_OK | os.X_OK)


def _is_closed(place: Path, mode: int) -> bool:
    """Close a folder that the group could write in; it stays open, and unused, where somebody else's file is in it."""
    place.chmod(0o700)
    if all(path.lstat().st_uid == os.geteuid() for path in place.rglob("*")):
        return True
    place.chmod(mode)
    return False


def _in_repository(place: Path) -> bool:
    """Return whether a change under review could put files there: it is in a checkout other than the home folder's."""
    checkouts = [parent for parent in place.absolute().parents if (parent / ".git").exists()]
    return any(checkout != _home() or Path.cwd().is_relative_to(checkout) for checkout in checkouts)


@functools.cache
def _own_temporary() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="curate-"))
    except OSError as error:
        raise MachineError(
            "no folder can be written in which compiled kernels may lie", hint="set XDG_CACHE_HOME to a folder of yours"
        ) from error


@functools.cache
def _key_of_process() -> bytes:
    return secrets.token_bytes(32)
