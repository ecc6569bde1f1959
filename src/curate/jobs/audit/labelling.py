"""A person's way through a file of labels: which document comes next, what is done, how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from curate.corpus.label_file import LabelFile, open_label_file
from curate.detect.labels import SECONDS
from curate.jobs.audit.draw_record import Record, key_of, read_record
from curate.statistics.stratified import Interval

TIMED = 5  # documents after which the labeller's own time is taken, and no longer SECONDS
LONGEST = 300.0  # seconds: whoever takes longer was away
MIX_DRAW = "floor"  # begins the column `draw` of a file drawn from a mix
EVERY = 10  # labels after which the interval so far is told


@dataclass(slots=True)
class Labelling:
    """`place` is the document shown, or the number of documents at the end."""

    file: LabelFile
    place: int
    record: Record | None = None
    clock: Callable[[], float] = time.monotonic
    _since: float = 0.0
    _taken: list[float] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """All there are in the file."""
        return len(self.file.labels)

    @property
    def of_mix(self) -> bool:
        """Return whether the documents were drawn from a mix, whose ratio their labels are to prove."""
        return any(str(row.get("draw") or "").startswith(f"{MIX_DRAW}-") for row in self.file.rows)

    @property
    def labelled(self) -> int:
        """Documents that have a label."""
        return sum(label is not None for label in self.file.labels)

    def counts(self) -> tuple[int, int]:
        """Documents labelled human, and machine."""
        return self.file.labels.count("human"), self.file.labels.count("machine")

    def answer(self, label: str | None) -> None:
        """Save one label (None: cannot say) and go to the next document that has none. Raises as LabelFile does."""
        self.file.set_label(self.place, label)
        now = self.clock()
        self._taken.append(min(now - self._since, LONGEST))
        self._since = now
        later = range(self.place + 1, self.documents)
        self.place = next((row for row in later if self.file.labels[row] is None), self.documents)

    def back(self) -> None:
        """To the document before this one, whose label can be changed."""
        self.place = max(0, self.place - 1)
        self._since = self.clock()

    def interval(self) -> Interval | None:
        """The machine share of the corpus by the labels so far; None without labels or without a record of the draw."""
        if self.record is None or not self.labelled:
            return None
        rows = zip(self.file.rows, self.file.labels, strict=True)
        return self.record.interval({key_of(row): label for row, label in rows})

    def so_far(self) -> Interval | None:
        """The same after every few labels, and None between."""
        due = self.labelled % EVERY == 0 or self.labelled == self.documents
        return self.interval() if due else None

    def minutes_left(self) -> float:
        """For the documents ahead without a label, at the labeller's own pace once it is known."""
        ahead = sum(label is None for label in self.file.labels[self.place :])
        return ahead * (median(self._taken) if len(self._taken) >= TIMED else SECONDS) / 60


def begin_labelling(path: Path, clock: Callable[[], float] = time.monotonic) -> Labelling:
    """Open a file where its last labeller stopped: after the last label, or at documents passed over if none is ahead.

    Raises DataError, MachineError.
    """
    file = open_label_file(path)
    last = max((row for row, label in enumerate(file.labels) if label is not None), default=-1)
    without = [row for row, label in enumerate(file.labels) if label is None]
    place = next((row for row in without if row > last), without[0] if without else len(file.labels))
    return Labelling(file, place, record_of(path, file), clock, clock())


def record_of(path: Path, file: LabelFile) -> Record | None:
    """The record of the draw that a file's rows are of; None where none lies beside it."""
    record = read_record(path)
    return record if record is not None and all(row.get("draw") == record.name for row in file.rows) else None
