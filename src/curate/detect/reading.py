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
class KnownKinds:
    """The share that reads as machine-written: an interval that holds the truth if the machine text is of known kinds.

    Known are the kinds of the calibration. Text that reads as human is not counted, whoever wrote it.
    """

    estimate: float
    low: float
    high: float

    def values(self) -> tuple[float, float, float]:
        """In the order of the fields."""
        return self.estimate, self.low, self.high


@dataclass(frozen=True, slots=True)
class Reading:
    """`known` assumes known kinds of machine text, `low` none: it holds for all, if human text is of known kinds.

    No score bounds the share from above: a machine kind that scores as human text does fits any corpus. `proved` is the
    part of `low` that rests on a reference. doubts: why nothing is recognised; untested: why `low` is 0 without a
    reference. mismatches: why the reference does not help.
    """

    known: KnownKinds
    low: float
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
    known = KnownKinds(_between(sides.likeliest, low, high), low, high)
    read = Reading(known, 0.0 if new else low, 0.0, doubts, new, (), None)
    if reference is None or not reference.covers(language):
        return read
    beside = read if len(calibration.machine.counts) < MACHINES else replace(read, untested=())
    return _with_reference(language, histogram, calibration, confidence, reference, read, beside)


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
        most=_proved(shipped)[1],
        confidence=confidence,
    )
    wrong += disagrees(language, sides.chance, _proved(shipped))
    unread = [] if wrong else disagrees(language, sides.chance, _proved(beside))
    unread += not_told_apart(language, placebo)
    least = 0.0 if beside.untested else interval(sides_of(human, calibration, confidence), calibration)[0]
    unread += holds_machine_text(language, least)
    if wrong or unread:
        proved = 0.0 if wrong else proved
        known = _at_least(shipped.known, proved)
        low = shipped.low if wrong else proved  # human text that the calibration misreads makes its own bound too high
        return Reading(known, low, proved, shipped.doubts, shipped.untested, (*wrong, *unread), placebo.likeliest)
    low, high = calibration.reach.around(*sides.chance, sides.open, OF_REFERENCE)
    alone = beside.known
    if not beside.untested and not beside.doubts and alone.high - alone.low <= WIDEST:
        high = max(high, alone.high)  # a machine kind like none that was seen: fewer of its texts stand out
    low = max(min(low, _proved(beside)[0]), proved)
    known = KnownKinds(_between(sides.likeliest, low, max(high, low)), low, max(high, low))
    doubts = tuple(doubts_about(language, sides.known))
    least = proved if beside.untested else low
    return Reading(known, least, proved, doubts, beside.untested, (), placebo.likeliest)


def _proved(reading: Reading) -> tuple[float, float]:
    """What the calibration says of a share; of a language that it was hardly tested on, nothing."""
    return (0.0, 1.0) if reading.untested else (reading.known.low, reading.known.high)


def _at_least(known: KnownKinds, least: float) -> KnownKinds:
    return KnownKinds(*(max(value, least) for value in (known.estimate, known.low, known.high)))


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
