"""The detector: weights of hashed n-grams by language and what their sums mean; it judges texts, never corpora."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from curate.corpus.damage import DAMAGE
from curate.corpus.write import atomic_path
from curate.detect.calibration import Calibration
from curate.errors import DataError
from curate.kernels.linear import SLOTS, ngram_sums
from curate.kernels.sgd import SMOOTHING
from curate.kernels.tokens import Tokens
from curate.measuring.batch import Batch
from curate.measuring.language import LANGUAGES

MIN_TOKENS = 25  # counted tokens; below it a text has no score
FULL_GRAMS = 2000.0  # the longest crops of training: beyond them more text is not more evidence
FORMAT = 3
LARGEST = 1 << 30  # bytes of a detector, unpacked: a few megabytes can hold a thousand times that


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Detector:
    """Weights, one row a language, and the calibration of the scores they give.

    tables int8[languages, 2 ** bits]; common uint8[languages, SLOTS / 8], the words that skeletons keep; step, slope,
    intercept float64[languages]: a text whose n-grams sum to S over m n-grams has
    z = step * S / (m + 5) * sqrt(min(m + 5, FULL_GRAMS)) and log-odds slope * z + intercept.
    """

    languages: tuple[str, ...]  # ISO 639, as measuring.language gives them
    tables: NDArray[np.int8]
    common: NDArray[np.uint8]
    step: NDArray[np.float64]
    slope: NDArray[np.float64]
    intercept: NDArray[np.float64]
    calibration: Calibration
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the fingerprint of everything a score or a share depends on."""
        digest = hashlib.sha256("\n".join(self.languages).encode())
        for array in (self.tables, self.common, self.step, self.slope, self.intercept):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update(self.calibration.digest())
        object.__setattr__(self, "fingerprint", digest.hexdigest()[:32])

    def __repr__(self) -> str:
        """Goes into the stamp of annotations: a detector is its fingerprint."""
        return f"Detector({self.fingerprint})"

    def log_odds(
        self, tokens: Tokens, begin: NDArray[np.int64], end: NDArray[np.int64], row: NDArray[np.int8]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Log-odds of machine for the texts tokens[begin[i]:end[i]], nan where row[i] (a row of tables) is -1 or the
        text holds fewer than MIN_TOKENS counted tokens; and those counts.
        """
        sums, grams, counted = (np.empty(begin.size, np.int64) for _ in range(3))
        ngram_sums(tokens.folded, tokens.kind, begin, end, row, self.tables, self.common, sums, grams, counted)
        smooth = grams + SMOOTHING
        evidence = sums * self.step[row] / smooth * np.sqrt(np.minimum(smooth, FULL_GRAMS))
        scores = self.slope[row] * evidence + self.intercept[row]
        scores[(row < 0) | (counted < MIN_TOKENS)] = np.nan
        return scores, counted

    def scores(self, batch: Batch) -> NDArray[np.float64]:
        """Log-odds of every document; nan for a language without calibration and for fewer than MIN_TOKENS tokens."""
        row_of = np.full(len(LANGUAGES), -1, np.int8)
        for number, language in enumerate(self.languages):
            row_of[LANGUAGES.index(language)] = number
        start = batch.tokens.document_start
        return self.log_odds(batch.tokens, start[:-1], start[1:], row_of[batch.languages])[0]

    def save(self, path: Path) -> None:
        """Write an .npz without pickled objects; the same detector gives the same bytes.

        It is not compressed: weights shrink by half only, and every start would unpack them for 40 ms.
        """
        arrays = {
            "format": np.array(FORMAT),
            "languages": np.array(self.languages),
            "tables": self.tables,
            "common": self.common,
            "step": self.step,
            "slope": self.slope,
            "intercept": self.intercept,
            **self.calibration.to_arrays(),
        }
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]


def load_detector(path: Path | None = None) -> Detector:
    """The detector in `path`, or the shipped one, which is read once.

    Raises DataError for a file that is missing or is not a detector; nothing in it is ever executed.
    """
    if path is None:
        return _shipped()
    try:
        with path.open("rb") as file:
            return _read(file)
    except FileNotFoundError:
        raise DataError("no such detector", where=str(path), hint="leave --detector out for the shipped one") from None
    except (*DAMAGE, MemoryError) as error:
        raise DataError(f"not a detector: {error}", where=str(path), hint="curate train writes one") from error


@cache
def _shipped() -> Detector:
    with (files("curate.detect") / "model.npz").open("rb") as file:
        return _read(file)


def _read(file: IO[bytes]) -> Detector:
    if not zipfile.is_zipfile(file):
        raise ValueError("it is no .npz file")
    with zipfile.ZipFile(file) as archive:
        if sum(one.file_size for one in archive.infolist()) > LARGEST:
            raise ValueError("larger than any detector is")
    file.seek(0)
    data = np.load(file, allow_pickle=False)
    if int(data["format"]) != FORMAT:
        raise ValueError(f"format {int(data['format'])}, this version reads {FORMAT}")
    tables, common = data["tables"], data["common"]
    languages = tuple(str(language) for language in data["languages"])
    step, slope, intercept = (np.asarray(data[name], np.float64) for name in ("step", "slope", "intercept"))
    strange = [language for language in languages if language not in LANGUAGES]
    if strange or len(set(languages)) != len(languages):
        raise ValueError(f"its languages are none: {', '.join(languages)[:60]!r}")
    shapes_fit = tables.ndim == 2 and tables.dtype == np.int8 and tables.shape[0] == len(languages) > 0
    if not shapes_fit or tables.shape[1] < 2 or tables.shape[1] & (tables.shape[1] - 1):
        raise ValueError("weights of a wrong shape")
    if common.dtype != np.uint8 or common.shape != (len(languages), SLOTS // 8):
        raise ValueError("common words of a wrong shape")
    if any(scale.shape != (len(languages),) or not np.isfinite(scale).all() for scale in (step, slope, intercept)):
        raise ValueError("scales of a wrong shape")
    tables.flags.writeable = False
    return Detector(languages, tables, common, step, slope, intercept, Calibration.from_arrays(data))
