"""Scores of labelled texts by models that never saw their collection: what calibration and its tests are made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """One entry a scored text; a text stands once whole and once as a crop in each shorter length bucket.

    language, collection, generator (with what was done to its text; of human text that alone): str arrays; machine
    bool[n]; assistant bool[n]: human, or by a model of the kind that the detector is for; score float64[n], before
    calibration; tokens int64[n] counted in what was scored; whole bool[n].
    """

    language: NDArray[Any]
    collection: NDArray[Any]
    generator: NDArray[Any]
    machine: NDArray[np.bool_]
    assistant: NDArray[np.bool_]
    score: NDArray[np.float64]
    tokens: NDArray[np.int64]
    whole: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> HeldOut:
        """The chosen entries."""
        return HeldOut(*(getattr(self, f.name)[chosen] for f in fields(self)))

    def in_language(self, language: str) -> HeldOut:
        """The entries of one language."""
        return self.where(self.language == language)

    def collections(self) -> list[str]:
        """Names, sorted."""
        return sorted(set(self.collection.tolist()))

    def save(self, path: Path) -> None:
        """Numbers and names, no text; .npz."""
        np.savez_compressed(path, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> HeldOut:
        """Load what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(*(data[f.name] for f in fields(cls)))

    @classmethod
    def concatenate(cls, parts: list[HeldOut]) -> HeldOut:
        """All entries of all parts, in order."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))
