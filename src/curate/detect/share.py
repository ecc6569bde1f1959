"""The share of a corpus that machines wrote: an interval that says what it does not know; no text is judged here.

Unit: tokens. The corpus enters as token-weighted score histograms by language and length, which count as many
independent documents as their weights allow (`LanguageHistogram.effective`). Inside a length bucket a calibration
collection counts documents, which are alike in length there. The estimate is the likeliest mixture of the collections
(statistics.mixture); its interval is what chance explains, stretched by what leaving each collection out has shown the
others to miss (calibration.Excess). Which mixtures explain the texts at all, and what they allow below a score, is
statistics.hull. docs/share.md has the measured coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from curate.detect.calibration import Calibration, LanguageCalibration
from curate.detect.histogram import ScoreHistogram
from curate.detect.sides import TESTED, Sides, all_sides, doubts_about
from curate.statistics.hull import IdentificationSet

WIDEST = 0.25  # an interval wider than this is not an estimate


@dataclass(frozen=True, slots=True)
class Share:
    """How much is machine-written. `estimate` is None under cannot-tell; low and high always hold."""

    verdict: str  # "estimated" | "at-least" | "cannot-tell"
    estimate: float | None
    low: float
    high: float
    confidence: float
    unit: str  # "tokens"
    evidence: str  # "detected" | "reference" | "audited"
    reasons: tuple[str, ...]
    placebo: float | None


@dataclass(frozen=True, slots=True)
class MachineBelow:
    """At most `share` of the scored tokens are machine text that scores below `threshold` (log-odds)."""

    threshold: float
    share: float


def estimate_share(
    target: ScoreHistogram,
    calibration: Calibration,
    *,
    confidence: float = 0.95,
    reference: ScoreHistogram | None = None,
) -> Share:
    """The share of the corpus's tokens that machines wrote, over all its languages.

    Tokens without a score may be anybody's: they widen the interval. `reference`: human text of the same corpus, whose
    histograms take the place of the calibration's human side where it has them.
    """
    total = target.scored_tokens + target.unscored_tokens
    evidence = "detected" if reference is None else "reference"
    if not target.scored_tokens:
        return _refused(
            ("no document is long enough, and in a calibrated language, to be scored",), confidence, evidence
        )
    low = high = estimate = 0.0
    reasons: list[str] = []
    for language, sides in all_sides(target, calibration, confidence, reference).items():
        weight = int(target.languages[language].tokens.sum()) / total
        calibrated = calibration.languages[language]
        doubts = doubts_about(language, sides.known, calibrated)
        bottom, top = _bounds(sides, calibrated, doubtful=bool(doubts))
        low, high = low + weight * bottom, high + weight * top
        estimate += weight * min(max(sides.likeliest.share, bottom), top)
        reasons += doubts
    unscored = target.unscored_tokens / total
    low, high = min(low, 1.0), min(high + unscored, 1.0)
    if unscored > WIDEST / 2:
        reasons.append(
            f"{unscored:.0%} of the tokens have no score: a language without calibration, or short documents"
        )
    if high - low > WIDEST:
        reasons.append(
            f"anything from {low:.0%} to {high:.0%} is possible: human and machine text vary that much between the "
            "collections that the detector was calibrated on"
        )
    if reasons:
        return _refused((*reasons, _next_step(low, high)), confidence, evidence, low, high)
    estimate /= 1 - unscored  # documents without a score are taken to be as those with one
    return Share("estimated", min(max(estimate, low), high), low, high, confidence, "tokens", evidence, (), None)


def machine_below(
    target: ScoreHistogram, calibration: Calibration, *, confidence: float = 0.95
) -> tuple[MachineBelow, ...]:
    """The most machine text that lies below each of a row of thresholds; all hold together with that confidence.

    They hold together because each is the worst case over the same identification set, so one may be picked afterwards.
    Empty where nothing is scored.
    """
    grid = sorted({float(edge) for language in target.languages for edge in calibration.languages[language].edges})
    return _bounds_below(target, calibration, grid[:: max(1, len(grid) // 24)], confidence)


def human_bound(
    target: ScoreHistogram, calibration: Calibration, *, threshold: float, confidence: float = 0.95
) -> float:
    """Most machine tokens below one threshold that was fixed beforehand, as a fraction of the scored tokens.

    The worst case over every mixture of collections that explains the corpus, with `hull_excess` of the machine
    text scoring as human text does; 0 where nothing is scored.
    """
    found = _bounds_below(target, calibration, [threshold], confidence)
    return found[0].share if found else 0.0


def choose_threshold(target: ScoreHistogram, calibration: Calibration, *, confidence: float = 0.95) -> float | None:
    """The threshold below which most tokens are proved human; None where no threshold proves any."""
    best, proved = None, 0.0
    for bound in machine_below(target, calibration, confidence=confidence):
        below = _tokens_below(target, calibration, bound.threshold) / target.scored_tokens - bound.share
        if below > proved:
            best, proved = bound.threshold, below
    return best


def _bounds(sides: Sides, calibration: LanguageCalibration, *, doubtful: bool) -> tuple[float, float]:
    """Around the likeliest share; with doubts, whatever that or the hull of all collections allows.

    Anything, where too few collections were there to learn how far off it can be.
    """
    estimate, hull = calibration.estimate_excess, calibration.hull_excess
    if sides.human_known:
        estimate, hull = replace(estimate, human=0.0), replace(hull, human=0.0)
    low, high = estimate.stretch(*sides.chance)
    if calibration.tested < TESTED:
        return (low if sides.human_known else 0.0), 1.0
    if not doubtful:
        return low, high
    bottom, top = hull.stretch(*sides.known.share())
    return min(low, bottom), max(high, top)


def _bounds_below(
    target: ScoreHistogram, calibration: Calibration, thresholds: list[float], confidence: float
) -> tuple[MachineBelow, ...]:
    """Half of the error goes to the identification set, half to chance: the texts at hand are a draw from it.

    No more machine text lies below a threshold than there is. Of a language that cannot be told about, every text below
    the threshold may be a machine's.
    """
    if not target.scored_tokens:
        return ()
    sides = all_sides(target, calibration, (1 + confidence) / 2)
    doubtful = [name for name, one in sides.items() if doubts_about(name, one.known, calibration.languages[name])]
    weight = {name: int(one.tokens.sum()) / target.scored_tokens for name, one in target.languages.items()}
    told = {name: one for name, one in sides.items() if name not in doubtful}
    most = sum(
        weight[name] * _bounds(one, calibration.languages[name], doubtful=False)[1] for name, one in told.items()
    )
    rare = np.log(2 * len(thresholds) / (1 - confidence)) / _effective(sides, weight)
    found = []
    for threshold in thresholds:
        expected = sum(
            weight[name] * _machine_below(one.known, calibration.languages[name], threshold)
            for name, one in told.items()
        )
        drawn = expected + np.sqrt(2 * expected * rare) + rare / 3  # Bernstein's inequality
        unproved = sum(
            int(target.languages[name].tokens[:, : _bins_below(calibration.languages[name], threshold)].sum())
            for name in doubtful
        )
        found.append(MachineBelow(threshold, float(min(1.0, min(drawn, most) + unproved / target.scored_tokens))))
    return tuple(found)


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
    return float(np.clip(known.extremes(value)[1], 0, 1))


def _bins_below(calibration: LanguageCalibration, threshold: float) -> int:
    """Bins that hold any score below the threshold; one that holds the threshold itself counts in full."""
    return int(np.searchsorted(calibration.edges, threshold, side="left")) + 1


def _tokens_below(target: ScoreHistogram, calibration: Calibration, threshold: float) -> int:
    below = 0
    for language, histogram in target.languages.items():
        bins = int(np.searchsorted(calibration.languages[language].edges, threshold, side="right"))
        below += int(histogram.tokens[:, :bins].sum())
    return below


def _next_step(low: float, high: float) -> str:
    variance = 0.25 if low < 0.5 < high else max(low * (1 - low), high * (1 - high), 0.05)  # of one label, at the worst
    labels = int(np.ceil((1.96 / 0.1) ** 2 * variance))
    return (
        f"to narrow it: label about {labels} documents drawn at random (within 0.10), or give human text of the same "
        "kind as a reference (2,000 documents of before December 2022)"
    )


def _refused(reasons: tuple[str, ...], confidence: float, evidence: str, low: float = 0.0, high: float = 1.0) -> Share:
    return Share("cannot-tell", None, low, high, confidence, "tokens", evidence, reasons, None)
