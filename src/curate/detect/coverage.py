"""How often the interval holds the truth on collections that the calibration never saw, and how wide it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.detect.calibration import Calibration, LanguageCalibration
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.holdout import HeldOut
from curate.detect.share import identified, stretched

SHARES = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0)
DOCUMENTS = 2000
REPEATS = 2
MIN_CLASS = 100  # whole texts of each class from which a collection is tested
CONFIDENCE = 0.95
MOST = 0.9  # of an excess: beyond it an interval says nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One made corpus of a collection left out: its true share of tokens and what the others' hull says."""

    collection: str
    asked: float
    documents: int
    truth: float
    low: float
    high: float
    misfit: float


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


def hull_cells(held: HeldOut, calibration: LanguageCalibration) -> list[Cell]:
    """Every tested collection at every share, its own counts taken out of the calibration. Scores are log-odds."""
    cells = []
    for name in held.collections():
        others = calibration.without(name)
        assert name not in (*others.human.collections, *others.machine.collections)
        for asked in possible_shares(held, name):
            for repeat in range(REPEATS):
                histogram, truth, documents = made_corpus(held, name, asked, others, repeat)
                known = identified(histogram.languages[""], others, CONFIDENCE)
                low, high = known.share()
                cells.append(Cell(name, asked, documents, truth, low, high, known.misfit))
    return cells


def made_corpus(
    held: HeldOut, collection: str, share: float, calibration: LanguageCalibration, repeat: int
) -> tuple[ScoreHistogram, float, int]:
    """Whole texts of a collection mixed to about that share of tokens: histogram (language ""), true share, texts."""
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
    tokens = mine.tokens[rows]
    truth = float(tokens[mine.machine[rows]].sum() / tokens.sum())
    language = pa.array([""] * rows.size, pa.string())
    return score_histogram(Calibration({"": calibration}), language, mine.score[rows], tokens), truth, rows.size


def excesses(cells: list[Cell]) -> tuple[float, float]:
    """Human and machine excess that all but 2.5 % of the cells need, each; 0 without cells.

    What a cell needs is where `stretched` puts the bound on the truth.
    """
    if not cells:
        return 0.0, 0.0
    low, high, truth = (np.array([getattr(cell, name) for cell in cells]) for name in ("low", "high", "truth"))
    human = np.where(low > truth, (low - truth) / np.maximum(1 - truth, 1e-12), 0.0)
    machine = np.where(high < truth, 1 - high / np.maximum(truth, 1e-12), 0.0)
    level = 1 - (1 - CONFIDENCE) / 2
    found = [float(np.quantile(need, level, method="higher")) for need in (human, machine)]
    return min(round(found[0], 3), MOST), min(round(found[1], 3), MOST)


def covers(cells: list[Cell], human: float, machine: float) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which stretched intervals hold the truth, and how wide each is."""
    bounds = np.array([stretched(cell.low, cell.high, human, machine) for cell in cells]).reshape(-1, 2)
    truth = np.array([cell.truth for cell in cells])
    covered: NDArray[np.bool_] = (bounds[:, 0] <= truth + 1e-6) & (truth <= bounds[:, 1] + 1e-6)
    return covered, bounds[:, 1] - bounds[:, 0]


def _count(held: HeldOut, collection: str, *, machine: bool) -> int:
    return int(((held.collection == collection) & (held.machine == machine)).sum())
