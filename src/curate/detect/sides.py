"""A corpus's texts against their calibration: what explains them, and how likely; nothing is concluded here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from curate.detect.calibration import LENGTHS, Calibration, ClassCounts, LanguageCalibration
from curate.detect.histogram import LanguageHistogram, ScoreHistogram
from curate.statistics.hull import IdentificationSet, Stratum, identification_set
from curate.statistics.kinds import learn_kinds, nearest_normal
from curate.statistics.logistic import logistic
from curate.statistics.mixture import Pairs, believed_share, draw_pairs

MISFIT = 0.03  # distance to every combination of collections from which a corpus is unlike all of them
BLUR = 0.02  # of a share: reviews of before ChatGPT read as 1.6 to 2.4 % machine even by a model of their own venue
# (Liang et al. 2024, arXiv:2403.07183)
WIDEST = 0.25  # an interval wider than this is not an estimate
ALWAYS = 0.02  # of the tokens: left open even where scores are far apart
SETTLED = 0.01  # a share is never taken to be nearer to 0 or 1 when probabilities are made of scores
SHAPE = 64.0  # texts that score as a normal curve does, added to a reference's: collections are close to one, and a few
# hundred texts say less of the scores that are rare among them, which machine text has
TESTED = 5  # collections of both classes, each left out once, below which a language's intervals are not proved


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Scores of one language's texts: every mixture that explains them, and the likeliest."""

    known: IdentificationSet
    likeliest: float  # as likely more as less
    chance: tuple[float, float]  # what the kinds drawn allow with the confidence asked for, and BLUR to either side
    least: float  # the lower of these with far less chance of error, wherever two human kinds of one corpus lie
    open: float  # what the scores leave open at the likeliest share


def sides_of(
    histogram: LanguageHistogram,
    calibration: LanguageCalibration,
    confidence: float,
    reference: LanguageHistogram | None = None,
) -> Sides:
    """The texts of one language against its calibration; a reference takes the place of its human side."""
    strata = _strata(histogram, calibration, reference)
    pairs, draws = drawn_pairs(calibration), 1 / sum(s.weight**2 / s.effective for s in strata)
    if reference is not None:
        pairs = pairs.with_human(_kind_of(reference, calibration.edges))
        draws = 1 / (1 / draws + 1 / float(reference.effective.sum()))
    share = believed_share(pairs, histogram.tokens.astype(np.float64), draws, confidence=confidence)
    chance = (max(0.0, share.low - BLUR), min(1.0, share.high + BLUR))
    known = identification_set(strata, confidence=confidence)
    least = max(0.0, share.least - BLUR)
    return Sides(known, share.middle, chance, least, left_open(histogram, calibration.edges, share.middle))


@lru_cache(maxsize=4)
def drawn_pairs(calibration: LanguageCalibration) -> Pairs:
    """Kinds of human and machine text as the collections let expect them; some tens of milliseconds, once."""
    human, machine = (
        learn_kinds(side.counts.astype(np.float64), calibration.edges, side.weights())
        for side in (calibration.human, calibration.machine_kinds)
    )
    return draw_pairs(human, machine, calibration.edges)


def _kind_of(reference: LanguageHistogram, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score distribution of the reference, float64[lengths, bins]; at a length without any, as at the nearest."""
    held = np.flatnonzero(reference.tokens.sum(axis=1) > 0)
    nearest = [int(held[np.abs(held - length).argmin()]) for length in range(len(LENGTHS))]
    rows = [_tokens_as_documents(reference, length) for length in nearest]
    counts = np.array([row + SHAPE * nearest_normal(row, edges) for row in rows])
    density: NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True)
    return density


def left_open(histogram: LanguageHistogram, edges: NDArray[np.float64], share: float) -> float:
    """How little the scores settle who wrote the texts, 0 (all of it is settled) to 1, and ALWAYS at the least.

    The mean over tokens of 4 p (1 - p), p the probability of a machine at that share: where texts score between the
    classes an unseen collection's share goes astray by much, where they score apart it cannot.
    """
    middle = np.concatenate([edges[:1] - 0.5, (edges[1:] + edges[:-1]) / 2, edges[-1:] + 0.5])
    inside = min(max(share, SETTLED), 1 - SETTLED)
    machine = logistic(middle + np.log(inside / (1 - inside)))
    tokens = histogram.tokens.sum(axis=0)
    return ALWAYS + float((tokens * 4 * machine * (1 - machine)).sum() / tokens.sum())


def all_sides(target: ScoreHistogram, calibration: Calibration, confidence: float) -> dict[str, Sides]:
    """Of every language; the error is shared by them."""
    level = 1 - (1 - confidence) / max(1, len(target.languages))
    return {
        language: sides_of(histogram, calibration.languages[language], level)
        for language, histogram in target.languages.items()
    }


def doubts_about(language: str, known: IdentificationSet) -> list[str]:
    """Reasons in plain words why no figure about this language's text can be trusted; empty where there are none."""
    if known.misfit <= MISFIT:
        return []
    return [
        f"the {language} text scores like no mixture of the texts that the detector was calibrated on "
        f"(distance {known.misfit:.3f}, at most {MISFIT:.3f} is usual)"
    ]


def untested(language: str, calibration: LanguageCalibration) -> list[str]:
    """Why anything is possible of this language; empty where it was tested."""
    if calibration.tested >= TESTED:
        return []
    return [
        f"only {calibration.tested} collections with human and machine text in {language} were there to test the "
        "intervals on"
    ]


def _strata(
    histogram: LanguageHistogram, calibration: LanguageCalibration, reference: LanguageHistogram | None
) -> tuple[Stratum, ...]:
    total = histogram.tokens.sum()
    strata = []
    for length in range(len(LENGTHS)):
        tokens = histogram.tokens[length].astype(np.float64)
        if not tokens.any():
            continue
        human = _components(calibration.human, length)
        if reference is not None and reference.documents[length].any():
            human = _tokens_as_documents(reference, length)[None]
        machine = _components(calibration.machine, length)
        strata.append(
            Stratum(
                tokens / tokens.sum(), float(histogram.effective[length]), float(tokens.sum() / total), human, machine
            )
        )
    return tuple(strata)


def _tokens_as_documents(reference: LanguageHistogram, length: int) -> NDArray[np.float64]:
    """The distribution of its tokens over scores, in as many documents as carry that much knowledge."""
    tokens = reference.tokens[length].astype(np.float64)
    documents: NDArray[np.float64] = tokens / tokens.sum() * float(reference.effective[length])
    return documents


def _components(side: ClassCounts, length: int) -> NDArray[np.float64]:
    """Histograms of every collection at a length; those without texts that long lend the longest they have.

    The score stops growing with length (detector.FULL_GRAMS), so a shorter text's scores are the same, with more noise.
    """
    rows = []
    for counts in side.counts:
        held = [i for i in range(length + 1) if counts[i].any()]
        if held:
            rows.append(counts[held[-1]])
    return np.array(rows, np.float64)
