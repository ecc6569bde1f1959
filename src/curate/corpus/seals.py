"""Seals: what some files of curate's held when they were written, so that damage is seen and never believed.

A seal is a small JSON file, written after the files that it names. It holds their checksums and what they were made
from, signed with the key of this machine: a seal from elsewhere shows damage, but does not prove who wrote the files.
"""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import Sequence
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32

from curate.corpus.damage import DAMAGE
from curate.corpus.own_files import regular_content
from curate.corpus.shards import fingerprint
from curate.corpus.write import LARGE, write_atomic
from curate.kernels.user_cache import machine_key, machine_keys

SEAL = "seal.json"  # the name of a seal in a folder that it seals as a whole
_TICK = 10_000_000  # ns: file systems stamp a change with the time of the last clock tick


class Sealed(Enum):
    """Result of checking a seal."""

    ABSENT = "there is none, or it is of files made from something else"
    WHOLE = "they are as they were written"
    DAMAGED = "they are not"


def seal(path: Path, files: Sequence[Path], about: bytes = b"", *, synced: bool = True) -> None:
    """Seal the files as they stand, absent ones as absent; about: what they were made from. Raises MachineError.

    synced: as of `atomic_path`; a seal that is torn shows damage.
    """
    told = {"about": _hash(about), "files": {file.name: _state(file) for file in files}}
    write_atomic(path, json.dumps({**told, "proof": _proof(told, machine_key())}).encode(), sweep=False, synced=synced)


def sealed(path: Path, files: Sequence[Path], about: bytes | None = b"", *, anywhere: bool = False) -> Sealed:
    """Return whether the files are as the seal says, of whatever they were made where `about` is None.

    anywhere: a seal that another machine has written counts too, for what the user has named.
    """
    return _said(path, files, about, anywhere=anywhere)[0]


def damaged_file(path: Path, files: Sequence[Path]) -> Path | None:
    """The first of the files that is not as the seal says, whoever wrote it; the seal itself where it is none."""
    found, which = _said(path, files, None, anywhere=True)
    return which if found is Sealed.DAMAGED else None


def _said(path: Path, files: Sequence[Path], about: bytes | None, *, anywhere: bool) -> tuple[Sealed, Path]:
    if not os.path.lexists(path):
        return Sealed.ABSENT, path
    try:
        told = json.loads(regular_content(path))
        proof = told.pop("proof")
        ours = isinstance(proof, str) and any(
            hmac.compare_digest(proof.encode(), _proof(told, key).encode()) for key in machine_keys()
        )
        if about is not None and told["about"] != _hash(about):
            return (Sealed.ABSENT if ours else Sealed.DAMAGED), path
        if not (ours or anywhere) or told["files"].keys() != {file.name for file in files}:
            return Sealed.DAMAGED, path
        for file in files:
            if not _stands(file, told["files"][file.name], ours=ours, anywhere=anywhere):
                return Sealed.DAMAGED, file
    except DAMAGE:
        return Sealed.DAMAGED, path
    return Sealed.WHOLE, path


def _state(file: Path) -> list[Any] | None:
    """Checksum and `_change`, in whose clock tick no later write can hide; None where there is no file."""
    try:
        before = _change(file)
        checksum = _checksum(file, before[1])
    except FileNotFoundError:
        return None
    left = before[0] + _TICK - time.time_ns()
    if before[1] >= LARGE and left > 0:
        time.sleep(min(left, _TICK) / 1e9)
    return [checksum, before]


def _stands(file: Path, told: list[Any] | None, *, ours: bool, anywhere: bool) -> bool:
    """A large file that nobody has touched since is not read again; one that was touched is, if it may be elsewhere."""
    if told is None or not os.path.lexists(file):
        return told is None and not os.path.lexists(file)
    checksum, change = told
    now = _change(file)
    if ours and now[1] >= LARGE and (change == now or not anywhere):
        return bool(change == now)
    return bool(now[1] == change[1] and _checksum(file, now[1]) == checksum)


def _checksum(file: Path, size: int) -> str:
    """Of large files that of the CRC-32 of each MiB: a scan writes gigabytes, and anything stronger slows it down."""
    if size < LARGE:
        return fingerprint(str(file))
    digest, room = blake2b(digest_size=16), memoryview(bytearray(LARGE))
    with file.open("rb", buffering=0) as stream:
        while read := stream.readinto(room):
            digest.update(crc32(room[:read]).to_bytes(4))
    return digest.hexdigest()


def _change(file: Path) -> list[int]:
    """Time of the last change first: ctime, which no tool can set back."""
    found = file.stat()
    return [found.st_ctime_ns, found.st_size, found.st_ino]


def _hash(about: bytes) -> str:
    return blake2b(about, digest_size=16).hexdigest()


def _proof(told: dict[str, Any], key: bytes) -> str:
    return hmac.digest(key, b"seal:" + json.dumps(told, sort_keys=True).encode(), "sha256").hex()
