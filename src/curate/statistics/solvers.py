"""SciPy's parts, each loaded when it is first needed: half a second, which no command should spend before it begins."""

from __future__ import annotations

import importlib
from typing import Any


def optimize() -> Any:
    """`scipy.optimize`."""
    return importlib.import_module("scipy.optimize")


def sparse() -> Any:
    """`scipy.sparse`."""
    return importlib.import_module("scipy.sparse")


def special() -> Any:
    """`scipy.special`."""
    return importlib.import_module("scipy.special")


def load_solvers() -> None:
    """Load them all now: for who has a thread to spare."""
    optimize(), sparse(), special()
