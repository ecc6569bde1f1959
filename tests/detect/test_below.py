"""Human text proved below a score never contradicts the share's own interval."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from curate.detect.below import machine_below
from curate.detect.calibration import LENGTHS, Calibration, ClassCounts, Excess, LanguageCalibration, Reach
from curate.detect.histogram import score_histogram
from curate.detect.reading import interval
from curate.detect.sides import all_sides, doubts_about

EDGES = np.linspace(-6, 6, 25)


def side(centre: float) -> ClassCounts:
    draws = np.random.default_rng(5)
    one = np.bincount(np.searchsorted(EDGES, draws.normal(centre, 1, 20000)), minlength=EDGES.size + 1)
    return ClassCounts(("c",), np.repeat(one[None, None], len(LENGTHS), axis=1))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 1.0])
@pytest.mark.parametrize("machine_excess", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("shift", [0.0, -1.5])
def test_no_more_human_text_is_proved_than_the_interval_leaves(
    share: float, machine_excess: float, shift: float
) -> None:
    reach = Reach(0.0, 5 * machine_excess)
    known = Calibration({"en": LanguageCalibration(EDGES, side(-2.0), side(2.0), reach, Excess(0.0, 0.0), 9)})
    draws = np.random.default_rng(0)
    machine = draws.random(3000) < share
    score = draws.normal(np.where(machine, 2.0 + shift, -2.0), 1).astype(np.float32)
    tokens = draws.integers(30, 900, 3000)
    target = score_histogram(known, pa.array(["en"] * 3000), score, tokens)
    sides = all_sides(target, known, 0.95)["en"]
    _, high = interval(sides, known.languages["en"], doubtful=bool(doubts_about("en", sides.known)), room=0.0)
    for bound in machine_below(target, known):
        below = tokens[score < bound.threshold].sum() / tokens.sum()
        assert below - bound.share <= 1 - high + 0.02  # the interval splits its error otherwise
