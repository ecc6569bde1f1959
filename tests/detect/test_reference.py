"""Human text of the corpus's own kind: what it proves holds, and what is not of that kind is noticed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from curate.detect.calibration import LENGTHS, Calibration, ClassCounts, Excess, LanguageCalibration, Reach
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.reference import LEAST_DOCUMENTS, LOW_END, Reference, low_end_distance
from curate.detect.share import Share, estimate_share

EDGES = np.linspace(-6, 6, 31)
TESTED, UNTESTED = 9, 2


def side(centres: tuple[float, ...]) -> ClassCounts:
    draws = np.random.default_rng(3)
    counts = [
        [np.bincount(np.searchsorted(EDGES, draws.normal(centre, 1.2, 9000)), minlength=32) for _ in LENGTHS]
        for centre in centres
    ]
    return ClassCounts(tuple(f"c{centre}" for centre in centres), np.array(counts))


def calibration(tested: int = TESTED, human: tuple[float, ...] = (-2.5, -1.0, 0.5)) -> Calibration:
    one = LanguageCalibration(EDGES, side(human), side((1.0, 2.5)), Reach(1.0, 1.0), Excess(0.1, 0.1), tested)
    return Calibration({"en": one, "zh": one})


KNOWN = calibration()


def texts(
    share: float, *, human: float = -2.0, machine: float = 2.0, size: int = 3000, seed: int = 0, language: str = "en"
) -> tuple[ScoreHistogram, float]:
    """A corpus and its true share of tokens."""
    draws = np.random.default_rng(seed)
    tokens = np.exp(draws.uniform(np.log(25), np.log(900), size)).astype(np.int64)
    written = draws.random(size) < share
    score = draws.normal(np.where(written, machine, human), 1)
    return score_histogram(KNOWN, pa.array([language] * size), score, tokens), float(
        tokens[written].sum() / tokens.sum()
    )


def reference(share: float = 0.0, *, human: float = -2.0, size: int = 1500, seed: int = 50) -> Reference:
    halves = (texts(share, human=human, size=size, seed=seed + i)[0] for i in (0, 1))
    return Reference(*halves)


def read(corpus: ScoreHistogram, given: Reference | None, known: Calibration = KNOWN) -> Share:
    return estimate_share(corpus, known, reference=given)


@pytest.mark.parametrize("machine", [-1.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 1.0])
def test_at_least_is_at_most_the_truth_whatever_the_generator(share: float, machine: float) -> None:
    known, wrong = calibration(UNTESTED), 0
    for seed in range(8):
        corpus, truth = texts(share, machine=machine, seed=seed)
        found = read(corpus, reference(seed=100 + 2 * seed), known)
        wrong += found.low > truth
        assert found.high == 1
        assert (found.estimate is None) == (found.low < 0.75)
    assert wrong == 0


def test_a_language_that_nobody_tested_gets_at_least_a_lower_bound() -> None:
    corpus, truth = texts(0.5)
    without, found = read(corpus, None, calibration(UNTESTED)), read(corpus, reference(), calibration(UNTESTED))
    assert (without.verdict, without.low, without.evidence) == ("cannot-tell", 0.0, "detected")
    assert (found.verdict, found.high, found.evidence) == ("at-least", 1.0, "reference")
    assert 0.3 < found.low <= truth
    assert "holds for every generator" in found.reasons[0]
    assert not any("human-reference" in reason for reason in found.reasons)
    assert found.placebo is not None


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 1.0])
def test_three_kinds_of_machine_text_are_enough_for_an_estimate_where_the_human_side_is_known(share: float) -> None:
    few = calibration(UNTESTED)
    enough = Calibration({n: replace(one, machine=side((1.0, 1.8, 2.5))) for n, one in few.languages.items()})
    for seed in range(4):
        corpus, truth = texts(share, seed=seed)
        found = read(corpus, reference(seed=100 + 2 * seed), enough)
        known = found.if_known_kinds
        assert known.low <= truth <= known.high
        assert (found.verdict in ("estimated", "recognised")) == (share in (0.0, 1.0))
        assert (read(corpus, reference(seed=100 + 2 * seed), few).verdict == "at-least") == (share in (0.1, 0.4))


def test_without_machine_text_nothing_is_claimed() -> None:
    found = read(texts(0.0)[0], reference(), calibration(UNTESTED))
    assert (found.verdict, found.low) == ("cannot-tell", 0.0)


def test_a_half_that_reads_unlike_the_other_fails_the_placebo() -> None:
    corpus, _ = texts(0.3)
    half, other = reference().human, reference(0.1, seed=70).human
    found = read(corpus, Reference(half, other))
    assert found.verdict == "cannot-tell"
    assert found.placebo is not None
    assert found.placebo > 0.03
    assert "not of one kind" in found.reasons[0]


def test_a_reference_that_is_half_machine_text_fails_the_placebo_and_proves_no_more_than_is_true() -> None:
    corpus, truth = texts(0.7)
    sure = Calibration({"en": replace(calibration(human=(-2.5, -2.0, -1.5)).languages["en"], reach=Reach(0.0, 0.0))})
    found = read(corpus, reference(0.5), sure)
    assert found.verdict in ("at-least", "cannot-tell")
    assert found.low <= truth
    assert any("itself reads as" in reason for reason in found.reasons)


def test_human_text_that_no_mixture_can_be_read_of_recognises_and_claims_nothing() -> None:
    alike = calibration(human=(1.0, 2.0))
    corpus, _ = texts(0.5, human=1.5, machine=4.5)
    found = read(corpus, reference(human=1.5), alike)
    assert any("cannot be told from a machine's" in reason for reason in found.reasons)
    assert (found.verdict, found.low, found.estimate) == ("cannot-tell", 0.0, None)


@pytest.mark.parametrize("part", [0.05, 0.2, 0.4])
def test_machine_text_in_the_reference_makes_no_lower_bound_too_high(part: float) -> None:
    corpus, truth = texts(0.6)
    assert read(corpus, reference(part), calibration(UNTESTED)).low <= truth


def test_a_reference_that_scores_lower_than_all_human_text_of_the_corpus_is_of_another_kind() -> None:
    corpus, _ = texts(0.0, human=-0.5)
    found = read(corpus, reference(human=-2.5), calibration(UNTESTED))
    assert found.verdict == "cannot-tell"
    assert found.low == 0
    assert any("of another kind" in reason for reason in found.reasons)
    own, other = corpus.languages["en"], reference(human=-2.5).human.languages["en"]
    assert low_end_distance(own, other) > LOW_END
    assert low_end_distance(texts(0.5, seed=4)[0].languages["en"], reference().human.languages["en"]) < LOW_END / 2


def test_a_reference_that_contradicts_the_calibration_collections_is_of_another_kind() -> None:
    sure = {
        name: replace(one, reach=Reach(0, 0), hull_excess=Excess(0, 0))
        for name, one in calibration(human=(-2.0, -1.5, -1.0, -0.5, -0.1)).languages.items()
    }
    corpus, _ = texts(0.0, human=-1.0)
    found = read(corpus, reference(human=-2.4), Calibration(sure))
    assert found.verdict == "cannot-tell"
    assert found.low == read(corpus, None, Calibration(sure)).low
    assert any("of another kind" in reason for reason in found.reasons)


@pytest.mark.parametrize(("share", "machine"), [(0.3, -0.2), (0.5, -0.2), (0.5, 0.2)])
def test_of_two_readings_that_disagree_both_are_covered_and_it_is_said(share: float, machine: float) -> None:
    """Machine text at the edge of what is known may be a second human kind, but not beside human text of its own."""
    known = Calibration({"en": replace(calibration(human=(-2.5, -2.0, 0.6)).languages["en"], reach=Reach(0, 0))})
    corpus, truth = texts(share, human=-2.2, machine=machine)
    alone, found = read(corpus, None, known).if_known_kinds, read(corpus, reference(human=-2.2), known)
    assert found.if_known_kinds.low <= alone.low
    assert max(truth, alone.high) <= found.if_known_kinds.high
    assert any("alone" in reason and "both are covered" in reason for reason in found.reasons)
    assert (found.verdict, found.low) == ("cannot-tell", 0.0)


@pytest.mark.parametrize("seed", range(10))
def test_a_reference_that_agrees_never_gives_less_than_the_calibration_alone(seed: int) -> None:
    draws = np.random.default_rng(seed)
    share, machine = float(draws.choice([0.0, 0.05, 0.2, 0.5, 0.9])), float(draws.uniform(1, 4))
    known = Calibration({"en": replace(calibration(human=(-2.5, -2.0, -1.5)).languages["en"], reach=Reach(0.3, 0.3))})
    corpus, truth = texts(share, machine=machine, seed=seed)
    alone, found = read(corpus, None, known), read(corpus, reference(seed=60 + 2 * seed), known)
    before, after = alone.if_known_kinds, found.if_known_kinds
    if any("both are covered" in reason for reason in found.reasons):
        assert (after.low <= before.low, after.high >= before.high) == (True, True)
    else:
        assert found.low >= alone.low or "cannot be told" in " ".join(found.reasons)
        assert after.high - after.low <= before.high - before.low + 1e-9
    assert after.low - 0.02 <= truth <= after.high + 0.02


@pytest.mark.parametrize("share", [0.03, 0.05])
def test_little_machine_text_beside_a_small_reference_is_not_taken_for_rare_human_text(share: float) -> None:
    sure = Calibration({name: replace(one, reach=Reach(0, 0)) for name, one in KNOWN.languages.items()})
    errors = []
    for seed in range(4):
        corpus, truth = texts(share, size=800, seed=seed)
        found = read(corpus, reference(size=300, seed=50 + 10 * seed), sure)
        assert found.verdict == "recognised"
        errors.append(abs(found.if_known_kinds.estimate - truth))
    assert np.mean(errors) < 0.025


@pytest.mark.parametrize("share", [0.03, 0.05, 0.1])
def test_a_reference_lowers_no_upper_bound_that_is_an_answer_without_it(share: float) -> None:
    """Human text that is known tells nothing of how low a new generator's texts may score."""
    sure = Calibration({name: replace(one, reach=Reach(0, 0)) for name, one in calibration().languages.items()})
    corpus, truth = texts(share, size=400)
    without, found = read(corpus, None, sure), read(corpus, reference(size=200), sure)
    assert (without.verdict, found.verdict, found.evidence) == ("recognised", "recognised", "reference")
    assert found.if_known_kinds.high >= without.if_known_kinds.high >= truth


def test_a_reference_that_does_not_fit_leaves_the_interval_as_it_was() -> None:
    corpus, _ = texts(0.3)
    without, found = read(corpus, None), read(corpus, reference(0.5))
    assert (found.low, found.high) == (without.low, without.high)


@pytest.mark.parametrize("part", [0.04, 0.05, 0.06, 0.08])
def test_a_reference_that_a_reading_refuses_is_not_taken_by_a_stricter_one(part: float) -> None:
    half, other = reference(size=600).human, reference(part, size=600, seed=71).human
    corpus, _ = texts(0.3)
    reasons = {}
    for confidence in (0.8, 0.95, 0.995, 0.9995):
        found = estimate_share(corpus, KNOWN, reference=Reference(half, other), confidence=confidence)
        reasons[confidence] = [reason for reason in found.reasons if "than the other half" in reason]
    assert len(set(map(tuple, reasons.values()))) == 1


@pytest.mark.parametrize(("human", "machine", "share"), [(-1.0, 0.5, 0.3), (0.0, 0.5, 0.3), (0.5, 1.0, 0.0)])
@pytest.mark.parametrize("kinds", [(-2.5, -2.0, 0.6), (-2.5, -2.0, -1.5)])
def test_a_reference_that_says_nothing_changes_nothing(
    human: float, machine: float, share: float, kinds: tuple[float, ...]
) -> None:
    """Beside it any share explains the scores, so its estimate contradicts nobody; the reason is told."""
    known = calibration(human=kinds)
    corpus, _ = texts(share, human=human, machine=machine, size=800)
    alone, found = read(corpus, None, known), read(corpus, reference(human=human, size=400), known)
    assert any("it changes nothing" in reason for reason in found.reasons)
    assert not any("both are covered" in reason for reason in found.reasons)
    assert (found.if_known_kinds, found.low, found.high) == (alone.if_known_kinds, alone.low, alone.high)


def test_languages_and_amounts_that_it_does_not_cover_keep_the_calibration() -> None:
    corpus, _ = texts(0.3, language="zh")
    for given in (reference(), reference(size=LEAST_DOCUMENTS - 1)):
        found = read(corpus, given)
        assert (found.low, found.high, found.evidence) == (read(corpus, None).low, read(corpus, None).high, "detected")
        assert found.placebo is None
        assert any("covers no" in reason for reason in found.reasons)


def test_machine_text_that_is_told_more_easily_than_any_known_is_no_sign_of_a_wrong_reference() -> None:
    corpus, truth = texts(0.5, machine=5.5)
    found = read(corpus, reference(), calibration(UNTESTED))
    assert found.verdict == "at-least"
    assert 0.3 < found.low <= truth
    between, _ = texts(1.0, machine=-1.2)
    refused = read(between, reference(), calibration(UNTESTED))
    assert refused.verdict == "cannot-tell"
