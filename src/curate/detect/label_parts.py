"""Labels of a draw from a corpus, read for a part of it: draws that hit a part are a draw from that part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.detect.label_estimate import read_draw
from curate.detect.labels import HUNDREDTHS, Draw, Floats, Rows, strata_of
from curate.statistics.stratified import Interval


def within(drawn: Draw, inside: NDArray[np.bool_]) -> Draw | None:
    """The draws that hit these texts, bool[texts]; its rows count these texts only. None where no draw hit them."""
    sequence = drawn.sequence[inside[drawn.sequence]]
    if not sequence.size:
        return None
    there, code = np.unique(drawn.strata.code[inside], return_inverse=True)
    hundredths = np.rint(HUNDREDTHS * drawn.strata.prior[there]).astype(np.int64)
    strata = strata_of(code, drawn.strata.tokens[inside], hundredths)
    return Draw.of(strata, (np.cumsum(inside) - 1)[sequence])


def read_part(drawn: Draw, machine: Floats, here: Rows, *, confidence: float) -> Interval:
    """The machine share of a part's tokens; of each text int64 `here` of them lie there.

    machine: labels of `drawn.rows`, as for `read_draw`. Of a text whose copies lie in other parts too nothing is
    inferred: it counts as its label says, and without a label it may be either.
    """
    inside = (here > 0) & (here == drawn.strata.tokens)
    known = np.full(here.size, np.nan)
    known[drawn.rows] = machine
    part = within(drawn, inside)
    found = Interval(0.5, 0.0, 1.0)
    if part is not None:
        found = read_draw(part, known[inside][part.rows], confidence=confidence)
    across = here * ~inside
    whole, written = float(here[inside].sum()), float(across[known == 1].sum())
    either = float(across[np.isnan(known)].sum())
    ends = whole * found.low + written, whole * found.high + written + either
    values = ((whole + either) * found.estimate + written, *ends)
    return Interval(*(value / float(here.sum()) for value in values))
