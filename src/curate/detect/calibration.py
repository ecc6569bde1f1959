"""Calibration: score histograms of each collection's human and machine texts, by language and length.

Whole numbers of documents, per collection, because collections differ more than sampling explains: the spread BETWEEN
them is most of a share's uncertainty. The scores of a collection come from a model trained without it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

LENGTHS = (25, 60, 150, 400)  # counted tokens at which a length bucket begins
BINS = 32


@dataclass(frozen=True, slots=True, eq=False)
class ClassCounts:
    """Documents of one class: counts int64[collections, len(LENGTHS), bins]; a collection may have several rows."""

    collections: tuple[str, ...]
    counts: NDArray[np.int64]

    def weights(self) -> NDArray[np.float64]:
        """float64[rows]: the rows of one collection weigh 1 together."""
        rows = Counter(self.collections)
        return np.array([1 / rows[name] for name in self.collections], np.float64)

    def without(self, collection: str) -> ClassCounts:
        """All collections but one."""
        keep = [i for i, name in enumerate(self.collections) if name != collection]
        return ClassCounts(tuple(self.collections[i] for i in keep), self.counts[keep])


@dataclass(frozen=True, slots=True)
class Excess:
    """Parts of an unseen collection's human text that reads like known machine text, and the other way round."""

    human: float
    machine: float

    def stretch(self, low: float, high: float) -> tuple[float, float]:
        """The bounds, had that much of one class been taken for the other."""
        return max(0.0, (low - self.human) / (1 - self.human)), min(1.0, high / (1 - self.machine))


NO_EXCESS = Excess(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far beyond what the drawn kinds allow unseen collections were, in units of what the scores leave open."""

    low: float
    high: float

    def around(self, low: float, high: float, open_part: float, room: float = 0.0) -> tuple[float, float]:
        """The bounds, so much and `room` further out (`sides.left_open`)."""
        return max(0.0, low - (self.low + room) * open_part), min(1.0, high + (self.high + room) * open_part)


NO_REACH = Reach(0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class LanguageCalibration:
    """edges float64[bins - 1], ascending log-odds: bin b holds edges[b - 1] <= score < edges[b].

    `reach` and `hull_excess` are what leaving each collection out has shown the others to miss: beyond the likeliest
    share and beyond the hull of all combinations of collections. `tested` collections of both classes showed it.
    `kinds` are the rows of `machine` by generator (None: not told apart).
    """

    edges: NDArray[np.float64]
    human: ClassCounts
    machine: ClassCounts
    reach: Reach
    hull_excess: Excess
    tested: int
    kinds: ClassCounts | None = None

    @property
    def machine_kinds(self) -> ClassCounts:
        """Machine text by generator, as far as generators were told apart."""
        return self.kinds if self.kinds is not None and len(self.kinds.counts) else self.machine

    def without(self, collection: str) -> LanguageCalibration:
        """Without a collection's counts; the edges, the reach and the excess stay."""
        kinds = None if self.kinds is None else self.kinds.without(collection)
        human, machine = self.human.without(collection), self.machine.without(collection)
        return replace(self, human=human, machine=machine, kinds=kinds)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """By language, ISO 639."""

    languages: Mapping[str, LanguageCalibration]

    def digest(self) -> bytes:
        """Changes when any number or name in it changes."""
        digest = hashlib.sha256()
        for name, array in self.to_arrays().items():
            digest.update(name.encode())
            digest.update(array.tobytes())
        return digest.digest()

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Flat arrays, as they stand in a model file."""
        arrays: dict[str, NDArray[Any]] = {"calibrated": np.array(list(self.languages))}
        for language, one in self.languages.items():
            arrays[f"{language}_edges"] = one.edges
            arrays[f"{language}_excess"] = np.array([one.hull_excess.human, one.hull_excess.machine])
            arrays[f"{language}_reach"] = np.array([one.reach.low, one.reach.high])
            arrays[f"{language}_tested"] = np.array(one.tested)
            for name, side in (("human", one.human), ("machine", one.machine), ("kinds", one.machine_kinds)):
                arrays[f"{language}_{name}"] = side.counts
                arrays[f"{language}_{name}_collections"] = np.array(side.collections)
        return arrays

    @classmethod
    def from_arrays(cls, data: Mapping[str, NDArray[Any]]) -> Calibration:
        """The inverse of `to_arrays`. Raises KeyError and ValueError for what is not a calibration."""
        return cls({str(language): _language(data, str(language)) for language in data["calibrated"]})


def length_bucket(tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index in LENGTHS of each count, -1 below the first."""
    return np.searchsorted(np.array(LENGTHS), tokens, side="right") - 1


def score_bin(edges: NDArray[np.float64], scores: NDArray[Any]) -> NDArray[np.int64]:
    """Bin of each score, 0 .. edges.size."""
    return np.searchsorted(edges, scores, side="right")


def _language(data: Mapping[str, NDArray[Any]], language: str) -> LanguageCalibration:
    edges = np.asarray(data[f"{language}_edges"], np.float64)
    if edges.ndim != 1 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise ValueError(f"score edges of {language} do not ascend")
    sides = []
    for name in ("human", "machine", "kinds"):
        if name == "kinds" and f"{language}_kinds" not in data:
            continue  # of a detector trained before generators were told apart
        counts = np.asarray(data[f"{language}_{name}"], np.int64)
        collections = tuple(str(c) for c in data[f"{language}_{name}_collections"])
        if counts.shape != (len(collections), len(LENGTHS), edges.size + 1) or (counts < 0).any():
            raise ValueError(f"{name} counts of {language} have a wrong shape")
        sides.append(ClassCounts(collections, counts))
    excess = np.asarray(data[f"{language}_excess"], np.float64)
    if excess.shape != (2,) or not ((excess >= 0) & (excess < 1)).all():
        raise ValueError(f"excess of {language} is not a pair of fractions")
    reach = np.asarray(data[f"{language}_reach"], np.float64)
    if reach.shape != (2,) or not ((reach >= 0) & np.isfinite(reach)).all():
        raise ValueError(f"reach of {language} is not a pair of numbers")
    human, machine, *kinds = sides
    tested = int(data[f"{language}_tested"])
    hull = Excess(float(excess[0]), float(excess[1]))
    far = Reach(float(reach[0]), float(reach[1]))
    return LanguageCalibration(edges, human, machine, far, hull, tested, kinds[0] if kinds else None)
