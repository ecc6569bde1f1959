"""What one language's texts say about their machine share: bounds, and the reasons why they are not an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from curate.detect.calibration import LanguageCalibration
from curate.detect.histogram import LanguageHistogram
from curate.detect.reference import (
    Reference,
    disagrees,
    holds_machine_text,
    least_machine,
    mismatches,
    not_told_apart,
    placebo_share,
)
from curate.detect.sides import WIDEST, Sides, doubts_about, sides_of, untested

ROOM = 1.5  # of what the scores leave open: to either side of what is no estimate anyway. There a wrong bound is worse
# than a wide one: with 1 the bounds held on every collection of assistants' text left out, yet where a third of the
# machine text was by completion models, which read as human, one in six did not (docs/unseen.md)
OF_REFERENCE = (
    0.15  # the same, where the human side is known: machine kinds alone are left to explain what does not fit
)
MACHINES = 3  # collections of machine text from which bounds beside a reference hold in a language that has too few
# collections of both classes for bounds without one (docs/share.md: human text of one beside machine text of another)


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
    read = Reading(_between(sides.likeliest, low, high), low, high, 0.0, doubts, new, (), None)
    shipped = replace(read, low=0.0, high=1.0) if new else read
    if reference is None or not reference.covers(language):
        return shipped
    beside = shipped if len(calibration.machine.counts) < MACHINES else replace(read, untested=())
    return _with_reference(language, histogram, calibration, confidence, reference, shipped, beside)


def interval(sides: Sides, calibration: LanguageCalibration, *, doubtful: bool = False) -> tuple[float, float]:
    """What the drawn kinds allow and unseen collections needed beyond that, with ROOM where it is no answer; with
    doubts, whatever that or the hull of all collections allows.
    """
    low, high = calibration.reach.around(*sides.chance, sides.open)
    if doubtful:
        bottom, top = calibration.hull_excess.stretch(*sides.known.share())
        low, high = min(low, bottom), max(high, top)
    if high - low > WIDEST:
        wide = calibration.reach.around(*sides.chance, sides.open, ROOM)
        low, high = min(low, wide[0]), max(high, wide[1])
    return low, high


def _with_reference(
    language: str,
    histogram: LanguageHistogram,
    calibration: LanguageCalibration,
    confidence: float,
    reference: Reference,
    shipped: Reading,
    beside: Reading,
) -> Reading:
    """What is proved holds for every generator. A reference that does not fit is not used.

    shipped: what is known to hold without it. beside: what the calibration says, good enough to stand beside it; where
    only that contradicts the reference, what is proved stays.
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
    wrong += disagrees(language, sides.chance, (shipped.low, shipped.high))
    unread = [] if wrong else disagrees(language, sides.chance, (beside.low, beside.high))
    unread += not_told_apart(language, placebo)
    least = 0.0 if beside.untested else interval(sides_of(human, calibration, confidence), calibration)[0]
    unread += holds_machine_text(language, least)
    if wrong or unread:
        proved = 0.0 if wrong else proved
        low, high = max(shipped.low, proved), max(shipped.high, proved)
        estimate = _between(shipped.estimate, low, high)
        read = placebo.likeliest
        return Reading(estimate, low, high, proved, shipped.doubts, shipped.untested, (*wrong, *unread), read)
    low, high = calibration.reach.around(*sides.chance, sides.open, OF_REFERENCE)
    if beside.untested:
        low, high = 0.0, 1.0
    if not beside.doubts and beside.high - beside.low <= WIDEST:
        high = max(high, beside.high)  # a machine kind like none that was seen: fewer of its texts stand out
    low, high = max(min(low, beside.low), proved), max(high, proved)
    doubts = tuple(doubts_about(language, sides.known))
    estimate = _between(sides.likeliest, low, high)
    return Reading(estimate, low, high, proved, doubts, beside.untested, (), placebo.likeliest)


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
