"""The share says what a score histogram allows, no more; its bounds hold on corpora made from the calibration."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from curate.detect.below import machine_below
from curate.detect.calibration import (
    LENGTHS,
    NO_EXCESS,
    NO_REACH,
    Calibration,
    ClassCounts,
    Excess,
    LanguageCalibration,
    Reach,
)
from curate.detect.detector import load_detector
from curate.detect.histogram import ScoreHistogram, score_histogram
from curate.detect.reference import Reference
from curate.detect.share import Declared, Part, estimate_share, share_of_parts
from curate.detect.sides import WIDEST, all_sides, drawn_pairs
from curate.statistics.mixture import believed_share

EDGES = np.linspace(-6, 6, 25)


def side(centres: list[float]) -> ClassCounts:
    draws = np.random.default_rng(3)
    counts = np.zeros((len(centres), len(LENGTHS), EDGES.size + 1), np.int64)
    for i, centre in enumerate(centres):
        for length in range(len(LENGTHS)):
            counts[i, length] = np.bincount(np.searchsorted(EDGES, draws.normal(centre, 1, 20000)), minlength=26)
    return ClassCounts(tuple(f"c{i}" for i in range(len(centres))), counts)


def calibration(
    human: list[float], machine: list[float], reach: Reach = NO_REACH, hull: Excess = NO_EXCESS
) -> Calibration:
    return Calibration({"en": LanguageCalibration(EDGES, side(human), side(machine), reach, hull, 9)})


APART = calibration([-3.0, -2.7], [3.0, 2.7])


def corpus(
    share: float, documents: int = 4000, known: Calibration = APART, shift: float = 0.0, seed: int = 0
) -> tuple[ScoreHistogram, float, np.ndarray, np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    tokens = np.exp(draws.uniform(np.log(25), np.log(1500), documents)).astype(np.int64)
    machine = draws.random(documents) < share
    score = draws.normal(np.where(machine, 3.0, -3.0) + shift, 1).astype(np.float32)
    language = pa.array(["en"] * documents)
    return score_histogram(known, language, score, tokens), tokens[machine].sum() / tokens.sum(), score, tokens, machine


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.9, 1.0])
def test_a_separable_corpus_is_recognised_within_a_narrow_interval(share: float) -> None:
    histogram, truth, *_ = corpus(share)
    found = estimate_share(histogram, APART)
    assert (found.verdict, found.estimate) == ("recognised", None)
    known = found.if_known_kinds
    assert known is not None
    assert known.low <= known.estimate <= known.high
    assert known.low - 1e-6 <= truth <= known.high + 1e-6
    assert known.estimate == pytest.approx(truth, abs=0.03)
    assert found.unit == "tokens"
    assert found.reasons == ()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_no_score_bounds_the_share_from_above(share: float) -> None:
    histogram, *_ = corpus(share)
    found = estimate_share(histogram, APART)
    assert found.high == 1
    assert found.low <= found.if_known_kinds.low


@pytest.mark.parametrize(("human", "machine"), [(0, 0), (10**5, 0), (10**6, 10**5), (10**8, 10**3)])
def test_what_is_declared_bounds_the_share_and_decides_it_where_it_is_nearly_all(human: int, machine: int) -> None:
    histogram, *_ = corpus(0.3)
    found = share_of_parts((Part(histogram),), APART, declared=Declared(human, machine))
    total = histogram.scored_tokens + human + machine
    assert found.high == pytest.approx(1 - human / total)
    assert found.low >= machine / total
    assert found.low <= found.if_known_kinds.low <= found.if_known_kinds.high <= found.high
    assert (found.verdict == "estimated") == (found.estimate is not None) == (found.high - machine / total <= WIDEST)


def test_text_known_to_be_taken_for_the_other_kind_makes_the_answer_a_refusal() -> None:
    vague = calibration([-3.0, -2.7], [3.0, 2.7], Reach(9.0, 9.0))
    histogram, truth, *_ = corpus(0.5, known=vague)
    found = estimate_share(histogram, vague)
    assert found.verdict == "cannot-tell"
    assert found.estimate is None
    assert found.if_known_kinds.low <= truth <= found.if_known_kinds.high
    assert any("may be anything" in reason for reason in found.reasons)


def test_text_unlike_the_calibration_is_named() -> None:
    histogram, truth, *_ = corpus(0.5, shift=2.0)
    found = estimate_share(histogram, APART)
    assert found.verdict == "at-least"
    assert 0.3 < found.low <= truth
    assert any("no mixture" in reason for reason in found.reasons)


def test_the_reach_widens_the_interval_on_its_own_side_by_what_scores_leave_open() -> None:
    histogram, *_ = corpus(0.5)
    plain, low, high = (
        estimate_share(histogram, calibration([-3.0, -2.7], [3.0, 2.7], reach)).if_known_kinds
        for reach in (NO_REACH, Reach(0.1, 0.0), Reach(0.0, 0.15))
    )
    left_open = all_sides(histogram, APART, 0.95)["en"].open
    assert 0.02 < left_open < 0.4
    assert (low.low, low.high) == (pytest.approx(plain.low - 0.1 * left_open), plain.high)
    assert (high.low, high.high) == (plain.low, pytest.approx(plain.high + 0.15 * left_open))


def test_texts_that_score_between_the_classes_leave_all_open_and_far_apart_hardly_anything() -> None:
    tokens, language = np.full(300, 100, np.int64), pa.array(["en"] * 300)
    half = np.arange(300) < 150
    settled = score_histogram(APART, language, np.where(half, 5.7, -5.7), tokens)
    unsettled = score_histogram(APART, language, np.zeros(300), tokens)
    found = [all_sides(one, APART, 0.95)["en"] for one in (settled, unsettled)]
    assert found[0].open < 0.04
    share = found[1].likeliest
    assert found[1].open == pytest.approx(0.02 + 4 * share * (1 - share), abs=0.05)


def test_with_doubts_the_interval_holds_all_that_the_hull_allows() -> None:
    wide = calibration([-3.0, 2.8], [3.0, -2.8])
    histogram, *_ = corpus(0.4, known=wide, shift=2.5)
    found = estimate_share(histogram, wide)
    assert any("no mixture" in reason for reason in found.reasons)
    low, high = all_sides(histogram, wide, 0.95)["en"].known.share()
    assert found.low <= found.if_known_kinds.low <= low
    assert found.if_known_kinds.high >= high


def test_a_language_that_was_hardly_tested_is_not_estimated() -> None:
    one = APART.languages["en"]
    few = Calibration({"en": LanguageCalibration(one.edges, one.human, one.machine, NO_REACH, NO_EXCESS, 2)})
    histogram, truth, *_ = corpus(0.5)
    found = estimate_share(histogram, few)
    assert found.verdict == "cannot-tell"
    assert any("only 2 collections" in reason for reason in found.reasons)
    assert (found.low, found.high) == (0.0, 1.0)
    assert found.if_known_kinds.low <= truth <= found.if_known_kinds.high
    human = Reference(corpus(0.0, seed=5)[0], corpus(0.0, seed=6)[0])
    with_reference = estimate_share(histogram, few, reference=human)
    assert (with_reference.verdict, with_reference.estimate) == ("at-least", None)
    assert 0.4 < with_reference.low <= truth
    assert with_reference.high == 1.0


def test_tokens_without_a_score_may_be_anybodys() -> None:
    _, _, score, tokens, _ = corpus(0.2)
    language = pa.array(["en"] * (score.size // 2) + ["xx"] * (score.size // 2))
    histogram = score_histogram(APART, language, score, tokens)
    scored = estimate_share(ScoreHistogram(histogram.languages, 0), APART)
    found = estimate_share(histogram, APART)
    part = histogram.scored_tokens / tokens.sum()
    assert histogram.scored_tokens + histogram.unscored_tokens == tokens.sum()
    assert found.verdict == "at-least"
    assert found.low == pytest.approx(scored.low * part)
    assert found.if_known_kinds.low == pytest.approx(scored.if_known_kinds.low * part)
    assert found.if_known_kinds.high == pytest.approx(scored.if_known_kinds.high * part + 1 - part)


def test_nothing_scored_is_a_refusal_from_nothing_to_everything() -> None:
    empty = score_histogram(APART, pa.array(["en"]), np.array([np.nan], np.float32), np.array([9]))
    found = estimate_share(empty, APART)
    assert (found.verdict, found.estimate, found.low, found.high) == ("cannot-tell", None, 0.0, 1.0)
    assert found.if_known_kinds is None
    assert machine_below(empty, APART) == ()


def test_near_duplicates_count_once_and_order_does_not_matter() -> None:
    _, _, score, tokens, _ = corpus(0.3, documents=500)
    language = pa.array(["en"] * 1000)
    twice, lengths = np.tile(score, 2), np.tile(tokens, 2)
    cluster = np.tile(np.arange(500), 2)
    once = score_histogram(APART, language.slice(0, 500), score, tokens)
    clustered = score_histogram(APART, language, twice, lengths, cluster)
    np.testing.assert_allclose(clustered.languages["en"].effective, once.languages["en"].effective)
    shuffled = np.random.default_rng(1).permutation(1000)
    again = score_histogram(APART, language, twice[shuffled], lengths[shuffled], cluster[shuffled])
    assert estimate_share(again, APART) == estimate_share(clustered, APART)
    assert estimate_share(clustered, APART).low == pytest.approx(estimate_share(once, APART).low)


def test_a_reference_narrows_what_reads_as_machine_written() -> None:
    vague = calibration([-3.0, -2.7], [3.0, 2.7], Reach(0.9, 0.9))
    human = Reference(*(corpus(0.0, known=vague, seed=seed)[0] for seed in (5, 6)))
    histogram, truth, *_ = corpus(0.4, known=vague)
    without, with_ = estimate_share(histogram, vague), estimate_share(histogram, vague, reference=human)
    assert (with_.verdict, with_.evidence) == ("at-least", "reference")
    assert without.low <= with_.low <= truth
    assert with_.placebo is not None
    assert with_.placebo <= 0.03
    near, far = with_.if_known_kinds, without.if_known_kinds
    assert near.high - near.low < far.high - far.low - 0.1
    assert near.low <= truth <= near.high


def test_a_language_that_cannot_be_told_about_proves_nothing() -> None:
    one = APART.languages["en"]
    few = Calibration({"en": LanguageCalibration(one.edges, one.human, one.machine, NO_REACH, NO_EXCESS, 2)})
    histogram, _, score, tokens, _ = corpus(0.1)
    for bound in machine_below(histogram, few):
        assert bound.share >= min(1.0, tokens[score < bound.threshold].sum() / tokens.sum())


def test_machine_text_below_a_threshold_never_exceeds_its_bound_and_most_human_text_is_proved() -> None:
    histogram, _, score, tokens, machine = corpus(0.3)
    bounds = machine_below(histogram, APART)
    proved = {}
    for bound in bounds:
        below = tokens[machine & (score < bound.threshold)].sum() / tokens.sum()
        assert below <= bound.share
        proved[bound.threshold] = tokens[score < bound.threshold].sum() / tokens.sum() - bound.share
    assert [b.threshold for b in bounds] == sorted(b.threshold for b in bounds)
    assert max(proved.values()) > 0.5


def test_text_that_scores_lower_than_any_known_machine_kind_is_none_of_theirs() -> None:
    """As transcripts of a court do; heavy tails alone let a machine kind lie there too, far below all seen."""
    shipped = load_detector().calibration.languages["en"]
    pairs = drawn_pairs(shipped)
    bins = np.concatenate([[-np.inf], shipped.edges, [np.inf]])
    low = np.zeros((len(pairs.fit), bins.size - 1))
    low[-1] = np.diff(norm.cdf(bins, -9, 1.3))
    assert believed_share(pairs, low, 60, confidence=0.95).high < 0.1
    assert believed_share(replace(pairs, counted=None), low, 60, confidence=0.95).high > 0.3


def test_a_language_that_is_doubted_proves_nothing_and_the_others_what_they_did() -> None:
    both = Calibration({"en": APART.languages["en"], "de": APART.languages["en"]})
    _, _, score, tokens, _ = corpus(0.4)
    half = np.arange(score.size) % 2 == 0
    language = pa.array(np.where(half, "en", "de"))
    histogram = score_histogram(both, language, score, tokens)
    alone = score_histogram(both, language.filter(pa.array(half)), score[half], tokens[half])
    part = tokens[half].sum() / tokens.sum()
    every = share_of_parts((Part(histogram),), both)
    found = share_of_parts((Part(histogram),), both, doubted={"de": "why"})
    assert found.low == pytest.approx(estimate_share(alone, both, confidence=0.975).low * part)
    assert 0 < found.low < every.low
    assert (every.verdict, found.verdict, found.estimate) == ("recognised", "at-least", None)
    assert found.reasons[0] == "why"
    assert found.if_known_kinds == every.if_known_kinds
    of_one = machine_below(histogram, both, doubted=("de",))
    de_below = [float(tokens[~half & (score < bound.threshold)].sum() / tokens.sum()) for bound in of_one]
    assert all(bound.share >= below - 1e-9 for bound, below in zip(of_one, de_below, strict=True))


def test_declarations_that_bound_the_share_estimate_it_whatever_the_scores_say() -> None:
    histogram, *_ = corpus(0.9)
    tokens = histogram.scored_tokens
    found = share_of_parts((Part(histogram),), APART, declared=Declared(17 * tokens, 2 * tokens))
    assert found.verdict == "estimated"
    assert found.estimate == pytest.approx(max(2 / 19, found.low))
    doubted = share_of_parts((Part(histogram),), APART, declared=Declared(17 * tokens, 2 * tokens), doubted={"en": "w"})
    assert (doubted.verdict, doubted.estimate, doubted.low) == ("at-least", None, pytest.approx(0.1))


@pytest.mark.parametrize("seed", range(8))
def test_declarations_never_leave_more_open_than_the_scores_of_all_texts_do(seed: int) -> None:
    """Half of the human text declares itself; without that, what is left has twice the machine share and half the text.

    The truth lies in both readings. Where what is left leaves more open than all of it, the latter stands, no higher
    than what is declared allows.
    """
    share = (0.0, 0.1, 0.3, 0.8)[seed % 4]
    vague = calibration([-3.0, -1.0], [3.0, 1.0], Reach(0.3, 0.3))
    histogram, truth, score, tokens, machine = corpus(share, 240, vague, seed=seed)
    said = ~machine & (np.random.default_rng(seed).random(machine.size) < 0.5)
    languages = pa.array(["en"] * int((~said).sum()))
    rest = score_histogram(vague, languages, score[~said], tokens[~said])
    declared = Declared(human=int(tokens[said].sum()))
    alone = estimate_share(histogram, vague).if_known_kinds
    before = share_of_parts((Part(rest),), vague, declared=declared).if_known_kinds
    found = share_of_parts((Part(rest),), vague, declared=declared, whole=histogram)
    after = found.if_known_kinds
    wider = before.high - before.low > alone.high - alone.low
    high = min(alone.high, 1 - declared.human / tokens.sum())
    assert (after.low, after.high) == pytest.approx((alone.low, high) if wider else (before.low, before.high))
    assert after.high - after.low <= alone.high - alone.low
    assert found.low <= after.low <= after.estimate <= after.high <= found.high
    assert after.low - 0.02 <= truth <= after.high + 0.02


def test_no_narrower_reading_takes_the_place_of_two_that_contradict_each_other() -> None:
    """Human text of the corpus scores as machine text does: both readings stay covered, whatever is narrower."""
    known = calibration([-3.0, -2.7], [3.0, 2.7], Reach(0.2, 0.2))
    _, _, score, tokens, _ = corpus(0, 1600, known, shift=4, seed=4)
    first, rest, other = (
        score_histogram(known, pa.array(["en"] * some.size), score[some], tokens[some])
        for some in (np.arange(0, 1600, 4), np.arange(1, 1600, 2), np.arange(2, 1600, 4))
    )
    parts, narrow = (Part(rest, Reference(human=first, placebo=other)),), corpus(0.2, 1600, known)[0]
    declared = Declared(human=int(tokens[::2].sum()))
    found = share_of_parts(parts, known, declared=declared)
    assert any("both are covered" in reason for reason in found.reasons)
    assert found.if_known_kinds.high - found.if_known_kinds.low > 0.4
    assert share_of_parts(parts, known, declared=declared, whole=narrow) == found
