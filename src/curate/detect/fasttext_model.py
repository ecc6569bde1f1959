"""Models of fastText: tried in a process of their own, loaded, asked for log-odds. Only here is fasttext imported."""

from __future__ import annotations

import importlib
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.errors import DataError, DependencyError

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


def is_model(path: Path) -> bool:
    """Return whether a file begins as the models that fastText saves."""
    try:
        with path.open("rb") as file:
            return file.read(4) == MAGIC.to_bytes(4, "little")
    except OSError:
        return False


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
    loaded = load_model(model)
    return loaded, tuple(sorted(loaded.getLabels("replace")[0]))


def load_model(model: bytes) -> Any:
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
