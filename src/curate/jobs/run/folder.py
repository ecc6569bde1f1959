"""A run: the folder that keeps what a scan found, so that nothing is measured twice; never inside the data."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.corpus.files import DataFile
from curate.corpus.owned import (
    LOCK,
    ignore_in_git,
    is_empty,
    is_owned,
    lock_file,
    machine_name,
    make_owned,
    refuse_link,
    refuse_links,
    try_lock,
)
from curate.corpus.seals import seal
from curate.corpus.write import RUNS, machine_errors, write_atomic
from curate.errors import MachineError, UsageError

# and what shards are written as
FOLDERS = {"annotations": "parquet", "samples": "arrow", "quarantined": "jsonl", "seals": "json"}
OWN_NAME = re.compile(r"(\.)?(?P<number>\d{5,})\.(?P<kind>parquet|arrow|jsonl|json)(?P<half>\.[0-9a-f]{8}\.tmp)?")
OWN_HALF = re.compile(
    r"\.((manifest|scan|figures|base|seal)\.json|(clusters|matches)\.parquet|quarantine\.jsonl)\.[0-9a-f]{8}\.tmp"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Paths inside a run folder; shards are numbered in the order of the files' names."""

    folder: Path

    def annotations(self, number: int) -> Path:
        """Annotations of shard `number`; complete once it exists."""
        return self.folder / "annotations" / f"{number:05d}.parquet"

    def samples(self, number: int) -> Path:
        """The diversity sample of shard `number`."""
        return self.folder / "samples" / f"{number:05d}.arrow"

    def quarantined(self, number: int) -> Path:
        """Rows of shard `number` that could not be read; absent if there are none."""
        return self.folder / "quarantined" / f"{number:05d}.jsonl"

    def seal(self, number: int) -> Path:
        """The seal of what was found in shard `number`; written last, it says that all of it is there."""
        return self.folder / "seals" / f"{number:05d}.json"

    def found(self, number: int) -> list[Path]:
        """Kept files of shard `number`."""
        return [self.annotations(number), self.samples(number), self.quarantined(number)]

    @property
    def figures_seal(self) -> Path:
        """The seal of the figures and clusters."""
        return self.folder / "seals" / "figures.json"

    @property
    def manifest_seal(self) -> Path:
        """The seal of the manifest."""
        return self.folder / "seals" / "manifest.json"

    @property
    def quarantine(self) -> Path:
        """All rows and files that could not be read."""
        return self.folder / "quarantine.jsonl"

    @property
    def clusters(self) -> Path:
        """Documents in near-duplicate clusters."""
        return self.folder / "clusters.parquet"

    @property
    def matches(self) -> Path:
        """Documents that repeat one of the index; absent without --index."""
        return self.folder / "matches.parquet"

    @property
    def scan(self) -> Path:
        """The figures."""
        return self.folder / "scan.json"

    @property
    def manifest(self) -> Path:
        """Settings, inputs and versions."""
        return self.folder / "manifest.json"


def run_of(folder: Path | None, files: list[DataFile]) -> Run:
    """Where the run for these bytes is, or will be; beside a folder of that name that was not made here."""
    if folder is not None:
        return Run(folder)
    usual = Path(RUNS) / input_fingerprint(files)
    return Run(usual if _may_take(usual) else usual.with_name(f"{usual.name}-{machine_name()}"))


def open_run(folder: Path | None, files: list[DataFile]) -> Run:
    """The run for these bytes, its folder made.

    Raises MachineError where that cannot be, UsageError where the folder is not curate's or holds links.
    """
    if folder is None:
        refuse_link(Path(RUNS))
    run = run_of(folder, files)
    refuse_link(run.folder)
    with machine_errors(run.folder):
        if not _may_take(run.folder):
            raise UsageError(
                "holds files that are not a run made on this machine, and nothing of yours is overwritten",
                where=str(run.folder),
                hint="-o NEW, or an earlier run",
            )
        make_owned(run.folder)
        refuse_links(run.folder)
    return run


def _may_take(folder: Path) -> bool:
    """Return whether a run may lie there: nothing does, or curate made the folder, or it is empty."""
    if not os.path.lexists(folder) or is_owned(folder):
        return True
    return not folder.is_symlink() and folder.is_dir() and is_empty(folder, LOCK, ".manifest.json.")


def begin_run(run: Run, manifest: bytes) -> None:
    """Mark the folder as a run before anything else lies in it; scan.json goes if it speaks of something else."""
    with machine_errors(run.folder):
        if not _as_before(run.manifest, manifest):
            run.scan.unlink(missing_ok=True)
        write_atomic(run.manifest, manifest)
        run.matches.unlink(missing_ok=True)
        ignore_in_git(run.folder)
        for name in FOLDERS:
            (run.folder / name).mkdir(exist_ok=True)
    seal(run.manifest_seal, [run.manifest])


def _as_before(path: Path, manifest: bytes) -> bool:
    """Return whether the manifest says the same, whatever the origin of settings and the spelling of paths."""
    try:
        before, now = json.loads(path.read_bytes()), json.loads(manifest)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(before, dict) and _said(before) == _said(now)


def _said(manifest: dict[str, Any]) -> dict[str, Any]:
    settings = manifest.get("settings")
    told = {**settings, "paths": None} if isinstance(settings, dict) else settings
    return {**manifest, "origins": None, "columns": None, "settings": told}


def forget_other_files(run: Run, shards: int) -> None:
    """Remove what a run of more shards, an earlier version or killed processes left; no file of the user's."""
    for path in run.folder.iterdir():
        if OWN_HALF.fullmatch(path.name):
            path.unlink()
    for folder, kind in FOLDERS.items():
        for path in (run.folder / folder).iterdir():
            found = OWN_NAME.fullmatch(path.name)
            old = found and (found["half"] or int(found["number"]) >= shards or found["kind"] != kind)
            if old or OWN_HALF.fullmatch(path.name):
                path.unlink()


@contextmanager
def locked(run: Run) -> Iterator[None]:
    """Hold the run for one process; the system lets go of it whatever happens to that process. Raises MachineError."""
    with ExitStack() as held:
        with machine_errors(run.folder):
            file = held.enter_context(lock_file(run.folder / LOCK))
            if not try_lock(file):
                raise MachineError(
                    "another curate is working in this run folder", where=str(run.folder), hint="wait for it, or use -o"
                )
        yield


def input_fingerprint(files: list[DataFile]) -> str:
    """16 hex digits over the names and contents of the files, in order."""
    digest = hashlib.blake2b(digest_size=8)
    for file in files:
        digest.update(json.dumps([file.name, file.fingerprint]).encode())
    return digest.hexdigest()
