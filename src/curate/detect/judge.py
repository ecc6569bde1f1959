"""Whatever scores texts: curate's own detectors, calibrated fastText classifiers, and what other packages bring."""

from __future__ import annotations

import shlex
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from curate.detect.calibration import Calibration
from curate.detect.detector import load_detector
from curate.detect.fasttext_model import is_model
from curate.detect.foreign import is_foreign, load_foreign
from curate.errors import DataError
from curate.measuring.batch import Batch

GROUP = "curate.detectors"  # entry points: a name, and a function without arguments that gives a Judge


class Judge(Protocol):
    """Frozen; its repr goes into the stamp of annotations, so it must change whenever a score would."""

    @property
    def calibration(self) -> Calibration:
        """Calibration of its scores, by language; texts of other languages have none."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digits, of everything a score or a share depends on."""
        ...

    def scores(self, batch: Batch) -> NDArray[np.float64]:
        """Log-odds of machine, one a document; nan where there is none."""
        ...


def load_judge(given: Path | None) -> Judge:
    """The shipped detector (None), a file, or what a package has registered under that name.

    Raises DataError for what is none of these, DependencyError where a package is missing.
    """
    if given is not None and not given.exists():
        named = entry_points(group=GROUP, name=str(given))
        if named:
            return _registered(str(given))
    if given is not None and is_foreign(given):
        return load_foreign(given)
    if given is not None and is_model(given):
        hint = f"curate train --calibrate-only {shlex.quote(str(given))} makes a detector of it"
        raise DataError("a fastText classifier without calibration", where=str(given), hint=hint)
    return load_detector(given)


def _registered(name: str) -> Judge:
    (entry, *others) = entry_points(group=GROUP, name=name)
    if others:
        packages = ", ".join(sorted(one.dist.name for one in (entry, *others) if one.dist))
        raise DataError(f"several packages bring a detector of this name: {packages}", where=name)
    found = entry.load()()
    missing = [part for part in ("calibration", "fingerprint", "scores") if not hasattr(found, part)]
    if missing:
        raise DataError(f"the registered detector has no {', '.join(missing)}", where=f"{name} ({entry.value})")
    return cast("Judge", found)
