"""Human documents of a corpus itself, dated or labelled: the reference of the others of their source and language."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST_OF_SOURCE = 20  # scored human documents of a source and language, in each half, from which they speak for it
STEPS = 1 << 16  # weights are whole multiples of 1 / STEPS, so that sums do not depend on an order

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def own_halves(
    kind: Rows, tokens: Rows, scored: Mask, unknown: Rows, human: Rows, second: Mask
) -> tuple[Mask, list[tuple[Rows, Rows]]]:
    """Two halves of the human documents, weighted so that sources stand in them as among the unknown ones.

    kind int64[n]: a number for the source and language of each document. human: rows with a score; second: which of
    them are of the second half. Return which of the unknown rows are of the same kinds, and rows and mass of each half.

    Whatever humans wrote among the unknown is some of each source's; were sources mixed otherwise, a source whose human
    text scores high would read as machine text.
    """
    size = int(kind.max()) + 1
    halves = [human[~second], human[second]]
    enough = np.all([np.bincount(kind[half], minlength=size) >= LEAST_OF_SOURCE for half in halves], axis=0)
    covered: Mask = enough[kind[unknown]] & scored[unknown]
    wanted = np.bincount(kind[unknown[covered]], tokens[unknown[covered]], size)
    sides = []
    for half in halves:
        there = np.bincount(kind[half], tokens[half], size)
        weight = np.where(enough & (there > 0), np.rint(STEPS * wanted / np.maximum(there, 1)), 0).astype(np.int64)
        rows = half[weight[kind[half]] > 0]
        sides.append((rows, tokens[rows] * weight[kind[rows]]))
    return covered, sides
