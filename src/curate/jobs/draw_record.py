"""What the interval of a draw needs besides its labels, in a file beside it: for who labels without the corpus.

A scan does not read it: it draws again from the corpus. It is packed, so that nobody who opens it by chance reads
scores off it before they label.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.corpus.write import write_atomic
from curate.detect.labels import HUNDREDTHS, Draw, read_draw, strata_of
from curate.statistics.stratified import Interval

SUFFIX = ".draw"
MOST_BYTES = 64 << 20  # of a record unpacked: 100,000 draws take 5
_ABOUT = "what `curate audit label` tells the interval so far by; packed, so that it tells no labeller what scores say"

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A draw without its texts: `keys` are those of its documents in the order of `draw.rows`.

    paths: as they were typed; tokens, machine: of the whole corpus, and of what is declared to be a machine's.
    """

    name: str
    keys: tuple[str, ...]
    draw: Draw
    tokens: int
    machine: int
    confidence: float
    paths: tuple[str, ...]

    def interval(self, labels: Mapping[str, str | None]) -> Interval:
        """The machine share of the corpus by labels so far, by key, as `scan --labels` would have it of these alone."""
        known = np.array([_SAID[labels.get(key)] for key in self.keys])
        drawn = first_draws(self.draw, self.draw.labelled_draws(known))
        found = read_draw(drawn, known[np.isin(self.draw.rows, drawn.rows)], confidence=self.confidence)
        unknown = int(self.draw.strata.tokens.sum())
        return Interval(*((self.machine + unknown * value) / self.tokens for value in found))


_SAID = {"machine": 1.0, "human": 0.0, None: np.nan}


def record_path(labels: Path) -> Path:
    """Where the record of a file of labels lies."""
    return labels.with_name(labels.name + SUFFIX)


def key_of(row: Mapping[str, Any]) -> str:
    """A document as rows of a draw name it."""
    named = "\0".join("" if row.get(name) is None else str(row[name]) for name in ("id", "path", "row"))
    return blake2b(named.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def first_draws(draw: Draw, count: int) -> Draw:
    """The beginning of a draw, from the order in which its documents came first."""
    ...
