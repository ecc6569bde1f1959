"""Texts that labels are asked of: those whose writer nothing declares, equal texts once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from curate.amounts import counted
from curate.detect.label_estimate import labels_for, width_of
from curate.detect.labels import SECONDS, Draw, Floats, Rows, Strata, draw, score_strata
from curate.settings.mix import WIDTH

AIMED = WIDTH.value  # width that the next step aims at: half of it takes four times as many labels
DRAW = "share"  # begins the column `draw` of a file of `curate audit draw PATH`


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Texts whose writer nothing declares. Equal texts are one, with the tokens of all: a person is asked once.

    Of t texts: rows int64[t], the first document of each; score float64[t], log-odds; tokens int64[t]; key uint64[t],
    bits of a hash. Of d documents: documents int64[d], rows in the scan, ascending; text int64[d], places in `rows`.
    """

    rows: Rows
    score: Floats
    tokens: Rows
    key: NDArray[np.uint64]
    documents: Rows
    text: Rows

    def strata(self) -> Strata:
        """Return strata by score."""
        return score_strata(self.score, self.tokens, self.key)

    def draw(self, count: int, seed: bytes) -> Draw:
        """Draw `count` times, with replacement; rows of the draw are places in `rows`."""
        return draw(self.strata(), self.key, seed, count)


def draw_name(pool: Population, drawn: Draw, count: int, seed: bytes) -> str:
    """Name a draw by its count and a digest of its population: the analysis draws again and compares."""
    digest = blake2b(seed, digest_size=6)
    order = np.lexsort((pool.key, drawn.strata.code))
    for array in (pool.key, drawn.strata.code, drawn.strata.mass):
        digest.update(np.ascontiguousarray(array[order]).tobytes())
    return f"{DRAW}-{count}-{digest.hexdigest()}"


def next_step(pool: Population, confidence: float, *, labelled: bool = False) -> str:
    """Return advice on labels, which bound the share from above: their number, the time, the width of the answer."""
    strata = pool.strata()
    count = labels_for(strata, AIMED, confidence=confidence)
    width = width_of(strata, count, confidence=confidence)
    there = min(count, len(pool.rows))
    minutes = max(1, round(there * SECONDS / 60))
    told = f"{counted(there, 'document')}, about {counted(minutes, 'minute')}"
    why = "more labels narrow it" if labelled else "no score bounds the share from above, labels do"
    return (
        f"{why}: {told} at {SECONDS} seconds each; "
        f"`curate audit draw PATH -n {count} -o labels.jsonl` draws them, `curate audit label labels.jsonl` asks for "
        f"one key a document, and `--labels labels.jsonl` makes an answer about {width:.2f} wide"
    )
