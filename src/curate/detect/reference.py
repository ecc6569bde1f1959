"""Human text of the corpus's own kind: what it proves without a model of machine text, and when it does not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from curate.amounts import percent, span
from curate.detect.calibration import LENGTHS, LanguageCalibration
from curate.detect.histogram import LanguageHistogram, ScoreHistogram
from curate.detect.known import KnownKinds
from curate.detect.sides import MISFIT, WIDEST, Sides, sides_of
from curate.statistics.hull import identification_set
from curate.statistics.least import least_other

LEAST_DOCUMENTS = 100  # scored, in each half, from which a reference covers a language
PLACEBO = 0.03  # machine share of human text, read against human text of its own kind, above which reading is no good
# (Liang et al. 2024, arXiv:2403.07183: 1.6 to 2.4 % on reviews of before ChatGPT)
FIT = 0.95  # confidence of the tests of a reference, lest one that fails passes where a stricter reading is asked for
LOW_END = 0.02  # distance of the lowest-scoring halves, beyond chance, from which two human kinds differ: of claims
# against a collection's own human text 1 in 48 is lost by it, of false ones against another's 1 in 7
NOTHING = 0.9  # an interval beside a reference that is wider says nothing, whatever its estimate; where it is narrower
# an estimate far off still tells that the calibration is wrong: with 0.75 the interval missed more shares
TOP = 4  # bins of the highest scores, an eighth of those of the calibration
PLENTY = 1e6  # documents: a component that has no error of sampling
THRESHOLDS = 7  # fixed beforehand: every eighth of the calibration's scores
CHANCE = 1.36  # Kolmogorov's distance, times root n, that samples of one distribution exceed in 5 %


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Two halves of human text: one stands for the corpus's human side, the other is read against it, for a test."""

    human: ScoreHistogram
    placebo: ScoreHistogram

    def covers(self, language: str) -> bool:
        """Return whether both halves have LEAST_DOCUMENTS of the language."""
        halves = [half.languages.get(language) for half in (self.human, self.placebo)]
        return all(half is not None and half.documents.sum() >= LEAST_DOCUMENTS for half in halves)


def placebo_share(language: str, reference: Reference, calibration: LanguageCalibration, confidence: float) -> Sides:
    """The placebo half read as if it were a corpus: 0 is the truth."""
    halves = reference.placebo.languages[language], reference.human.languages[language]
    return sides_of(halves[0], calibration, confidence, halves[1])


def least_machine(histogram: LanguageHistogram, human: LanguageHistogram, *, confidence: float) -> float:
    """The part of the tokens that is not human text as the reference has it, at least: true of every generator.

    By length, the error shared among the lengths; where the reference has none, nothing is claimed.
    """
    held = [i for i in range(len(LENGTHS)) if histogram.tokens[i].any()]
    bins = histogram.tokens.shape[1]
    edges = np.arange(1, THRESHOLDS + 1) * bins // (THRESHOLDS + 1)
    found = 0.0
    for i in held:
        if human.tokens[i].any():
            part = least_other(
                histogram.tokens[i].astype(np.float64),
                float(histogram.effective[i]),
                human.tokens[i].astype(np.float64),
                float(human.effective[i]),
                edges,
                confidence=1 - (1 - confidence) / len(held),
            )
            found += part * float(histogram.tokens[i].sum())
    return found / float(histogram.tokens.sum())


def low_end_distance(histogram: LanguageHistogram, human: LanguageHistogram) -> float:
    """How much of the reference's lowest-scoring half the corpus's lowest-scoring text lacks, beyond chance.

    Hardly any machine text scores there, so whatever the share, both should be alike; where all human text of the
    corpus scores higher than the reference, they are not. By length, weighted by the corpus's tokens.
    """
    found, total = 0.0, 0.0
    for tokens, effective, known, known_effective in zip(
        histogram.tokens, histogram.effective, human.tokens, human.effective, strict=True
    ):
        if not tokens.any() or not known.any():
            continue
        total += float(tokens.sum())
        inside = int(np.searchsorted(np.cumsum(known) / known.sum(), 0.5)) + 1
        below, known_below = (np.cumsum(side[:inside]) for side in (tokens, known))
        if not below[-1]:
            continue
        size = [below[-1] / tokens.sum() * effective, known_below[-1] / known.sum() * known_effective]
        distance = float((known_below / known_below[-1] - below / below[-1]).max())
        chance = CHANCE * float(np.sqrt(1 / max(size[0], 1.0) + 1 / max(size[1], 1.0)))
        found += max(0.0, distance - chance) * float(tokens.sum())
    return found / total if total else 0.0


def unexplained(sides: Sides, *, confidence: float) -> float:
    """Distance to every mixture of the reference and machine text, known or scoring higher than any that is known.

    That machine text is told more easily than ever before is no sign of a wrong reference.
    """
    strata = tuple(
        replace(s, machine=np.vstack([s.machine, np.eye(s.target.size)[-TOP:] * PLENTY])) for s in sides.known.strata
    )
    return identification_set(strata, confidence=confidence).misfit


def mismatches(
    language: str,
    histogram: LanguageHistogram,
    human: LanguageHistogram,
    sides: Sides,
    *,
    halves: tuple[LanguageHistogram, LanguageHistogram],
) -> list[str]:
    """Reasons in plain words why the reference is not human text as this corpus has it; empty where it may be.

    `halves`: placebo and human side.
    """
    reasons = _halves_differ(language, least_machine(*halves, confidence=FIT))
    misfit = unexplained(sides, confidence=FIT)
    if misfit > MISFIT:
        reasons.append(
            f"the {language} text scores like no mixture of the reference and known machine text (distance "
            f"{misfit:.3f}, at most {MISFIT:.3f} is usual): it or the machine text is of another kind"
        )
    return reasons + _low_end_differs(language, histogram, human)


def disagrees(language: str, beside: KnownKinds, alone: KnownKinds) -> list[str]:
    """Why two readings of one text, with a reference and without, cannot both be right.

    Each must hold the other's estimate; that of a calibration that gives no answer must lie near by. Of corpora
    of eight collections 92 % agreed with their own human text and 44 % with another's, which claimed too much machine
    text in 2 % of them.
    """
    near = alone.high - alone.low > WIDEST and abs(alone.estimate - beside.estimate) <= WIDEST
    if alone.low <= beside.estimate <= alone.high and (near or beside.low <= alone.estimate <= beside.high):
        return []
    with_reference, without = (f"{percent(one.estimate)} ({span(one.low, one.high)})" for one in (beside, alone))
    return [
        f"beside the {language} reference {with_reference} reads as machine-written, by the calibration collections "
        f"alone {without}: human or machine text here is of another kind, so both are covered"
    ]


def says_nothing(language: str, beside: KnownKinds, proved: float) -> list[str]:
    """Why a reference that fits changes nothing: with it, too, nearly any share explains the scores."""
    if beside.high - beside.low <= NOTHING or proved > 0:
        return []
    return [
        f"beside the {language} reference anything from {span(beside.low, beside.high)} may read as machine-written, "
        "so it changes nothing"
    ]


def _halves_differ(language: str, least: float) -> list[str]:
    if least == 0:
        return []
    return [
        f"half of the {language} reference would be other text, {percent(least)} of it at least, than the other half: "
        "it is not of one kind"
    ]


def not_told_apart(language: str, placebo: Sides) -> list[str]:
    """Why no mixture of this human text and known machine text can be read; what is proved without one still holds."""
    read = placebo.likeliest
    if placebo.chance[0] == 0 and read <= PLACEBO and placebo.chance[1] <= WIDEST:
        return []
    return [
        f"half of the {language} reference reads as {percent(read)} machine-written against the other half, at most "
        f"{percent(placebo.chance[1])} (up to {percent(PLACEBO)} and {percent(WIDEST)} are usual): it is not of one "
        "kind, or holds machine text, or its kind of human text cannot be told from a machine's"
    ]


def holds_machine_text(language: str, least: float) -> list[str]:
    """`least`: the machine share of the reference itself is at least this, by the calibration alone."""
    if least <= PLACEBO:
        return []
    return [f"the {language} reference itself reads as {percent(least)} machine-written at least"]


def _low_end_differs(language: str, histogram: LanguageHistogram, human: LanguageHistogram) -> list[str]:
    distance = low_end_distance(histogram, human)
    if distance <= LOW_END:
        return []
    return [
        f"the {language} text that scores lowest is unlike the reference's (distance {distance:.3f}, at most "
        f"{LOW_END:.3f} is usual): the reference is of another kind"
    ]
