"""Which evidence each candidate document has of being human; how much that evidence proves is guarantee's business."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# Strongest first; the names are the keys of a certificate's tokens_by_class.
CLASSES: Final = ("audited", "declared", "detected", "other")
DECLARED: Final = 1
DETECTED: Final = 2
OTHER: Final = 3


def classify(
    declared: pa.Array | pa.ChunkedArray,
    machine_score: pa.Array | pa.ChunkedArray,
    *,
    threshold: float | None,
    trust: str = "detected",
    labelled: bool = False,
    unclear: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """One of CLASSES per document, as uint8.

    `declared` is "human", "machine" or null; a declaration outranks a score. `machine_score` is float32, null where
    there is no calibration, and human evidence only strictly below `threshold` (None: no score counts).
    Evidence weaker than `trust` does not count: its documents are OTHER, which is 0 % human. `labelled`: labels of
    drawn documents stand behind the threshold, no weaker than any `trust`. `unclear`: documents whose label is a
    word that nobody knows, which may say machine: without labels of drawn documents no score makes them human.
    """
    out = np.full(len(declared), OTHER, dtype=np.uint8)
    declared = declared.cast(pa.string())
    if threshold is not None and (labelled or trust == "detected"):
        scored = _below(machine_score, threshold) & _bools(pc.is_null(declared))
        out[scored if unclear is None or labelled else scored & ~unclear] = DETECTED
    if trust != "audited":
        out[_bools(pc.equal(declared, "human"))] = DECLARED
    return out


def tokens_by_class(classes: NDArray[np.uint8], tokens: NDArray[np.int64]) -> dict[str, int]:
    """Tokens of each of CLASSES, all four keys present."""
    return {name: int(tokens[classes == code].sum()) for code, name in enumerate(CLASSES)}


def _below(scores: pa.Array | pa.ChunkedArray, threshold: float) -> NDArray[np.bool_]:
    values = np.asarray(scores.cast(pa.float64()).fill_null(np.inf), dtype=np.float64)
    return values < threshold  # false for NaN


def _bools(values: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.asarray(values.fill_null(False), dtype=np.bool_)
