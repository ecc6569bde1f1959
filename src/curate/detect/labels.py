"""Labels drawn at random correct the detector: strata of like scores, few draws from those that the score settles.

Whatever the score is worth, a document drawn with a known probability shows the machine share of the TOKENS without
bias once it is weighed by that probability; a score that tells the classes apart makes strata pure, and the interval
narrow. It holds after every number of draws at once (statistics.sequence). Nothing is assumed about the corpus, the
detector or near-duplicates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.statistics.draws import drawn_places
from curate.statistics.logistic import logistic
from curate.statistics.sequence import mean_at_most

STRATA = 16
EDGE = 0.01  # for strata a score settles a text no more than this
SPREAD = 4096  # parts that p (1 - p) is counted in: whole numbers add up to the same in any order
HUNDREDTHS = 100  # priors and chances are whole parts, so that every processor draws the same
DOUBT = 0.1  # the detector is not believed to settle a stratum more than this: unseen collections differ that much
FEW = 0.02  # of the tokens: so few without a score stand among those that the score says nothing of
SECONDS = 25  # that a person is taken to need for a document

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """code, tokens int64[documents]; mass int64[documents]: tokens times how densely the stratum is drawn from.

    weight: of the tokens; prior: machine share as the scores have it; chance of a draw: float64[strata].
    """

    code: Rows
    tokens: Rows
    mass: Rows
    weight: Floats
    prior: Floats
    chance: Floats

    def values(self, upto: int | None = None) -> Floats:
        """Return weighted values of a draw, float64[2, 2 * strata]: for human in each stratum, then for machine.

        Both rows have the machine share as their mean; the second has the expectation by scores subtracted, a control
        variate. upto: count machine text of the first so many strata only.
        """
        inside = np.arange(self.weight.size) < (self.weight.size if upto is None else upto)
        by_draw = self.weight / self.chance * inside
        plain = np.concatenate([np.zeros_like(by_draw), by_draw])
        expected = self.prior * by_draw
        rest = float((self.weight * self.prior * inside).sum())
        return np.stack([plain, plain - np.tile(expected, 2) + rest])


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """sequence int64[draws]: a document each; rows int64[k], ascending: drawn `times` each, `first` at that draw."""

    strata: Strata
    sequence: Rows
    rows: Rows
    times: Rows
    first: Rows

    @classmethod
    def of(cls, strata: Strata, sequence: Rows) -> Draw:
        """By the documents that were drawn, one after the other."""
        rows, first, times = np.unique(sequence, return_index=True, return_counts=True)
        return cls(strata, sequence, rows, times.astype(np.int64), first.astype(np.int64))

    def head(self, count: int) -> Draw:
        """Its first draws."""
        return Draw.of(self.strata, self.sequence[:count])

    @property
    def in_order(self) -> Rows:
        """Rows in the order of the draw: whoever labels the first ones has labelled a smaller draw."""
        return self.rows[np.argsort(self.first)]

    def labelled(self, machine: Mapping[int, float], disputed: Collection[int] = ()) -> tuple[Draw, Floats]:
        """The draws before the first document behind the last label, all without a label; and labels of their rows.

        machine: 1, 0 or nan by row; disputed: rows that are nan although they were labelled. The bounds hold after
        every number of draws at once, so also after this one, whatever made a person stop there.
        """
        known = np.array([machine.get(row, np.nan) for row in self.rows.tolist()])
        done = ~np.isnan(known) | np.isin(self.rows, list(disputed))
        behind = self.first[self.first > self.first[done].max()] if done.any() else self.first[:0]
        if not behind.size:
            return self, known
        head = self.head(int(behind.min()))
        return head, known[np.isin(self.rows, head.rows)]

    def counts(self, machine: Floats, missing: float) -> Floats:
        """Draws by cell of Strata.values; a label that is nan counts as `missing`."""
        machine = np.where(np.isnan(machine), missing, machine)
        code, size = self.strata.code[self.rows], self.strata.weight.size
        parts = (np.bincount(code, self.times * part, size) for part in (1 - machine, machine))
        return np.concatenate(list(parts))

    def seen(self, machine: Floats, writer: float, upto: int | None = None) -> float:
        """Share of all tokens that labels of this writer (1 or 0) are of; `upto`: in so many first strata alone."""
        rows = self.rows[machine == writer]
        if upto is not None:
            rows = rows[self.strata.code[rows] < upto]
        return int(self.strata.tokens[rows].sum()) / int(self.strata.tokens.sum())

    def machine_at_most(self, machine: Floats, upto: int, *, level: float) -> float:
        """Machine share of all tokens in so many first strata; a missing label counts as machine."""
        unseen = float(self.strata.weight[:upto].sum()) - self.seen(machine, 0.0, upto)
        proved = mean_at_most(self.strata.values(upto), self.counts(machine, 1.0), level=level)
        return min(proved, max(unseen, 0.0))


def score_strata(score: Floats, tokens: Rows, key: NDArray[np.uint64]) -> Strata:
    """Documents by score into strata, whatever number is drawn; no score: one of its own.

    Each has about as much of two masses together: tokens, and tokens * p (1 - p), p being how likely a text of that
    score is a machine's. The second parts finely what the score leaves open, so that few documents of the rarer class
    hide among many of the other; the first keeps a score that errs from putting too much into one stratum.
    score: log-odds, nan for none. key decides between equal scores; documents without tokens must not be among them.
    """
    scored = ~np.isnan(score)
    some = bool(tokens[~scored].sum() > FEW * tokens.sum())
    value = np.where(scored, score, np.inf if some else 0.0)
    order = _by_value(value, key)
    odds, inside = np.empty(score.size), scored if some else np.ones(score.size, np.bool_)
    odds[order] = _machine_odds(np.where(scored, score, 0.0)[order], tokens[order])
    likely = np.clip(odds, EDGE, 1 - EDGE)
    open_still = np.rint(SPREAD * likely * (1 - likely)).astype(np.int64) * tokens
    place = sum(_middles(np.where(inside, mass, 0)[order]) for mass in (tokens, open_still))
    code = np.empty(score.size, np.int64)
    code[order] = np.minimum(place * STRATA / 2, STRATA - 1).astype(np.int64)
    code[~inside] = STRATA
    code = (np.cumsum(np.bincount(code) > 0) - 1)[code]  # without those that are empty
    mass = np.bincount(code, tokens)
    prior = np.clip(np.bincount(code[order], (odds * tokens)[order]) / mass, DOUBT, 1 - DOUBT)
    return strata_of(code, tokens, np.rint(HUNDREDTHS * prior).astype(np.int64))


def strata_of(code: Rows, tokens: Rows, hundredths: Rows) -> Strata:
    """Strata of documents by what each stratum's scores let expect, int64[strata] in hundredths of its tokens."""
    mass, prior = np.bincount(code, tokens), hundredths / HUNDREDTHS
    density = np.rint(HUNDREDTHS * np.sqrt(prior * (1 - prior))).astype(np.int64)  # least variance (Neyman 1934)
    chance = mass * density / (mass * density).sum()
    return Strata(code, tokens, tokens * density[code], mass / mass.sum(), prior, chance)


def draw(strata: Strata, key: NDArray[np.uint64], seed: bytes, count: int) -> Draw:
    """With replacement, in proportion to tokens inside each stratum; fewer draws are the beginning of more."""
    order = np.lexsort((key, strata.code))
    return Draw.of(strata, order[drawn_places(seed, strata.mass[order], 0, count)])


def _middles(mass: Rows) -> Floats:
    """How much of the whole lies before the middle of each, 0 to 1."""
    ends = np.cumsum(mass)
    return np.asarray((2 * ends - mass) / (2 * max(1, int(ends[-1]))))


def _machine_odds(score: Floats, tokens: Rows) -> Floats:
    """How likely each text is a machine's, at the share that makes these odds agree with their own mean."""
    share, last = 0.5, np.nan
    for _ in range(30):
        if share == last:  # every further round says the same
            break
        odds, last = logistic(score + np.log(share / (1 - share))), share
        share = float(np.clip((odds * tokens).sum() / tokens.sum(), 0.02, 0.98))
    return np.asarray(odds)


def _by_value(value: Floats, key: NDArray[np.uint64]) -> Rows:
    """As np.lexsort((key, value)), which sorts all by both; few values are equal."""
    order = np.argsort(value)
    ranked = value[order]
    same = ranked[1:] == ranked[:-1]
    tied = np.concatenate([same, [False]]) | np.concatenate([[False], same])
    some = order[tied]
    order[tied] = some[np.lexsort((some, key[some], value[some]))]
    return order
