"""Documents that labels are asked of: those that do not declare their writer, equal texts once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.amounts import counted
from curate.detect.label_estimate import labels_for, width_of
from curate.detect.labels import SECONDS, Draw, Strata, draw, score_strata
from curate.jobs.run.columns import fingerprints, first_copies, numbers
from curate.jobs.scan.provenance import Said
from curate.settings.mix import WIDTH
from curate.statistics.draws import seed_of

AIMED = WIDTH.value  # width that the next step aims at: of half of that an answer takes four times as many labels
DRAW = "share"  # begins the column `draw` of a file of `curate audit draw PATH`

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Texts with tokens whose writer nothing declares: first row of each in the scan, log-odds, tokens, 64 bits of it.

    Equal texts are one, with the tokens of all: a person is asked once. documents: rows of every document, ascending;
    text: the place of its text in `rows`.
    """

    rows: Rows
    score: NDArray[np.float64]
    tokens: Rows
    key: NDArray[np.uint64]
    documents: Rows
    text: Rows

    def strata(self) -> Strata:
        """By score."""
        return score_strata(self.score, self.tokens, self.key)

    def draw(self, count: int, seed: bytes) -> Draw:
        """Its rows are places in `rows`."""
        return draw(self.strata(), self.key, seed, count)


def population(documents: pa.Table, said: Said) -> Population:
    """Population of a draw; the other documents count as they declare."""
    tokens = numbers(documents, "tokens").astype(np.int64, copy=False)
    rows = np.flatnonzero(~said.human & ~said.machine & (tokens > 0))
    copies = first_copies(fingerprints(documents)[rows], tokens[rows])
    is_first = copies == np.arange(rows.size)
    first, text = np.flatnonzero(is_first), (np.cumsum(is_first) - 1)[copies]
    score = numbers(documents, "machine_score")[rows[first]].astype(np.float64)
    of_all = np.bincount(text, tokens[rows], first.size).astype(np.int64)
    return Population(rows[first], score, of_all, numbers(documents, "fingerprint_high")[rows[first]], rows, text)


def content_seed(documents: pa.Table) -> bytes:
    """Random seed of a draw: a hash of all texts, also of those that declare their writer."""
    return seed_of(fingerprints(documents))


def draw_name(pool: Population, drawn: Draw, count: int, seed: bytes) -> str:
    """Says how many were drawn and, by a digest, from what: the analysis draws again and compares."""
    digest = blake2b(seed, digest_size=6)
    order = np.lexsort((pool.key, drawn.strata.code))
    for array in (pool.key, drawn.strata.code, drawn.strata.mass):
        digest.update(np.ascontiguousarray(array[order]).tobytes())
    return f"{DRAW}-{count}-{digest.hexdigest()}"


def next_step(pool: Population, confidence: float, *, labelled: bool = False) -> str:
    """Advice that bounds the share from above: number of labels, time, and width of the answer."""
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
