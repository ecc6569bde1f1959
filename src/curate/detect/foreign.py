"""A fastText classifier as a detector: its model runs as it is, and a calibration says what its probabilities mean.

Nothing of it is folded into tables: each text is given to fastText by itself, in Python, so a scan with such a detector
is as slow as fastText is. fasttext is imported here and nowhere else.
"""

from __future__ import annotations

import hashlib
import importlib
import platform
import subprocess
import sys
import tempfile
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
from curate.errors import DataError, DependencyError
from curate.kernels.tokens import Tokens
from curate.measuring.batch import Batch
from curate.measuring.language import LANGUAGES

MAGIC, VERSIONS = 793712314, (11, 12)  # the first eight bytes of every .bin and .ftz
LARGEST = 1 << 30  # bytes of a model
SECONDS, BYTES_A_SECOND = 20, 10_000_000  # until a model that does not load is given up
SURE = 1e-6  # no probability is nearer to 0 or 1
LAST_PYTHON = (3, 12)  # for which fasttext-wheel has been published
PROBE = """
import os, sys
path, again, packages = sys.argv[1:]
sys.path.insert(0, packages)
import fasttext_pybind
model = fasttext_pybind.fasttext()
model.loadModel(path)
model.predict("a\\n", -1, 0.0, "replace")
model.saveModel(again)
if os.path.getsize(path) != os.path.getsize(again):
    sys.exit("ValueError: the file is cut, or longer than its model")
"""


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
        object.__setattr__(self, "loaded", _load(self.model))

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


def is_model(path: Path) -> bool:
    """Return whether a file begins as the models that fastText saves."""
    try:
        with path.open("rb") as file:
            return file.read(4) == MAGIC.to_bytes(4, "little")
    except OSError:
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


def read_model(path: Path) -> bytes:
    """The bytes of a fastText classifier, tried. Raises DataError for anything else."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError("larger than a gigabyte", where=str(path), hint="quantize it (.ftz)")
        model = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from error
    check_model(model, str(path))
    return model


def check_model(model: bytes, where: str) -> None:
    """In a process of its own: fastText believes what a file says of sizes, and falls over what it says wrongly."""
    packages = str(Path(_fasttext().__file__).parent)  # isolated Python (-I) finds it nowhere else
    head = np.frombuffer(model[:8], np.int32).tolist() if len(model) >= 8 else []
    if len(head) != 2 or head[0] != MAGIC or head[1] not in VERSIONS:
        raise DataError("not a fastText model", where=where, hint="a .bin or .ftz that fastText has saved")
    seconds = SECONDS + len(model) / BYTES_A_SECOND
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        path.write_bytes(model)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", PROBE, str(path), f"{path}.again", packages],
                capture_output=True,
                cwd=folder,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DataError(f"fastText does not load it in {seconds:.0f} seconds", where=where) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise DataError(
            f"fastText cannot use it: {said[-1] if said else f'it fell over (exit {done.returncode})'}",
            where=where,
            hint="a supervised classifier, saved by fastText",
        )


def label_odds(model: Any, texts: list[str], labels: tuple[str, ...]) -> NDArray[np.float64]:
    """float64[texts, labels]: log-odds of each. fastText's Python `predict` fails under numpy 2; the one below it
    does not add the end of the line.
    """
    place = {label: i for i, label in enumerate(labels)}
    chance = np.zeros((len(texts), len(labels)))
    for i, text in enumerate(texts):
        for probability, label in model.predict(text.replace("\n", " ") + "\n", -1, 0.0, "replace"):
            if label in place:
                chance[i, place[label]] = probability
    chance = np.clip(chance, SURE, 1 - SURE)
    odds: NDArray[np.float64] = np.log(chance / (1 - chance))
    return odds


def open_model(model: bytes) -> tuple[Any, tuple[str, ...]]:
    """Ready to predict, and all its labels; `model` must have been checked."""
    loaded = _load(model)
    return loaded, tuple(sorted(loaded.getLabels("replace")[0]))


def _load(model: bytes) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        path.write_bytes(model)
        loaded = _fasttext().fasttext()
        loaded.loadModel(str(path))
    return loaded


def _fasttext() -> Any:
    try:
        return importlib.import_module("fasttext_pybind")
    except ImportError:
        what, hint = "fasttext is not installed", "pip install 'corpus-curate[fasttext]'"
        if sys.version_info[:2] > LAST_PYTHON:
            last = ".".join(map(str, LAST_PYTHON))
            what += f", and no wheel of it is published for Python {platform.python_version()}"
            hint = f"run this with Python {last} or earlier, after {hint} there"
        raise DependencyError(what, hint=hint) from None
