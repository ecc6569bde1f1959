"""Loss of a part of a corpus in each figure, with an interval.

Both sides at one size. The interval is a jackknife over groups of documents: a group is left out of both sides at once,
so that what they share, which is most of it, makes nobody unsure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.diversity.figures import BY_TOKENS, COMPRESSION, at_size, compression_ratios
from curate.diversity.jackknife import LEAST_GROUPS, group_numbers, standard_error
from curate.diversity.sample import SAMPLE_TOKENS, Sample
from curate.diversity.windows import copies_apart

TAIL = ("tail_recall", "singleton_mass")  # what the tail is measured by: the first that both sides have


@dataclass(frozen=True, slots=True)
class Lost:
    """Figures of both sides by name, at `tokens` tokens of each; `tail` is the one that says how much was lost.

    interval: 95 %, of 1 - after / before of that figure; None where too few groups of documents are there to say.
    """

    tokens: int
    before: dict[str, float]
    after: dict[str, float]
    tail: str
    interval: tuple[float, float] | None


def lost(before: Sample, after: Sample) -> Lost:
    """In windows of the size of the smaller sample, of `after` one: its first tokens.

    Short of a full sample, so that on neither side copies count as past its end.
    """
    size = min(before.token_count, after.token_count, SAMPLE_TOKENS - 1)
    before, after = copies_apart(before.first(SAMPLE_TOKENS - 1)), copies_apart(after.first(size))
    sides = _figures((before, after), size)
    both = [name for name in BY_TOKENS if all(name in one for one in sides)]
    tail = next(name for name in TAIL if name in both)
    figures = [{name: float(one[name][-1]) for name in both} for one in sides]
    ratios = [compression_ratios(one) for one in (before, after)]
    if all(ratios):
        for one, ratio in zip(figures, ratios, strict=True):
            one[COMPRESSION] = float(ratio[COMPRESSION][-1])
    return Lost(size, figures[0], figures[1], tail, _interval(sides[0][tail], sides[1][tail]))


def _figures(wholes: tuple[Sample, Sample], size: int) -> list[dict[str, NDArray[np.float64]]]:
    """Of each side, every figure without each group and of all; groups are the same on both sides."""
    numbers = [group_numbers(one) for one in wholes]
    kinds = np.unique(np.concatenate(numbers))
    codes = [np.searchsorted(kinds, one).astype(np.int64) for one in numbers]
    return [at_size(one, size, groups, kinds.size) for one, groups in zip(wholes, codes, strict=True)]


def _interval(before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[float, float] | None:
    """Two standard errors around the loss; none where there was nothing to lose."""
    if before.size <= LEAST_GROUPS:
        return None
    if not (before > 0).all():
        return (0.0, 0.0) if before[-1] == 0 else None
    losses = 1 - after / before
    room = 2 * standard_error(losses)
    return float(losses[-1] - room), float(losses[-1] + room)
