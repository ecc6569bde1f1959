"""How much machine text can lie below a score: the worst case over everything that explains a corpus."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from curate.detect.calibration import Calibration, LanguageCalibration
from curate.detect.histogram import ScoreHistogram
from curate.detect.labels import Draw, Floats, Rows
from curate.detect.reading import interval
from curate.detect.sides import Sides, all_sides, doubts_about, untested
from curate.statistics.hull import IdentificationSet


@dataclass(frozen=True, slots=True)
class MachineBelow:
    """At most `share` of the scored tokens are machine text that scores below `threshold` (log-odds)."""

    threshold: float
    share: float


def machine_below_by_labels(
    drawn: Draw, known: Floats, score: Floats, *, confidence: float
) -> tuple[MachineBelow, ...]:
    """Bound the machine text below thresholds between the strata of a draw, by its labels.

    known float64: of the drawn rows 1 for machine, 0 for human, nan for no label, which counts as machine; score
    float64: of all texts of the population, nan for none. Shares are of its tokens. Thresholds share the error, so all
    bounds hold together, after every number of draws at once, and any may be chosen.
    """
    level = (1 - confidence) / drawn.strata.weight.size
    return tuple(
        MachineBelow(threshold, drawn.machine_at_most(known, upto, level=level))
        for upto, threshold in enumerate(_upper_ends(score, drawn.strata.code), start=1)
    )


def _upper_ends(score: Floats, code: Rows) -> list[float]:
    """A score below which lie documents of the first 1, 2, ... strata alone; none for documents without a score."""
    scored = [score[(code == number) & ~np.isnan(score)] for number in range(int(code.max()) + 1)]
    lows = [float(one.min()) for one in scored if one.size]
    highs = [float(one.max()) for one in scored if one.size]
    return [*lows[1:], float(np.ceil(highs[-1])) + 1] if highs else []


def machine_below(
    target: ScoreHistogram,
    calibration: Calibration,
    *,
    confidence: float = 0.95,
    doubted: Collection[str] = (),
) -> tuple[MachineBelow, ...]:
    """The most machine text that lies below each of a row of thresholds; all hold together with that confidence.

    doubted: languages of which no score is believed: all their text below a threshold may be a machine's.

    They hold together because each is the worst case over the same identification set, so one may be picked afterwards.
    Empty where nothing is scored.
    """
    grid = sorted({float(edge) for language in target.languages for edge in calibration.languages[language].edges})
    return _bounds_below(target, calibration, grid[:: max(1, len(grid) // 24)], confidence, doubted)


def _bounds_below(
    target: ScoreHistogram,
    calibration: Calibration,
    thresholds: list[float],
    confidence: float,
    doubted: Collection[str],
) -> tuple[MachineBelow, ...]:
    """Half of the error goes to the identification set, half to chance: the texts at hand are a draw from it.

    It agrees with the interval of what reads as machine-written: no more machine text lies below a threshold than there
    can be, and no more human text than there must be. That interval held in 98 % of corpora of collections left out
    whose machine text reads as machine-written (docs/evidence/whole.md). Of a language that cannot be told about,
    every text below may be a machine's.
    """
    if not target.scored_tokens:
        return ()
    sides = all_sides(target, calibration, (1 + confidence) / 2)
    doubtful = [
        name
        for name, one in sides.items()
        if name in doubted or doubts_about(name, one.known) or untested(name, calibration.languages[name])
    ]
    weight = {name: int(one.tokens.sum()) / target.scored_tokens for name, one in target.languages.items()}
    told = {name: one for name, one in sides.items() if name not in doubtful}
    most = sum(
        weight[name] * interval(one, calibration.languages[name], doubtful=False, room=0.0)[1]
        for name, one in told.items()
    )
    rare = np.log(2 * len(thresholds) / (1 - confidence)) / _effective(sides, weight)
    found = []
    for threshold in thresholds:
        expected = sum(
            weight[name] * _machine_below(one.known, calibration.languages[name], threshold)
            for name, one in told.items()
        )
        drawn = expected + np.sqrt(2 * expected * rare) + rare / 3  # Bernstein's inequality
        least = _part_below(target, calibration, told, threshold) - (sum(weight[name] for name in told) - most)
        unproved = _part_below(target, calibration, doubtful, threshold)
        found.append(MachineBelow(threshold, float(min(1.0, max(min(drawn, most), least) + unproved))))
    return tuple(found)


def _part_below(target: ScoreHistogram, calibration: Calibration, languages: Iterable[str], threshold: float) -> float:
    """Tokens of these languages in bins that hold a score below the threshold, as a fraction of the scored tokens."""
    below = sum(
        int(target.languages[name].tokens[:, : _bins_below(calibration.languages[name], threshold)].sum())
        for name in languages
    )
    return below / target.scored_tokens


def _effective(sides: Mapping[str, Sides], weight: Mapping[str, float]) -> float:
    """Independent documents behind the whole, all languages together."""
    return 1 / sum(
        (weight[name] * stratum.weight) ** 2 / stratum.effective
        for name, one in sides.items()
        for stratum in one.known.strata
    )


def _machine_below(known: IdentificationSet, calibration: LanguageCalibration, threshold: float) -> float:
    """Machine text of an unseen generator beyond the hull scores like human text: all of it may lie below."""
    bins = _bins_below(calibration, threshold)
    odds = calibration.hull_excess.machine / (1 - calibration.hull_excess.machine)
    everywhere = known.machine_values(None)
    value = known.machine_values(bins) + odds * everywhere
    return float(np.clip(known.greatest(value), 0, 1))


def _bins_below(calibration: LanguageCalibration, threshold: float) -> int:
    """Bins that hold any score below the threshold; one that holds the threshold itself counts in full."""
    return int(np.searchsorted(calibration.edges, threshold, side="left")) + 1
