"""The share of a corpus that machines wrote: an interval that says what it does not know; no text is judged here.

Unit: tokens. The corpus enters as token-weighted score histograms by language and length, which count as many
independent documents as their weights allow (`LanguageHistogram.effective`). Inside a length bucket a calibration
collection counts documents, which are alike in length there. Kinds of human and machine text are drawn as the
collections let expect them of one that nobody has seen; the interval holds the shares that explain the scores with some
of these kinds (statistics.mixture), stretched by what leaving each collection out has shown it to miss
(calibration.Reach). Human text of the corpus's own kind (detect.reference) takes the place of the human kinds; the
lower bound then holds for every generator (statistics.least). docs/evidence/share.md has the measured coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from curate.detect.calibration import Calibration
from curate.detect.histogram import ScoreHistogram
from curate.detect.known import KnownKinds
from curate.detect.known_share import Told, known_of, no_wider, read_together, settled_estimate, width_doubts
from curate.detect.reading import Reading, read_language
from curate.detect.reference import LEAST_DOCUMENTS, Reference
from curate.detect.sides import WIDEST

ASSUMED = (
    "the lower bound holds for every generator, if human text of this corpus scores as the reference does: that is for "
    "whoever gave the reference to know"
)


@dataclass(frozen=True, slots=True)
class Share:
    """How much is machine-written: three claims, each with its own condition.

    At least `low`: whatever the generator, if human text is of kinds that the calibration or the reference covers.
    `if_known_kinds` reads as machine-written; it is the share if machine text is of kinds that the calibration knows;
    None where nothing is scored. At most `high`: 1, less what is declared or labelled human, since text that reads as
    human may be a machine's. `estimate` is None unless the verdict is "estimated": labels, declarations or a reference
    bound the share from both sides. "recognised": if_known_kinds is narrow, and nothing casts doubt on it.
    `placebo` is the highest share read off human text of the reference, over the languages that it covers.
    """

    verdict: str  # "estimated" | "recognised" | "at-least" | "cannot-tell"
    estimate: float | None
    low: float
    high: float
    confidence: float
    unit: str  # "tokens"
    evidence: str  # "detected" | "reference" | "audited"
    reasons: tuple[str, ...]
    placebo: float | None
    if_known_kinds: KnownKinds | None = None


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
NO_DOUBTS: Mapping[str, str] = MappingProxyType({})


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
    doubted: Mapping[str, str] = NO_DOUBTS,
    whole: ScoreHistogram | None = None,
) -> Share:
    """The share of a corpus that falls into parts, each read for itself; the error is shared by parts and languages.

    doubted: languages of which no score is believed, and why. whole: all texts, those that declare who wrote them too.
    The truth lies in what these read as together just as well, so where the parts would leave more open that stands.
    """
    unscored = sum(part.texts.unscored_tokens for part in parts)
    unknown = sum(part.texts.scored_tokens for part in parts) + unscored
    total = unknown + declared.human + declared.machine
    told = Told(declared.machine / total, declared.human / total, unscored / total) if total else Told(0.0, 0.0, 1.0)
    if unknown == 0 < total:
        known = KnownKinds(told.machine, told.machine, told.machine)
        return Share("estimated", *known.values(), confidence, "tokens", "reference", (), None, known)
    if unknown == unscored:
        reason = "no document is long enough, and in a calibrated language, to be scored"
        return _concluded([], told, confidence, (*doubted.values(), reason), is_doubted=bool(doubted))
    level = 1 - (1 - confidence) / sum(len(part.texts.languages) for part in parts)
    readings = [
        (
            int(histogram.tokens.sum()) / total,
            _believed(
                read_language(language, histogram, calibration.languages[language], level, part.reference),
                is_doubted=language in doubted,
            ),
        )
        for part in parts
        for language, histogram in part.texts.languages.items()
    ]
    before = (*doubted.values(), *_not_covered(parts))
    together = read_together(whole, calibration, confidence) if whole is not None else None
    return _concluded(readings, told, confidence, before, is_doubted=bool(doubted), together=together)


def _believed(reading: Reading, *, is_doubted: bool) -> Reading:
    """Without what rests on scores that are doubted."""
    return replace(reading, low=0.0, proved=0.0) if is_doubted else reading


def _not_covered(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(
        f"the reference covers no {language}: {LEAST_DOCUMENTS} documents with a score are needed in each of its halves"
        for part in parts
        for language in part.texts.languages
        if part.reference is not None and not part.reference.covers(language)
    )


def _concluded(
    readings: list[tuple[float, Reading]],
    told: Told,
    confidence: float,
    before: tuple[str, ...],
    *,
    is_doubted: bool,
    together: KnownKinds | None = None,
) -> Share:
    """`readings` with their parts of all tokens; `before`: reasons that come first; `together`: of all texts."""
    low = min(told.machine + sum(weight * one.low for weight, one in readings), 1.0)
    proved = min(told.machine + sum(weight * one.proved for weight, one in readings), 1.0)
    high = max(1 - told.human, low)
    known = known_of(readings, told)
    mismatches = [reason for _, one in readings for reason in one.mismatches]
    if known and together and not any(one.covers_both for _, one in readings):
        known = no_wider(known, together, least=low, most=high)
    remarks = [reason for _, one in readings for reason in one.remarks]
    doubts = [reason for _, one in readings for reason in one.doubts] + (
        width_doubts(known, told.unscored) if known else []
    )
    new = sum(weight for weight, one in readings if one.untested)
    doubts += [reason for _, one in readings for reason in one.untested if new > WIDEST / 2 or doubts or mismatches]
    placebo = max((one.placebo for _, one in readings if one.placebo is not None), default=None)
    evidence = "detected" if placebo is None else "reference"
    assumed = (ASSUMED,) if proved > told.machine else ()
    reasons = (*before, *assumed, *mismatches, *remarks, *doubts)
    settled = high - proved <= WIDEST and not is_doubted
    verdict = _verdict(low, settled=settled, recognised=known is not None and not (mismatches or doubts or is_doubted))
    estimate = min(max(settled_estimate(told, known), low), high) if settled else None
    return Share(verdict, estimate, low, high, confidence, "tokens", evidence, reasons, placebo, known)


def _verdict(low: float, *, settled: bool, recognised: bool) -> str:
    if settled:
        return "estimated"
    if recognised:
        return "recognised"
    return "at-least" if low > 0 else "cannot-tell"
