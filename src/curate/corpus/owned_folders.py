"""Folders in which curate wrote, by its own marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curate.corpus.not_read import Cause
from curate.corpus.own_files import is_certificate, is_index, is_manifest, is_of_index, is_of_mix, is_of_run


@dataclass(frozen=True, slots=True)
class Owner:
    """A folder in which curate wrote: `is_own` tells its files by their paths from there."""

    folder: Path
    is_own: Callable[[str], bool]
    reason: str
    cause: Cause


def owners_of(folder: Path, names: frozenset[str]) -> Iterator[Owner]:
    """Where curate's own marks say that a run, a mix or an index lies here."""
    if "manifest.json" in names and "annotations" in names and is_manifest(folder / "manifest.json"):
        yield Owner(folder, is_of_run, "is part of a run of curate", "own")
    if "certificate.json" in names and "data" in names and is_certificate(folder / "certificate.json"):
        yield Owner(folder, is_of_mix, "lies beside the data of a mix", "mix")
    if "index.json" in names and "segments" in names and is_index(folder / "index.json"):
        yield Owner(folder, is_of_index, "is part of an index of curate", "own")
