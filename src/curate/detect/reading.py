"""What one language's texts say about their machine share: bounds, and the reasons why they are not an answer."""

from __future__ import annotations

from dataclasses import dataclass

from curate.detect.calibration import LanguageCalibration
from curate.detect.histogram import LanguageHistogram
from curate.detect.reference import Reference, least_machine, mismatches, not_told_apart, placebo_share
from curate.detect.sides import TESTED, Sides, doubts_about, sides_of, untested

WIDEST = 0.25  # an interval wider than this is not an estimate
ROOM = 1.5  # times the reach of what is no estimate anyway: there a wrong bound is worse than a wide one. Measured on
# ten English collections left out: with 1 .97 covered, with 1.5 .99 and never off by more than .05


@dataclass(frozen=True, slots=True)
class Reading:
    """low and high hold whatever the doubts; `proved` is the part of `low` that needs no model of machine text.

    doubts: why there is no estimate; untested: why the bounds are the widest. mismatches: why the reference does not
    help to an estimate.
    """

    estimate: float
    low: float
    high: float
    proved: float
    doubts: tuple[str, ...]
    untested: tuple[str, ...]
    mismatches: tuple[str, ...]
    placebo: float | None


def read_language(
    language: str,
    histogram: LanguageHistogram,
    calibration: LanguageCalibration,
    confidence: float,
    reference: Reference | None,
) -> Reading:
    """From the calibration alone; with a reference that covers the language, its human side in place of that."""
    sides = sides_of(histogram, calibration, confidence)
    doubts, new = tuple(doubts_about(language, sides.known)), tuple(untested(language, calibration))
    low, high = interval(sides, calibration, doubtful=bool(doubts))
    if high - low > WIDEST:
        low, high = interval(sides, calibration, doubtful=bool(doubts), room=ROOM)
    shipped = Reading(_between(sides.likeliest.share, low, high), low, high, 0.0, doubts, new, (), None)
    if reference is None or not reference.covers(language):
        return shipped
    return _with_reference(language, histogram, calibration, confidence, reference, shipped)


def interval(
    sides: Sides, calibration: LanguageCalibration, *, doubtful: bool, room: float = 1.0
) -> tuple[float, float]:
    """Around the likeliest share; with doubts, whatever that or the hull of all collections allows.

    Anything, where too few collections were there to learn how far off it can be.
    """
    if calibration.tested < TESTED:
        return 0.0, 1.0
    low, high = calibration.reach.around(*sides.chance, room * sides.open)
    if not doubtful:
        return low, high
    bottom, top = calibration.hull_excess.stretch(*sides.known.share())
    return min(low, bottom), max(high, top)


def _with_reference(
    language: str,
    histogram: LanguageHistogram,
    calibration: LanguageCalibration,
    confidence: float,
    reference: Reference,
    shipped: Reading,
) -> Reading:
    """What is proved holds for every generator, beside the calibration's own lower bound: the likeliest share with
    a known human side is often too high (docs/share.md). A reference that does not fit is not used.
    """
    human = reference.human.languages[language]
    sides = sides_of(histogram, calibration, confidence, human)
    placebo = placebo_share(language, reference, calibration, confidence)
    proved = least_machine(histogram, human, confidence=confidence)
    wrong = mismatches(
        language,
        histogram,
        human,
        sides,
        halves=(reference.placebo.languages[language], human),
        proved=proved,
        most=shipped.high,
        confidence=confidence,
    )
    unread = not_told_apart(language, placebo)
    if wrong or unread:
        proved = 0.0 if wrong else proved
        low, high = max(shipped.low, proved), max(shipped.high, proved)
        estimate = _between(shipped.estimate, low, high)
        read = placebo.likeliest.share
        return Reading(estimate, low, high, proved, shipped.doubts, shipped.untested, (*wrong, *unread), read)
    _, high = interval(sides, calibration, doubtful=False)
    low, high = max(shipped.low, proved), max(high, proved)
    doubts = tuple(doubts_about(language, sides.known))
    if low > high:  # what the calibration alone says is not of this text
        low = proved
    estimate = _between(sides.likeliest.share, low, high)
    return Reading(estimate, low, high, proved, doubts, shipped.untested, (), placebo.likeliest.share)


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
