"""The share of a corpus and of its parts that labels of a few documents prove, whatever their scores."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from curate.amounts import counted, percent
from curate.detect.label_estimate import read_draw, read_sample
from curate.detect.label_parts import read_part
from curate.detect.label_pool import Population
from curate.detect.labels import Draw, Floats, Rows
from curate.detect.share import Share
from curate.detect.sides import WIDEST
from curate.statistics.stratified import Interval

FEWEST = 10  # labels from which anything is said, of a corpus or of a part of it


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Labels of a corpus of n documents, read once.

    tokens int64[n]; score float64[n], log-odds; human, machine bool[n]: documents that declare their writer. rows: what
    is labelled, as places of texts in `pool` with a draw, as documents without one. known float64[rows]: 1 for machine,
    0 for human, nan for no label. how: sentences on the origin of the labels.
    """

    tokens: Rows
    score: Floats
    human: NDArray[np.bool_]
    machine: NDArray[np.bool_]
    pool: Population
    drawn: Draw | None
    rows: Rows
    known: Floats
    how: tuple[str, ...]
    confidence: float

    def share(self, detected: Share) -> Share:
        """Return the share of the whole corpus by these labels; declarations count as they do in `detected`."""
        if self.drawn is not None:
            found = read_draw(self.drawn, self.known, confidence=self.confidence)
        else:
            found = self._of_sample(np.ones(self.tokens.size, np.bool_))
        return self._concluded(None, found, detected, _sentences(self.known, self.how))

    def share_of(self, rows: Rows, detected: Share) -> Share:
        """Return the share of documents int64 `rows` by the labels inside; `detected` where these are below FEWEST."""
        inside = np.zeros(self.tokens.size, np.bool_)
        inside[rows] = True
        count = self._labels_in(inside)
        if count < FEWEST:
            return detected
        found = self._of_draw(self.drawn, inside) if self.drawn is not None else self._of_sample(inside)
        return self._concluded(rows, found, detected, (f"by {counted(count, 'label')} of these documents",))

    def _labels_in(self, inside: NDArray[np.bool_]) -> int:
        labelled = self.rows[~np.isnan(self.known)]
        if self.drawn is None:
            return int(inside[labelled].sum())
        there = np.zeros(self.pool.rows.size, np.bool_)
        there[self.pool.text[inside[self.pool.documents]]] = True
        return int(there[labelled].sum())

    def _of_draw(self, drawn: Draw, inside: NDArray[np.bool_]) -> Interval:
        mine = inside[self.pool.documents]
        tokens = self.tokens[self.pool.documents]
        here = np.bincount(self.pool.text[mine], tokens[mine], self.pool.rows.size).astype(np.int64)
        return read_part(drawn, self.known, here, confidence=self.confidence)

    def _of_sample(self, inside: NDArray[np.bool_]) -> Interval:
        """Read labels inside a part as a random sample of it, which they are where the whole was sampled at random."""
        rows = self.pool.documents[inside[self.pool.documents]]
        chosen = inside[self.rows]
        place = np.searchsorted(rows, self.rows[chosen])
        score, tokens = self.score[rows], self.tokens[rows]
        return read_sample(score, tokens, place, self.known[chosen], confidence=self.confidence)

    def _concluded(self, rows: Rows | None, found: Interval, detected: Share, told: tuple[str, ...]) -> Share:
        sides = self.tokens, self.tokens * self.machine, self.tokens * self.human
        total, machine, human = (int((one if rows is None else one[rows]).sum()) for one in sides)
        unknown = total - machine - human
        estimate, low, high = (float((machine + unknown * value) / total) for value in found)
        told = (*told, *_contradicted(low, high, detected))
        if low < detected.low <= estimate:  # two proofs add up, unless labels speak against the other
            told = (
                *told,
                f"labels alone prove at least {percent(low)}; the scores at least {percent(detected.low)}, if human "
                "text here is of kinds that the detector or the reference covers",
            )
            low = detected.low
        verdict = "estimated" if high - low <= WIDEST else "at-least" if low > 0 else "cannot-tell"
        settled = estimate if verdict == "estimated" else None
        return replace(
            detected, verdict=verdict, estimate=settled, low=low, high=high, evidence="audited", reasons=told
        )


def _sentences(known: Floats, how: tuple[str, ...]) -> tuple[str, ...]:
    missing = int(np.isnan(known).sum())
    told = (f"{counted(known.size - missing, 'label')}, {how[0]}", *how[1:])
    without = (
        f"{counted(missing, 'document')} drawn {'has' if missing == 1 else 'have'} no label: each may be either, "
        "which widens the interval"
    )
    said = {float(value) for value in known[~np.isnan(known)]}
    if len(said) == 1:
        writer = "machine" if said == {1.0} else "human"
        told = (*told, f"every label says {writer}: the answer is wrong if only such documents were given a label")
    return (*told, without) if missing else told


def _contradicted(low: float, high: float, detected: Share) -> tuple[str, ...]:
    """Reasons why labels contradict the scores."""
    known = detected.if_known_kinds
    if high < detected.low:
        return (
            f"the scores alone say at least {percent(detected.low)}: human text here is of a kind that the detector "
            "does not know",
        )
    if known is not None and low > known.high:
        return (f"at most {percent(known.high)} reads as machine-written: the rest reads as human",)
    return ()
