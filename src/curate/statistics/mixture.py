"""The machine share of a sample that mixes human and machine texts of kinds nobody has seen: what it may be.

Kinds are drawn from what collections are like (statistics.kinds); each pair of a human and a machine kind, with each
share, explains the sample more or less well, and weighs as much. So does a sample of one class that is of two kinds:
two generators, or two topics, of one corpus lie as near to each other as they were seen to do, NEAR, and hardly ever as
far apart as human and machine text do. The lower bound `least` trusts that less: two human kinds may be any two. Tails
are heavy: one collection in seventeen lay outside all the others. A sample is never worth more than KNOWN texts: no
pair of drawn kinds is exactly that of the sample, and more texts do not make it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.statistics.kinds import Kinds
from curate.statistics.normal import heavy_quantiles, normal_quantiles

DRAWS = 2048  # pairs of kinds: with a quarter of them bounds still moved by some hundredths
KNOWN = 200.0  # texts. This and the next four were chosen with each collection left out (docs/evidence/share.md)
HUMAN_PLACES, MACHINE_PLACES, SPREADS = 0.9, 0.8, 1.3  # scales of Student's t with four degrees of freedom, in standard
# deviations of what was seen: of places of either class, and of what kinds spread
NEAR = 0.8  # the same, of how far apart two kinds of one class and one corpus lie: genres of a collection's human text
# and generators of its machine text differ by 1.1 (root mean square)
LOWEST = 0.5  # deviations below the lowest place seen: a machine kind that lies lower is none that is known. Without
# this, text that scores as no machine text ever did might be a machine's all the same, for tails are heavy. Tried once
BEYOND = 0.3  # deviations outside the places seen, beside human text that is known
NOTHING = 0.1  # that there is no machine text at all, before anything is seen; as much that there is nothing else
TWO = 0.1  # the same, with two kinds of what there is
FAR = 0.5  # and, for `least` alone, with two human kinds that lie anywhere
LEAST = 0.04  # of the chance of error of `low`: that of `least`. With all of it `least` was too high in half of the
# corpora of students' answers, which score as machine text (docs/evidence/whole.md)
SAME = 4  # one draw of so many also stands for two kinds of one class: more of them move no bound
STEP = 0.5  # log-odds between shares that are tried
TILT = 1.0  # log-odds of machine text from one length to the next: standard deviation
CELLS = 400  # of shares
AT_ONCE = 64  # draws

_LOGITS = np.arange(-5, 5 + STEP, STEP)
SHARES = np.concatenate([[0.0], 1 / (1 + np.exp(-_LOGITS)), [1.0]])

Floats = NDArray[np.float64]


class Believed(NamedTuple):
    """A machine share and its bounds; `least` is a lower bound also where two human kinds lie anywhere."""

    least: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Drawn pairs of kinds. machine float64[draws, lengths, bins]; fit float32[lengths, draws, shares, bins]: log of
    the density of a text of that length at each share; tilt int64[draws, 1]: steps of the share from length to length.
    alone: machine shares 0 and 1 with the fit of two near kinds of that class, of every SAMEth draw; far: of two human
    kinds that lie anywhere, None where the human kind is known. counted bool[draws]: those that count (None: all),
    whose machine kind is no more than LOWEST below the kinds seen; seen: no more than BEYOND outside them.
    """

    machine: Floats
    fit: NDArray[np.float32]
    tilt: NDArray[np.int64]
    alone: tuple[tuple[float, NDArray[np.float32]], ...]
    far: NDArray[np.float32] | None = None
    counted: NDArray[np.bool_] | None = None
    seen: NDArray[np.bool_] | None = None

    def with_human(self, human: Floats) -> Pairs:
        """Machine kinds as they were seen beside the human kind that is known, float64[lengths, bins].

        Any text scores as some machine kind far from all that were seen does: with those no reference would tell more
        than the scores alone.
        """
        alone = tuple((share, fit) for share, fit in self.alone if share == 1)
        return Pairs(self.machine, _fit(human[None], self.machine), self.tilt, alone, counted=self.seen)

    def worth(self) -> Floats:
        """Log of what each draw is worth, float64[draws, 1]."""
        counted = np.ones(len(self.tilt), np.bool_) if self.counted is None else self.counted
        return np.where(counted, 0.0, -np.inf)[:, None]


def draw_pairs(human: Kinds, machine: Kinds, edges: Floats) -> Pairs:
    """From one fixed seed: the same kinds give the same pairs."""
    uniform = even_points(DRAWS, 7)
    heavy = heavy_quantiles(uniform[:, :6])
    ranks = np.tile(np.arange(DRAWS)[:, None], 8 * human.level.size)
    normal = normal_quantiles((np.arange(DRAWS) + 0.5) / DRAWS)[np.random.default_rng(0).permuted(ranks, axis=0)]
    own = np.split(normal, 4, axis=1)
    sides, alone = [], []
    for i, (kinds, scale) in enumerate(((human, HUMAN_PLACES), (machine, MACHINE_PLACES))):
        place, spread = scale * heavy[:, i], SPREADS * heavy[:, 2 + i]
        near = place + NEAR * heavy[:, 4 + i]
        sides.append(kinds.densities(edges, place, spread, own[i]))
        second = kinds.densities(edges, near[::SAME], spread[::SAME], own[2 + i][::SAME])
        alone.append((float(i), _fit(second, sides[i][::SAME])))
    tilt = np.rint(normal_quantiles(uniform[:, 6:]) * TILT / STEP)
    other = np.random.default_rng(1).permutation(DRAWS)[::SAME]
    far = _fit(sides[0][other], sides[0][::SAME])
    place, (least, most) = MACHINE_PLACES * heavy[:, 1], machine.places
    counted, seen = place > least - LOWEST, (place > least - BEYOND) & (place < most + BEYOND)
    return Pairs(sides[1], _fit(*sides), tilt.astype(np.int64), tuple(alone), far, counted, seen)


def even_points(count: int, dimensions: int) -> Floats:
    """float64[count, dimensions] in (0, 1), evenly spread: multiples of powers of one over the root of
    x ** (dimensions + 1) = x + 1 (Roberts 2018, the R sequence).
    """
    root = 1.5
    for _ in range(60):
        root = (1 + root) ** (1 / (dimensions + 1))
    points: Floats = (0.5 + np.arange(1, count + 1)[:, None] * root ** -np.arange(1.0, dimensions + 1)) % 1
    return points


def believed_share(pairs: Pairs, sample: Floats, known: float, *, confidence: float) -> Believed:
    """Return the posterior of the machine share of a sample, float64[lengths, bins] of any sum.

    known: the number of independent texts in the sample.
    """
    size = 1 / (1 / max(known, 1.0) + 1 / KNOWN)
    likely, parts = _explained(pairs.fit, pairs.tilt, sample)
    worth = pairs.worth()
    explained = [(size * likely + _before() + worth, parts)]
    for share, fit in pairs.alone:
        likely, parts = _explained(fit, pairs.tilt[::SAME], sample)
        explained.append((size * likely + _before_two(TWO) + worth[::SAME], np.full_like(parts, share)))
    most = max(float(log.max()) for log, _ in explained)
    cells = np.zeros(CELLS + 1)
    for log, shares in explained:
        cells += np.bincount(np.rint(CELLS * shares).astype(np.int64).ravel(), np.exp(log - most).ravel(), CELLS + 1)
    tail = (1 - confidence) / 2
    low, half, high = _quantiles(cells, [tail, 0.5, 1 - tail])
    if pairs.far is None:
        return Believed(min(low, _quantiles(cells, [LEAST * tail])[0]), low, half, high)
    likely, _ = _explained(pairs.far, pairs.tilt[::SAME], sample)
    with np.errstate(over="ignore"):  # beyond all numbers: then nothing else counts
        cells[0] += min(float(np.exp(size * likely + _before_two(FAR) - most).sum()), 1e300)
    return Believed(min(low, _quantiles(cells, [LEAST * tail])[0]), low, half, high)


def _quantiles(cells: Floats, at: list[float]) -> list[float]:
    below = (np.cumsum(cells) - cells / 2) / cells.sum()
    found: list[float] = np.interp(at, below, np.arange(CELLS + 1) / CELLS).tolist()
    return found


def _explained(fit: NDArray[np.float32], tilt: NDArray[np.int64], sample: Floats) -> tuple[Floats, Floats]:
    """Mean log density of a sample's texts, and the share over all lengths; float64[draws, shares] each."""
    weight = sample.sum(axis=1) / sample.sum()
    middle, count = float(weight @ np.arange(weight.size)), SHARES.size
    inner, draws = np.arange(1, count - 1), np.arange(len(tilt))[:, None]
    likely, share = np.zeros((2, len(tilt), count))
    for length in np.flatnonzero(weight).tolist():
        shifted = inner + np.rint(tilt * (length - middle)).astype(np.int64)
        at = np.pad(np.clip(shifted, 1, count - 2), ((0, 0), (1, 1)), constant_values=((0, 0), (0, count - 1)))
        likely += (fit[length] @ (sample[length] / sample.sum()).astype(np.float32))[draws, at]
        share += weight[length] * SHARES[at]
    return likely, share


def _fit(human: Floats, machine: Floats) -> NDArray[np.float32]:
    share = SHARES.astype(np.float32)[:, None]
    sides = [side.transpose(1, 0, 2)[:, :, None].astype(np.float32) for side in (human, machine)]
    draws, bins = max(len(human), len(machine)), human.shape[2]
    fit = np.empty((human.shape[1], draws, SHARES.size, bins), np.float32)
    for begin in range(0, draws, AT_ONCE):  # in the processor's cache: all of it is 25 MB
        some = slice(begin, begin + AT_ONCE)
        for of_length, *both in zip(fit[:, some], *sides, strict=True):
            human_side, machine_side = (side if len(side) == 1 else side[some] for side in both)
            np.multiply(1 - share, human_side, out=of_length)
            of_length += share * machine_side
            np.log(of_length, out=of_length)
    return fit


def _before() -> Floats:
    """Log of what each share is worth before anything is seen: all alike, but for none and all."""
    worth = SHARES * (1 - SHARES)
    worth[[0, -1]] = worth[1]
    worth *= (1 - 2 * NOTHING) / worth.sum()
    worth[[0, -1]] += NOTHING
    before: Floats = np.log(worth)
    return before


def _before_two(belief: float) -> Floats:
    """Log of what each part of the one kind is worth where there are two of one class; never none."""
    worth = SHARES * (1 - SHARES)
    with np.errstate(divide="ignore"):
        before: Floats = np.log(worth * belief * SAME / worth.sum())
    return before
