"""The share that reads as machine-written, of all tokens, and what makes its interval wide."""

from __future__ import annotations

from typing import NamedTuple

from curate.amounts import percent, span
from curate.detect.calibration import Calibration
from curate.detect.histogram import ScoreHistogram
from curate.detect.known import KnownKinds
from curate.detect.reading import Reading, read_language
from curate.detect.sides import WIDEST


class Told(NamedTuple):
    """Parts of all tokens: declared to be a machine's, or a human's; without a score."""

    machine: float
    human: float
    unscored: float


def settled_estimate(told: Told, known: KnownKinds | None) -> float:
    """By declarations where they alone bound the share: the rest is taken to be as what declares itself.

    Else by the reading beside a reference, which bounds it from below.
    """
    declared = told.human + told.machine
    return told.machine / declared if known is None or 1 - declared <= WIDEST else known.estimate


def known_of(readings: list[tuple[float, Reading]], told: Told) -> KnownKinds | None:
    """Of the whole; text without a score is taken to be as the rest in the estimate, anybody's in the interval."""
    scored = sum(weight for weight, _ in readings)
    if not scored:
        return None
    estimate, low, high = (
        sum(weight * value for weight, value in zip((weight for weight, _ in readings), values, strict=True))
        for values in zip(*(one.known.values() for _, one in readings), strict=True)
    )
    low, high = min(told.machine + low, 1.0), min(told.machine + high + told.unscored, 1.0)
    estimate = told.machine + estimate * (scored + told.unscored) / scored
    return KnownKinds(min(max(estimate, low), high), low, high)


def width_doubts(known: KnownKinds, unscored: float) -> list[str]:
    reasons = []
    if unscored > WIDEST / 2:
        reasons.append(
            f"{percent(unscored)} of the tokens have no score: a language without calibration, or short documents"
        )
    if known.high - known.low > WIDEST:
        reasons.append(
            f"what reads as machine-written may be anything from {span(known.low, known.high)}: human and machine text "
            "vary that much between the collections that the detector was calibrated on"
        )
    return reasons


def read_together(whole: ScoreHistogram, calibration: Calibration, confidence: float) -> KnownKinds | None:
    """All texts, whatever they declare; None where they score like no mixture that is known."""
    level, total = 1 - (1 - confidence) / max(1, len(whole.languages)), whole.scored_tokens + whole.unscored_tokens
    readings = [
        (int(texts.tokens.sum()) / total, read_language(language, texts, calibration.languages[language], level, None))
        for language, texts in whole.languages.items()
    ]
    if any(one.doubts for _, one in readings):
        return None
    return known_of(readings, Told(0.0, 0.0, whole.unscored_tokens / total))


def no_wider(known: KnownKinds, other: KnownKinds, *, least: float, most: float) -> KnownKinds:
    """Return `known`, or `other` cut to [least, most] if `other` is narrower than `known` before the cut."""
    low, high = max(other.low, least), min(other.high, most)
    if low > high or known.high - known.low <= other.high - other.low:
        return known
    return KnownKinds(min(max(other.estimate, low), high), low, high)
