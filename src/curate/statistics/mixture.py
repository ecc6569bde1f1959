"""The machine share of a sample that mixes human and machine texts of kinds nobody has seen: what it may be.

Kinds are drawn from what collections are like (statistics.kinds); each pair of a human and a machine kind, with each
share, explains the sample more or less well, and weighs as much. So does a sample of one class that is of two kinds:
two generators lie apart as a human and a machine kind may. A sample is never worth more than KNOWN texts: no pair of
drawn kinds is exactly that of the sample, and more texts do not make it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.statistics.kinds import Kinds
from curate.statistics.normal import normal_quantiles

DRAWS = 2048  # pairs of kinds: with a quarter of them bounds still moved by some hundredths
KNOWN = 200.0  # texts. This and the next two were chosen with each collection left out in turn (docs/share.md)
HUMAN_BEYOND, MACHINE_BEYOND = 1.0, 0.3  # deviations of a place beyond those seen
NOTHING = 0.1  # that there is no machine text at all, before anything is seen; as much that there is nothing else, and
# each as much again with two kinds of what there is
SAME = 4  # one draw of so many also stands for two kinds of one class: more of them move no bound
STEP = 0.5  # log-odds between shares that are tried
TILT = 1.0  # log-odds of machine text from one length to the next: standard deviation
CELLS = 400  # of shares

_LOGITS = np.arange(-5, 5 + STEP, STEP)
SHARES = np.concatenate([[0.0], 1 / (1 + np.exp(-_LOGITS)), [1.0]])

Floats = NDArray[np.float64]


class Believed(NamedTuple):
    """A machine share and its bounds."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Drawn pairs of kinds. machine float64[draws, lengths, bins]; fit float32[lengths, draws, shares, bins]: log of
    the density of a text of that length at each share; tilt int64[draws, 1]: steps of the share from length to length.
    alone: machine shares 0 and 1 with the fit of two kinds of that class, of every SAMEth draw.
    """

    machine: Floats
    fit: NDArray[np.float32]
    tilt: NDArray[np.int64]
    alone: tuple[tuple[float, NDArray[np.float32]], ...]

    def with_human(self, human: Floats) -> Pairs:
        """The same machine kinds beside the human kind that is known, float64[lengths, bins]."""
        alone = tuple((share, fit) for share, fit in self.alone if share == 1)
        return Pairs(self.machine, _fit(human[None], self.machine), self.tilt, alone)


def draw_pairs(human: Kinds, machine: Kinds, edges: Floats) -> Pairs:
    """From one fixed seed: the same kinds give the same pairs."""
    lengths = human.level.size
    uniform = even_points(DRAWS, 5)
    ranks = np.tile(np.arange(DRAWS)[:, None], 4 * lengths)
    normal = normal_quantiles((np.arange(DRAWS) + 0.5) / DRAWS)[np.random.default_rng(0).permuted(ranks, axis=0)]
    sides = [
        kinds.densities(edges, uniform[:, 2 * i : 2 * i + 2], normal[:, 2 * lengths * i : 2 * lengths * (i + 1)], most)
        for i, (kinds, most) in enumerate(((human, HUMAN_BEYOND), (machine, MACHINE_BEYOND)))
    ]
    tilt = np.rint(normal_quantiles(uniform[:, 4:]) * TILT / STEP)
    other = np.random.default_rng(1).permutation(DRAWS)[::SAME]
    alone = tuple((share, _fit(side[other], side[::SAME])) for share, side in zip((0.0, 1.0), sides, strict=True))
    return Pairs(sides[1], _fit(*sides), tilt.astype(np.int64), alone)


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
    """Of a sample, float64[lengths, bins] of any sum, behind which `known` independent texts stand."""
    size = 1 / (1 / max(known, 1.0) + 1 / KNOWN)
    explained = [_explained(pairs.fit, pairs.tilt, sample)]
    before = [_before()]
    for share, fit in pairs.alone:
        likely, parts = _explained(fit, pairs.tilt[::SAME], sample)
        explained.append((likely, np.full_like(parts, share)))
        before.append(_before_two())
    logs = [size * likely + prior for (likely, _), prior in zip(explained, before, strict=True)]
    most = max(float(log.max()) for log in logs)
    cells = np.zeros(CELLS + 1)
    for log, (_, shares) in zip(logs, explained, strict=True):
        cells += np.bincount(np.rint(CELLS * shares).astype(np.int64).ravel(), np.exp(log - most).ravel(), CELLS + 1)
    below = (np.cumsum(cells) - cells / 2) / cells.sum()
    tail = (1 - confidence) / 2
    low, half, high = np.interp([tail, 0.5, 1 - tail], below, np.arange(CELLS + 1) / CELLS)
    return Believed(float(low), float(half), float(high))


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
    for of_length, human_side, machine_side in zip(fit, *sides, strict=True):  # in place: all of it is 25 MB
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


def _before_two() -> Floats:
    """Log of what each part of the one kind is worth where there are two of one class; never none."""
    worth = SHARES * (1 - SHARES)
    with np.errstate(divide="ignore"):
        before: Floats = np.log(worth * NOTHING * SAME / worth.sum())
    return before
