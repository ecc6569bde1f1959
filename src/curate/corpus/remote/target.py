"""Places in a remote store that files are written to; each kind of store has a module beside this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol

from curate.corpus.remote.store import with_plain_scheme
from curate.errors import UsageError

_HOMES = {"s3": "s3_target", "hf": "hub_target"}


class Target(Protocol):
    """One place. Every method raises UsageError, DataError or MachineError with what to do."""

    def check(self) -> None:
        """Before any work: the store answers, and nothing is there yet."""

    def send(self, files: Mapping[str, Path], last: str) -> Iterator[int]:
        """Write the files by their names, so that nobody finds `last` before all others; yield the bytes sent so far.

        Nothing that is there is overwritten.
        """

    def written(self) -> str:
        """The place, as exactly as the store names what was written."""


def target_of(place: str) -> Target:
    """Raises UsageError for a store that is not written to, or a place that no store has."""
    place = with_plain_scheme(place)
    home = _HOMES.get(place.partition("://")[0])
    if home is None or "://" not in place:
        hint = "write to a folder, s3://BUCKET/FOLDER or hf://datasets/ORG/NAME"
        raise UsageError("is a store that no mix is written to", where=f"-o {place}", hint=hint)
    target: Target = import_module(f"curate.corpus.remote.{home}").Place(place)
    return target
