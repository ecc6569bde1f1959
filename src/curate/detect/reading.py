"""Machine share of one language: bounds, and the reasons why they are not an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from curate.detect.calibration import LanguageCalibration
from curate.detect.histogram import LanguageHistogram
from curate.detect.known import KnownKinds
from curate.detect.reference import (
    Reference,
    disagrees,
    holds_machine_text,
    least_machine,
    mismatches,
    not_told_apart,
    placebo_share,
    says_nothing,
)
from curate.detect.sides import WIDEST, Sides, doubts_about, sides_of, untested

ROOM = 1.5  # of what the scores leave open: to either side of what is no estimate anyway. There a wrong bound is worse
# than a wide one: with 1 the bounds held on every collection of assistants' text left out, yet where a third of the
# machine text was by completion models, which read as human, one in six did not (docs/evidence/floors.md)
OF_REFERENCE = (
    0.15  # the same, where the human side is known: machine kinds alone are left to explain what does not fit
)
MACHINES = 3  # collections of machine text from which bounds beside a reference hold in a language that has too few
# collections of both classes for bounds without one (docs/evidence/share.md)


@dataclass(frozen=True, slots=True)
class Reading:
    """`known` assumes known kinds of machine text, `low` none: it holds for all, if human text is of known kinds.

    No score bounds the share from above: a machine kind that scores as human text does fits any corpus. `proved` is the
    part of `low` that rests on a reference. doubts: why nothing is recognised; untested: why `low` is 0 without a
    reference. mismatches: why the reference does not help, which is a doubt too; remarks: what is no doubt.
    covers_both: `known` covers two readings that contradict each other.
    """

    known: KnownKinds
    low: float
    proved: float
    doubts: tuple[str, ...]
    untested: tuple[str, ...]
    mismatches: tuple[str, ...]
    placebo: float | None
    remarks: tuple[str, ...] = ()
    covers_both: bool = False


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
    low, high = interval(sides, calibration, doubtful=bool(doubts), room=0.0)
    known = KnownKinds(_between(sides.likeliest, low, high), low, high)
    read = Reading(known, 0.0 if new else min(low, sides.least), 0.0, doubts, new, (), None)
    if reference is None or not reference.covers(language):
        return read
    return _with_reference(language, histogram, calibration, confidence, reference, read)


def interval(
    sides: Sides, calibration: LanguageCalibration, *, doubtful: bool = False, room: float = ROOM
) -> tuple[float, float]:
    """Interval that the drawn kinds allow, with the reserve for unseen collections.

    `room` is added where it is no answer. With doubts it is widened to what the hull of all collections allows.
    """
    low, high = calibration.reach.around(*sides.chance, sides.open)
    if doubtful:
        bottom, top = calibration.hull_excess.stretch(*sides.known.share())
        low, high = min(low, bottom), max(high, top)
    if high - low > WIDEST:
        wide = calibration.reach.around(*sides.chance, sides.open, room)
        low, high = min(low, wide[0]), max(high, wide[1])
    return low, high


def _with_reference(
    language: str,
    histogram: LanguageHistogram,
    calibration: LanguageCalibration,
    confidence: float,
    reference: Reference,
    alone: Reading,
) -> Reading:
    """Two readings that agree narrow each other; of two that do not, both are covered, and that is said.

    `alone`: from the calibration. Both hold with the confidence asked for, so where they agree their intersection is
    wrong no more often than the two together. Where they contradict each other one is wrong: of 14 such English
    corpora beside human text of their own collection the calibration alone held the truth in three, what covers both
    in all (docs/evidence/evidence.md). So that is wider than the calibration alone, on purpose.

    A reference that fails its own tests is of another kind and tells nothing, and one beside which nearly any share
    explains the scores changes nothing; both are said. In a language that the calibration was hardly tested on, `low`
    is what the reference proves.
    """
    human = reference.human.languages[language]
    sides = sides_of(histogram, calibration, confidence, human)
    placebo = placebo_share(language, reference, calibration, confidence)
    halves = (reference.placebo.languages[language], human)
    known_human = not alone.untested or len(calibration.machine.counts) >= MACHINES
    itself = interval(sides_of(human, calibration, confidence), calibration)[0] if known_human else 0.0
    strange = holds_machine_text(language, itself)
    wrong = mismatches(language, histogram, human, sides, halves=halves)
    if wrong:
        return replace(alone, mismatches=(*strange, *wrong), placebo=placebo.likeliest)
    low, high = calibration.reach.around(*sides.chance, sides.open, OF_REFERENCE)
    beside = KnownKinds(_between(sides.likeliest, low, high), low, high)
    proved = least_machine(histogram, human, confidence=confidence)
    unread = not_told_apart(language, placebo)
    if nothing := says_nothing(language, beside, proved):
        return replace(alone, mismatches=(*strange, *unread), placebo=placebo.likeliest, remarks=tuple(nothing))
    apart: list[str] = []
    known, few = beside, alone.untested if len(calibration.machine.counts) < MACHINES else ()
    if not few:
        apart = strange + disagrees(language, beside, alone.known)
        known = _both(beside, alone.known) if apart else _narrowed(beside, alone.known)
    least = _least(alone, proved, strange=bool(strange), apart=bool(apart))
    rests = 0.0 if apart and not alone.untested else min(proved, least)
    doubts = tuple(doubts_about(language, sides.known))
    reasons = (*apart, *unread)
    seen = placebo.likeliest
    return Reading(_at_least(known, least), least, rests, doubts, few, reasons, seen, covers_both=bool(apart))


def _least(alone: Reading, proved: float, *, strange: bool, apart: bool) -> float:
    """Lower bound of two readings; strange: the reference may hold machine text; apart: they contradict each other."""
    if alone.untested:
        return proved
    if strange:
        return min(alone.low, proved)
    return alone.low if apart else max(alone.low, proved)


def _narrowed(one: KnownKinds, other: KnownKinds) -> KnownKinds:
    """Intersection of two readings of one text; each holds the other's estimate."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    return KnownKinds(_between(one.estimate, low, high), low, high)


def _both(one: KnownKinds, other: KnownKinds) -> KnownKinds:
    """All that either of two readings allows."""
    return KnownKinds(one.estimate, min(one.low, other.low), max(one.high, other.high))


def _at_least(known: KnownKinds, least: float) -> KnownKinds:
    return KnownKinds(*(max(value, least) for value in known.values()))


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
