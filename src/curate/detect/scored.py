"""Scored documents: what the machine share of a corpus and of its parts is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.detect.calibration import Calibration
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.own_reference import own_halves
from curate.detect.reference import Reference
from curate.detect.share import NO_DOUBTS, Declared, Part, Share, share_of_parts

COLUMNS = ("language", "source", "machine_score", "tokens")

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scored:
    """Documents of a corpus, one row each.

    annotations: COLUMNS, strings, log-odds (null without a score) and whole numbers. cluster, representative int64[n]:
    near-duplicates, -1 and the row itself for who has none. prints uint64[n, 2]: of the texts. human, machine bool[n]:
    documents that declare who wrote them. days datetime64[D][n]: the last day that each may be of, NaT for unknown.
    """

    annotations: pa.Table
    calibration: Calibration
    cluster: Rows
    representative: Rows
    prints: NDArray[np.uint64]
    human: Mask
    machine: Mask
    days: NDArray[np.datetime64]

    @property
    def tokens(self) -> Rows:
        """int64[n]."""
        found: Rows = self.annotations.column("tokens").to_numpy().astype(np.int64, copy=False)
        return found

    @property
    def has_score(self) -> Mask:
        """bool[n]."""
        found: Mask = ~np.isnan(self.annotations.column("machine_score").to_numpy())
        return found

    def histogram(self, rows: Rows, mass: Rows | None = None) -> ScoreHistogram:
        """As `histogram_of`."""
        return histogram_of(self._encoded, self.cluster, self.calibration, rows, mass)

    @cached_property
    def _encoded(self) -> pa.Table:
        """The annotations with languages as a dictionary: they are taken and told apart dozens of times."""
        place = self.annotations.schema.get_field_index("language")
        language = self.annotations.column(place).combine_chunks().dictionary_encode()
        return self.annotations.set_column(place, "language", language)

    def share(
        self, rows: Rows, given: Reference | None, confidence: float, doubts: Mapping[str, str] = NO_DOUBTS
    ) -> Share:
        """Combined share of rows: documents with human text of their own source, the others, and declared ones."""
        unknown = rows[~self.human[rows] & ~self.machine[rows]]
        covered, own = self._own_reference(unknown)
        parts = [(unknown[~covered], given), (unknown[covered], own)]
        declared = (int(self.tokens[rows[side[rows]]].sum()) for side in (self.human, self.machine))
        whole = self.histogram(rows) if 0 < unknown.size < rows.size else None
        return share_of_parts(
            tuple(Part(self.histogram(some), known) for some, known in parts if some.size),
            self.calibration,
            confidence=confidence,
            declared=Declared(*declared),
            doubted=doubts,
            whole=whole,
        )

    def _own_reference(self, unknown: Rows) -> tuple[Mask, Reference | None]:
        """Which of the unknown rows the human documents of their source and language are a reference of, and that."""
        nobody = np.zeros(unknown.size, np.bool_), None
        human = np.flatnonzero(self.human)
        if not unknown.size or not human.size:
            return nobody
        human = human[self.has_score[human]]
        second = second_half(self.prints, self.representative)[human]
        covered, sides = own_halves(self._kinds(), self.tokens, self.has_score, unknown, human, second)
        found = Reference(*(self.histogram(rows, mass) for rows, mass in sides))
        languages = [name for name in found.human.languages if found.covers(name)]
        spoken = self.annotations.column("language").take(pa.array(unknown))
        covered &= np.asarray(pc.is_in(spoken, pa.array(languages, pa.string())))
        return (covered, found) if covered.any() else nobody

    def _kinds(self) -> Rows:
        """A number for every pair of source and language."""
        (_, source), (languages, language) = (codes(self.annotations.column(one)) for one in ("source", "language"))
        _, kind = np.unique(source * (len(languages) + 1) + language, return_inverse=True)
        return np.asarray(kind, np.int64)


def histogram_of(
    annotations: pa.Table,
    cluster: Rows,
    calibration: Calibration,
    rows: Rows | None = None,
    mass: Rows | None = None,
) -> ScoreHistogram:
    """The score histogram of chosen rows (None: all; none twice), near-duplicates counted by their cluster.

    mass: what is summed where it is not our own tokens, int64 of as many as are chosen.
    """
    if rows is not None and mass is None and rows.size == annotations.num_rows:
        rows = None  # all of them: nothing to copy
    read = annotations.select(["language", "machine_score", "tokens"])  # taking ids too would double the memory
    chosen = read if rows is None else read.take(pa.array(rows))
    return score_histogram(
        calibration,
        chosen.column("language"),
        chosen.column("machine_score").to_numpy(),
        chosen.column("tokens").to_numpy().astype(np.int64, copy=False),
        cluster if rows is None else cluster[rows],
        mass=mass,
    )


def second_half(prints: NDArray[np.uint64], representative: Rows) -> Mask:
    """One of two halves of a corpus, by a bit of the fingerprint of each cluster's representative."""
    found: Mask = (prints[representative, 1] & np.uint64(1)).astype(np.bool_)
    return found


def codes(column: pa.ChunkedArray) -> tuple[list[str], Rows]:
    """The values of a column, and for each document which one it has; -1 for null."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), np.asarray(pc.fill_null(encoded.indices, -1), np.int64)
