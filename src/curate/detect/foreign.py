"""A fastText classifier as a detector: its model runs as it is, and a calibration says what its probabilities mean.

Nothing of it is folded into tables: each text is given to fastText by itself, in Python, so a scan with such a detector
is as slow as fastText is. fasttext is imported here and nowhere else.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.corpus.damage import DAMAGE
from curate.corpus.write import atomic_path
from curate.detect.calibration import Calibration
from curate.detect.detector import MIN_TOKENS
from curate.detect.fasttext_model import LARGEST, check_model, label_odds, load_model
from curate.errors import DataError
from curate.kernels.tokens import Tokens
from curate.measuring.batch import Batch
from curate.measuring.language import LANGUAGES


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FastText:
    """model: the file's bytes. Log-odds = slope * log(p / (1 - p)) + intercept, p the probability of `label`; slope and
    intercept by language.
    """

    model: bytes
    label: str
    odds: dict[str, tuple[float, float]]
    calibration: Calibration
    fingerprint: str = field(init=False)
    loaded: Any = field(init=False)

    def __post_init__(self) -> None:
        """Load the model, and take the fingerprint of everything a score or a share depends on."""
        digest = hashlib.sha256(self.model)
        digest.update(repr((self.label, sorted(self.odds.items()))).encode())
        digest.update(self.calibration.digest())
        object.__setattr__(self, "fingerprint", digest.hexdigest()[:32])
        object.__setattr__(self, "loaded", load_model(self.model))

    def __repr__(self) -> str:
        """A detector is its fingerprint."""
        return f"FastText({self.fingerprint})"

    def scores(self, batch: Batch) -> NDArray[np.float64]:
        """Nan in languages without calibration and below MIN_TOKENS counted tokens, as for curate's own detectors."""
        found = np.full(len(batch), np.nan)
        long = counted_tokens(batch.tokens) >= MIN_TOKENS
        texts = batch.documents.column("text")
        for language, (slope, intercept) in self.odds.items():
            rows = np.flatnonzero(long & (batch.languages == LANGUAGES.index(language)))
            raw = label_odds(self.loaded, texts.take(rows).to_pylist(), (self.label,))[:, 0]
            found[rows] = slope * raw + intercept
        return found

    def save(self, path: Path) -> None:
        """As .npz without pickled objects, the model inside."""
        names = sorted(self.odds)
        arrays = {
            "fasttext": np.frombuffer(self.model, np.uint8),
            "label": np.array(self.label),
            "odds_languages": np.array(names),
            "odds": np.array([self.odds[name] for name in names]),
            **self.calibration.to_arrays(),
        }
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]


def counted_tokens(tokens: Tokens) -> NDArray[np.int64]:
    """Of each document; kinds 0 to 2 are words, characters and numbers."""
    return np.diff(np.concatenate([[0], np.cumsum(tokens.kind <= 2)])[tokens.document_start])


def is_foreign(path: Path) -> bool:
    """Return whether the file was written by `FastText.save`."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "fasttext.npy" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def load_foreign(path: Path) -> FastText:
    """Raises DataError for what is none; the model inside is tried in a process of its own first."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST:
                raise ValueError("larger than any detector is")
        with np.load(path, allow_pickle=False) as data:
            odds = np.asarray(data["odds"], np.float64)
            names = [str(name) for name in data["odds_languages"]]
            strange = [name for name in names if name not in LANGUAGES]
            if strange or odds.shape != (len(names), 2) or not np.isfinite(odds).all():
                raise ValueError("odds of a wrong shape")
            model, label = np.asarray(data["fasttext"], np.uint8).tobytes(), str(data["label"])
            calibration = Calibration.from_arrays(data)
    except (*DAMAGE, MemoryError) as error:
        raise DataError(f"not a detector: {error}", where=str(path), hint="curate train writes one") from error
    check_model(model, str(path))
    return FastText(model, label, dict(zip(names, map(tuple, odds.tolist()), strict=True)), calibration)
