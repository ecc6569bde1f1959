"""Texts of two made-up writers and a detector calibrated on them, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from curate.detect.examples import COLUMNS, examples_of
from curate.detect.holdout import HeldOut
from curate.detect.training import build_detector, out_of_collection
from curate.detect.weights import Recipe

COMMON = ["the", "of", "and", "to", "in", "that", "was", "for", "with", "on", "it", "he"]
OWN = {
    "human": ["anyway", "bit", "roof", "leaked", "twice", "odd"],
    "machine": ["crucial", "overall", "landscape", "delve"],
}


def texts(writer: str, count: int, seed: int, pure: float = 1.0) -> list[str]:
    """`pure`: how many of a text's telling words are its writer's own."""
    draws = np.random.default_rng(seed)
    other = "machine" if writer == "human" else "human"
    found = []
    for _ in range(count):
        words = draws.choice(COMMON + OWN[writer], int(draws.integers(60, 200)))
        swap = (draws.random(words.size) > pure) & ~np.isin(words, COMMON)
        found.append(" ".join(np.where(swap, draws.choice(OWN[other], words.size), words)))
    return found


def save_detector(path: Path, collections: str = "abc") -> Path:
    """Calibrated on three collections: too few for an estimate without a reference."""
    rows = [
        (text, writer, "en", "d", "" if writer == "human" else "gpt-4", collection, collection)
        for seed, collection in enumerate(collections)
        for writer in OWN
        for text in texts(writer, 120, seed, pure=0.85)
    ]
    examples = examples_of(pa.table({name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}))
    recipe = Recipe(bits=14, passes=3, spread=2)
    held = HeldOut.concatenate(list(out_of_collection(examples, "en", recipe)))
    build_detector(examples, {"en": recipe}, held).save(path)
    return path
