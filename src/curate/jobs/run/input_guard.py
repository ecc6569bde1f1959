"""Guard of the input: the fingerprinted bytes must be the measured and the written ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from curate.corpus.files import DataFile
from curate.corpus.remote.fetched import changed_since
from curate.corpus.remote.store import is_remote
from curate.corpus.shards import fingerprint
from curate.errors import DataError

TICK = 20_000_000  # ns: file systems stamp a change with the time of the last clock tick, some ms ago


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as it stood when its fingerprint had been taken; `settled` if no change can hide in a clock tick."""

    file: DataFile
    state: tuple[int, ...]
    settled: bool

    def stands(self) -> bool:
        """Return whether the file still has its fingerprint's content; reads it only where its state does not tell."""
        try:
            if self.settled and _state(self.file.path) == self.state:
                return True
            return fingerprint(self.file.path) == self.file.fingerprint
        except OSError:
            return False


def sight(files: Sequence[DataFile], since: int) -> tuple[Sighting, ...]:
    """The state of each file; `since` is time.time_ns() before the first fingerprint was begun."""
    return tuple(_sighting(file, since) for file in files)


def _sighting(file: DataFile, since: int) -> Sighting:
    if is_remote(file.path):
        return Sighting(file, (), settled=True)
    try:
        state = _state(file.path)
    except OSError:
        return Sighting(file, (), settled=False)
    return Sighting(file, state, settled=state[0] < since - TICK)


def _state(path: str) -> tuple[int, ...]:
    """Time of the last change first: ctime, which no tool can set back."""
    found = Path(path).stat()
    return found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


def check_unchanged(sightings: Sequence[Sighting]) -> None:
    """Raises DataError for files that were changed or removed since they were seen."""
    remote = [one.file for one in sightings if is_remote(one.file.path)]
    gone = set(changed_since([file.path for file in remote]))
    lost = [file.name for file in remote if file.path in gone]
    lost += [one.file.name for one in sightings if not is_remote(one.file.path) and not one.stands()]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise DataError(
            f"changed or vanished while it was being read{more}", where=lost[0], hint="the same command, once it rests"
        )


@contextmanager
def unchanged(sightings: Sequence[Sighting]) -> Iterator[None]:
    """Holds the block to its input: a change raises DataError, also where it is what made the block fail."""
    try:
        yield
    except Exception:
        check_unchanged(sightings)
        raise
    check_unchanged(sightings)
