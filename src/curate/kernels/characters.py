"""Class and folding of each code point: shipped tables (scripts/train/characters), the same for every Python."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SPACE, LETTER, DIGIT, UNSPACED, MARK, PUNCTUATION_MARK, NEWLINE_MARK, IGNORED, MARKUP_MARK = range(9)

SCRIPTS = (
    "OTHER", "LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU",
    "GEORGIAN", "ARMENIAN", "ETHIOPIC", "HANGUL", "CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER",
    "MYANMAR", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "ORIYA", "MONGOLIAN",
)  # fmt: skip

CODE_POINTS = 0x110000
COMPOSES = 255  # no combining class is as high


class Characters(NamedTuple):
    """Tables over code points.

    classes uint8[0x110000], scripts uint8[0x110000] (index in SCRIPTS), folded uint32[0x110000]: the folded code
    point, or CODE_POINTS + i where expansions[i] is a count and that many code points follow; expansions uint32.
    """

    classes: NDArray[np.uint8]
    scripts: NDArray[np.uint8]
    folded: NDArray[np.uint32]
    expansions: NDArray[np.uint32]
    combining: NDArray[np.uint8]


@cache
def characters() -> Characters:
    """The shipped tables, read once and never written to."""
    with (files("curate.kernels") / "characters.npz").open("rb") as file:
        data = np.load(file)
        names = ("classes", "scripts", "fold_delta", "combining")
        classes, scripts, folded, combining = (data[f"{name}_pages"][data[f"{name}_at"]].ravel() for name in names)
        folded += np.arange(CODE_POINTS, dtype=np.uint32)
        tables = Characters(classes, scripts, folded, data["expansions"], combining)
    for table in tables:
        table.flags.writeable = False
    return tables
