"""How often the interval holds the truth on collections that the calibration never saw, and how wide it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.detect.calibration import NO_REACH, Calibration, Excess, LanguageCalibration, Reach
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.holdout import HeldOut
from curate.detect.sides import WIDEST, sides_of

SHARES = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0)
DOCUMENTS = 2000
REPEATS = 2
MIN_CLASS = 100  # whole texts of each class from which a collection is tested
CONFIDENCE = 0.95
APART = 0.85  # AUROC from which the classes of a collection count as told apart
MOST = 0.9  # of an excess: beyond it an interval says nothing


@dataclass(frozen=True, slots=True, eq=False)
class MadeCorpus:
    """Whole texts of one collection, and the machine texts among them; the language is ""."""

    histogram: ScoreHistogram
    machine: ScoreHistogram

    @property
    def truth(self) -> float:
        """Machine share of the tokens."""
        return self.machine.scored_tokens / self.histogram.scored_tokens


@dataclass(frozen=True, slots=True)
class Cell:
    """One made corpus of a collection left out: its true share of tokens and what the others say, not stretched."""

    collection: str
    asked: float
    truth: float
    estimate: tuple[float, float]  # what the drawn kinds allow
    open: float  # what the scores leave open (`sides.left_open`)
    hull: tuple[float, float]
    apart: bool = True  # whether scores tell its classes apart, as far as it has both


def both_classes(held: HeldOut) -> list[str]:
    """Collections with enough whole texts of both classes to be made corpora of."""
    whole = held.where(held.whole & held.assistant)
    return [
        name
        for name in whole.collections()
        if min(_count(whole, name, machine=True), _count(whole, name, machine=False)) >= MIN_CLASS
    ]


def possible_shares(held: HeldOut, collection: str) -> tuple[float, ...]:
    """SHARES, or only 0 or 1 of a collection without the other class."""
    whole = held.where(held.whole & held.assistant & (held.collection == collection))
    enough = [_count(whole, collection, machine=machine) >= MIN_CLASS for machine in (False, True)]
    return SHARES if all(enough) else (0.0,) * enough[0] + (1.0,) * enough[1]


def left_out_cells(held: HeldOut, calibration: LanguageCalibration) -> list[Cell]:
    """Every collection at every share it can have, its own counts out of the calibration. Scores are log-odds."""
    cells = []
    for name in held.collections():
        others = calibration.without(name)
        assert name not in (*others.human.collections, *others.machine.collections)
        apart = told_apart(held, name)
        for asked in possible_shares(held, name):
            for repeat in range(REPEATS):
                corpus = made_corpus(held, name, asked, others, repeat)
                sides = sides_of(corpus.histogram.languages[""], others, CONFIDENCE)
                cells.append(Cell(name, asked, corpus.truth, sides.chance, sides.open, sides.known.share(), apart))
    return cells


def told_apart(held: HeldOut, collection: str) -> bool:
    """Return whether a machine text scores above a human one often enough; true of a collection of one class."""
    mine = held.where(held.whole & held.assistant & (held.collection == collection))
    human, machine = np.sort(mine.score[~mine.machine]), mine.score[mine.machine]
    if not human.size or not machine.size:
        return True
    below = np.searchsorted(human, machine, "left") + np.searchsorted(human, machine, "right")
    return float(below.mean()) / (2 * human.size) >= APART


def made_corpus(
    held: HeldOut, collection: str, share: float, calibration: LanguageCalibration, repeat: int
) -> MadeCorpus:
    """Whole texts of a collection, mixed to about that share of tokens, drawn without replacement."""
    mine = held.where(held.whole & held.assistant & (held.collection == collection))
    human, machine = np.flatnonzero(~mine.machine), np.flatnonzero(mine.machine)
    part = share
    if 0 < share < 1:
        per_human, per_machine = (1 - share) / mine.tokens[human].mean(), share / mine.tokens[machine].mean()
        part = per_machine / (per_human + per_machine)
    most = min(
        DOCUMENTS, human.size / (1 - part) if part < 1 else DOCUMENTS, machine.size / part if part else DOCUMENTS
    )
    written = round(most * part)
    draw = np.random.default_rng(repeat)
    rows = np.concatenate([draw.permutation(human)[: int(most) - written], draw.permutation(machine)[:written]])
    known = Calibration({"": calibration})
    parts = (rows, rows[mine.machine[rows]])
    return MadeCorpus(
        *(score_histogram(known, pa.array([""] * p.size, pa.string()), mine.score[p], mine.tokens[p]) for p in parts)
    )


def estimate_reach(cells: list[Cell]) -> Reach:
    """Reserve on either side of the drawn kinds' interval that 97.5 % of the answered cells need.

    Where scores do not tell the classes apart no interval of scores can be right: those are not asked.
    """
    cells = [cell for cell in cells if cell.apart and cell.estimate[1] - cell.estimate[0] <= WIDEST]
    if not cells:
        return NO_REACH
    truth, left_open = (np.array([getattr(cell, name) for cell in cells]) for name in ("truth", "open"))
    low, high = np.array([cell.estimate for cell in cells]).T
    level = 1 - (1 - CONFIDENCE) / 2
    needs = (float(np.quantile(need / left_open, level, method="higher")) for need in (low - truth, truth - high))
    return Reach(*(round(max(need, 0.0), 3) for need in needs))


def hull_excess(cells: list[Cell]) -> Excess:
    """Reserve on either side of the hull that 97.5 % of the cells need."""
    return _excess([cell.truth for cell in cells], [cell.hull for cell in cells])


def _excess(truths: list[float], bounds: list[tuple[float, float]]) -> Excess:
    """The excess with which `Excess.stretch` puts a bound on the truth, of all cells but the neediest."""
    if not truths:
        return Excess(0.0, 0.0)
    truth, (low, high) = np.array(truths), np.array(bounds).T
    human = np.where(low > truth, (low - truth) / np.maximum(1 - truth, 1e-12), 0.0)
    machine = np.where(high < truth, 1 - high / np.maximum(truth, 1e-12), 0.0)
    level = 1 - (1 - CONFIDENCE) / 2
    found = (float(np.quantile(need, level, method="higher")) for need in (human, machine))
    return Excess(*(min(round(need, 3), MOST) for need in found))


def _count(held: HeldOut, collection: str, *, machine: bool) -> int:
    return int(((held.collection == collection) & (held.machine == machine)).sum())
