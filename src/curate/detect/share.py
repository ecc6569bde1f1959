"""The share of a corpus that machines wrote: an interval that says what it does not know; no text is judged here.

Unit: tokens. The corpus enters as token-weighted score histograms by language and length, which count as many
independent documents as their weights allow (`LanguageHistogram.effective`). Inside a length bucket a calibration
collection counts documents, which are alike in length there. Kinds of human and machine text are drawn as the
collections let expect them of one that nobody has seen; the interval holds the shares that explain the scores with some
of these kinds (statistics.mixture), stretched by what leaving each collection out has shown it to miss
(calibration.Reach). Human text of the corpus's own kind (detect.reference) takes the place of the human kinds; the
lower bound then holds for every generator (statistics.least). docs/share.md has the measured coverage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from curate.amounts import percent, span
from curate.detect.calibration import Calibration
from curate.detect.histogram import ScoreHistogram
from curate.detect.reading import Reading, read_language
from curate.detect.reference import LEAST_DOCUMENTS, Reference
from curate.detect.sides import WIDEST

ASSUMED = (
    "the lower bound holds for every generator, if human text of this corpus scores as the reference does: that is for "
    "whoever gave the reference to know"
)


@dataclass(frozen=True, slots=True)
class Share:
    """How much is machine-written. `estimate` is None under at-least and cannot-tell; low and high always hold.

    `placebo` is the highest share read off human text of the reference, over the languages that it covers.
    """

    verdict: str  # "estimated" | "at-least" | "cannot-tell"
    estimate: float | None
    low: float
    high: float
    confidence: float
    unit: str  # "tokens"
    evidence: str  # "detected" | "reference" | "audited"
    reasons: tuple[str, ...]
    placebo: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Texts of unknown writers, and human text of their own kind (None: there is none)."""

    texts: ScoreHistogram
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """Tokens of documents that say who wrote them: they count as they say, and stand in no Part."""

    human: int = 0
    machine: int = 0


NOTHING_DECLARED = Declared()


def estimate_share(
    target: ScoreHistogram, calibration: Calibration, *, confidence: float = 0.95, reference: Reference | None = None
) -> Share:
    """The share of the corpus's tokens that machines wrote, over all its languages.

    Tokens without a score may be anybody's: they widen the interval. `reference`: human text of the same kind, which
    takes the place of the calibration's human side in the languages that it covers.
    """
    return share_of_parts((Part(target, reference),), calibration, confidence=confidence)


def share_of_parts(
    parts: tuple[Part, ...],
    calibration: Calibration,
    *,
    confidence: float = 0.95,
    declared: Declared = NOTHING_DECLARED,
) -> Share:
    """The share of a corpus that falls into parts, each read for itself; the error is shared by parts and languages."""
    unscored = sum(part.texts.unscored_tokens for part in parts)
    unknown = sum(part.texts.scored_tokens for part in parts) + unscored
    total = unknown + declared.human + declared.machine
    if unknown == 0 < total:
        told = declared.machine / total
        return Share("estimated", told, told, told, confidence, "tokens", "reference", (), None)
    if unknown == unscored:
        reason = "no document is long enough, and in a calibrated language, to be scored"
        low, high = (declared.machine / total, (declared.machine + unscored) / total) if total else (0.0, 1.0)
        return Share("cannot-tell", None, low, high, confidence, "tokens", "detected", (reason,), None)
    level = 1 - (1 - confidence) / sum(len(part.texts.languages) for part in parts)
    readings = [
        (
            int(histogram.tokens.sum()) / total,
            read_language(language, histogram, calibration.languages[language], level, part.reference),
        )
        for part in parts
        for language, histogram in part.texts.languages.items()
    ]
    found = _concluded(readings, unscored / total, declared.machine / total, confidence)
    return replace(found, reasons=(*_not_covered(parts), *found.reasons))


def _not_covered(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(
        f"the reference covers no {language}: {LEAST_DOCUMENTS} documents with a score are needed in each of its halves"
        for part in parts
        for language in part.texts.languages
        if part.reference is not None and not part.reference.covers(language)
    )


def _concluded(readings: list[tuple[float, Reading]], unscored: float, machine: float, confidence: float) -> Share:
    """`readings` with their parts of all tokens; `machine` is declared to be a machine's."""

    def sum_of(name: str) -> float:
        return machine + float(sum(weight * getattr(one, name) for weight, one in readings))

    low, high, proved = min(sum_of("low"), 1.0), min(sum_of("high") + unscored, 1.0), min(sum_of("proved"), 1.0)
    mismatches = [reason for _, one in readings for reason in one.mismatches]
    doubts = [reason for _, one in readings for reason in one.doubts] + _widths(low, high, unscored)
    doubts += [reason for _, one in readings for reason in one.untested if doubts or mismatches]
    placebos = [one.placebo for _, one in readings if one.placebo is not None]
    placebo = max(placebos, default=None)
    evidence = "detected" if placebo is None else "reference"
    assumed = (ASSUMED,) if proved > machine else ()
    if not mismatches and not doubts:
        scored = sum(weight for weight, _ in readings)  # documents without a score are taken to be as those with one
        estimate = machine + (sum_of("estimate") - machine) * (scored + unscored) / scored
        estimate = min(max(estimate, low), high)
        return Share("estimated", estimate, low, high, confidence, "tokens", evidence, assumed, placebo)
    if proved > 0:
        reasons = (*assumed, *mismatches, *doubts)
        return Share("at-least", None, proved, high, confidence, "tokens", evidence, reasons, placebo)
    reasons = (*mismatches, *doubts)
    return Share("cannot-tell", None, low, high, confidence, "tokens", evidence, reasons, placebo)


def _widths(low: float, high: float, unscored: float) -> list[str]:
    reasons = []
    if unscored > WIDEST / 2:
        reasons.append(
            f"{percent(unscored)} of the tokens have no score: a language without calibration, or short documents"
        )
    if high - low > WIDEST:
        reasons.append(
            f"anything from {span(low, high)} is possible: human and machine text vary that much between the "
            "collections that the detector was calibrated on"
        )
    return reasons
