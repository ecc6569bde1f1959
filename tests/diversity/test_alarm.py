"""The alarm rings for a lost tail, stays silent for halves of one corpus, and knows what it cannot tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.diversity.alarm import DRIFT_ALLOWANCE, _allowances, compare
from curate.diversity.alarm_level import KINDS, LEVELS
from curate.diversity.culprits import culprits, lost_words
from curate.diversity.match import Snapshot
from slow_diversity import collect, zipf_texts


def snapshot(texts: list[str], *, source: str | None = "one") -> Snapshot:
    sample = collect(texts)
    return Snapshot(sample, (source,) * len(sample) if source else None)


def narrowed(documents: int, words: int, seed: int) -> list[str]:
    """Texts as zipf_texts makes them, but of the commonest 400 words and in stock phrases."""
    draw = np.random.default_rng(seed)
    weights = 1 / np.arange(1, 401)
    phrases = draw.choice(400, (300, 5), p=weights / weights.sum())
    rows = phrases[draw.integers(0, 300, (documents, words // 5))].reshape(documents, -1)
    return [" ".join(f"w{i:x}q" for i in row) for row in rows]


HUMAN = zipf_texts(400, 100, seed=1)


def test_a_narrowed_corpus_rings_late_where_sources_match() -> None:
    found = compare(snapshot(HUMAN), snapshot(narrowed(400, 100, seed=2)), permutations=199).alarm
    assert found.level == "late"
    assert found.p_value == pytest.approx(1 / 200)
    assert found.metrics["singleton_mass"].after < found.metrics["singleton_mass"].before
    assert found.metrics["repeated_4gram_share"].lost("repeated_4gram_share")


def test_without_control_or_sources_it_stops_at_watch_and_says_why() -> None:
    before, after = snapshot(HUMAN, source=None), snapshot(narrowed(400, 100, seed=2), source=None)
    found = compare(before, after, permutations=199).alarm
    assert found.level == "watch"
    assert "topic" in found.reasons[0]
    control = snapshot(zipf_texts(400, 100, seed=3), source=None)
    assert compare(before, after, (control,), permutations=199).alarm.level == "late"
    as_far = snapshot(narrowed(400, 100, seed=4), source=None)
    assert compare(before, after, (as_far,), permutations=199).alarm.level == "watch"


@pytest.mark.parametrize("permutations", [19, 20, 39, 40, 199])
def test_a_loss_is_seen_exactly_where_it_is_above_what_chance_alone_does(permutations: int) -> None:
    mixed = [narrowed(part, 100, seed=2) + zipf_texts(200 - part, 100, seed=5) for part in (1, 4, 8, 16, 40)]
    shown = set()
    for texts in mixed:
        found = compare(snapshot(HUMAN[:200]), snapshot(texts), permutations=permutations).alarm
        for name, change in found.metrics.items():
            if change.unseen is not None:
                seen = KINDS[name].loss * change.log_ratio > change.unseen
                assert (change.p_value < 0.05) == seen, name
                shown.add(seen)
            else:
                assert change.p_value >= 0.05, name
    assert shown == ({False, True} if permutations > 19 else set())


BOILERPLATE = " ".join(f"header{k}q" for k in range(40))


def test_a_control_that_moved_in_one_figure_silences_that_figure_alone() -> None:
    """Every text of the control begins with the same header: repeated 4-grams, as other mail software makes them."""
    before, after = snapshot(HUMAN, source=None), snapshot(narrowed(400, 100, seed=2), source=None)
    plain = snapshot(zipf_texts(400, 100, seed=3), source=None)
    signed = snapshot([f"{BOILERPLATE} {text}" for text in zipf_texts(400, 100, seed=3)], source=None)
    one, other = (compare(before, after, (control,), permutations=199).alarm for control in (plain, signed))
    assert one.metrics["repeated_4gram_share"].lost("repeated_4gram_share")
    assert not other.metrics["repeated_4gram_share"].lost("repeated_4gram_share")
    assert other.metrics["singleton_mass"].lost("singleton_mass")
    assert other.level == "late"


@given(st.sampled_from(list(KINDS)), st.floats(0, 3), st.lists(st.floats(0, 1), min_size=9, max_size=9))
def test_what_a_control_moves_in_one_figure_changes_no_other_allowance(
    name: str, far: float, moved: list[float]
) -> None:
    control = dict(zip(KINDS, moved, strict=True))
    changed = {**control, name: control[name] + far}
    one, other = _allowances([control]), _allowances([changed])
    assert {figure for figure in KINDS if one[figure] != other[figure]} <= {name}
    assert other[name] >= one[name]
    assert _allowances([control, changed]) == other
    assert _allowances([{}]) == {figure: DRIFT_ALLOWANCE * kind.drift for figure, kind in KINDS.items()}


@pytest.mark.parametrize("which", ["the first snapshot", "another language"])
def test_a_control_that_shows_nothing_makes_no_alarm(which: str) -> None:
    before, after = snapshot(HUMAN, source=None), snapshot(narrowed(400, 100, seed=2), source=None)
    other = ["这是一个完全不同的语言的文本" * 8 + str(i) for i in range(300)]
    control = before if which == "the first snapshot" else snapshot(other, source=None)
    found = compare(before, after, (control,), permutations=199).alarm
    assert (found.level, found.controlled) == ("watch", False)
    assert "control" in found.reasons[-1]
    good = snapshot(zipf_texts(400, 100, seed=3), source=None)
    assert compare(before, after, (control, good), permutations=199).alarm.level == "late"


def test_halves_of_one_corpus_are_rarely_more_than_watched() -> None:
    levels = []
    for seed in range(20):
        before, after = (snapshot(zipf_texts(150, 100, seed=2 * seed + k)) for k in (100, 101))
        levels.append(LEVELS.index(compare(before, after, permutations=99).alarm.level))
    assert max(levels) <= 1
    assert sum(levels) <= 4


def test_a_corpus_that_somebody_edited_is_watched_and_told_apart_from_a_loss() -> None:
    draw = np.random.default_rng(5)
    edited = []
    for text in HUMAN:
        words = np.array(text.split(), dtype=object)
        places = draw.choice(len(words), len(words) // 20, replace=False)
        words[places] = [f"e{k}q" for k in draw.integers(0, 5000, places.size)]
        edited.append(" ".join(words))
    found = compare(snapshot(HUMAN), snapshot(edited), permutations=199).alarm
    assert {name for name, change in found.metrics.items() if change.lost(name)} == {"predictable_share"}
    assert found.level == "watch"
    assert "near-copies" in found.reasons[0]
    assert "near-copies" not in str(compare(snapshot(HUMAN), snapshot(zipf_texts(400, 100, seed=9))).alarm.reasons)


def test_the_p_value_is_uniform_under_the_null_or_above() -> None:
    values = []
    for seed in range(40):
        texts = zipf_texts(240, 100, seed=1000 + seed)
        values.append(compare(snapshot(texts[:120]), snapshot(texts[120:]), permutations=99).alarm.p_value)
    assert sum(p <= 0.25 for p in values) <= 18  # 10 expected


def test_the_same_corpus_is_ok_and_nothing_in_common_is_watched() -> None:
    assert compare(snapshot(HUMAN), snapshot(HUMAN)).alarm.level == "ok"
    other = ["这是一个完全不同的语言的文本" * 8 + str(i) for i in range(300)]
    found = compare(snapshot(HUMAN), snapshot(other)).alarm
    assert (found.level, found.p_value, found.metrics) == ("watch", None, {})
    assert "in common" in found.reasons[0]


@pytest.mark.parametrize("texts", [[], ["one document " * 20_000], ["the very same text of few words"] * 3000])
def test_degenerate_corpora_raise_nothing(texts: list[str]) -> None:
    for before, after in ((HUMAN, texts), (texts, HUMAN), (texts, texts)):
        found = compare(snapshot(before), snapshot(after), permutations=99)
        assert found.alarm.level in LEVELS
        culprits(found, 5)
        lost_words(found, 5)


def test_the_order_of_the_documents_does_not_matter() -> None:
    after = narrowed(300, 100, seed=5)
    one = compare(snapshot(HUMAN), snapshot(after), permutations=99).alarm
    two = compare(snapshot(HUMAN[::-1]), snapshot(after[::-1]), permutations=99).alarm
    assert one == two


def test_the_documents_that_drive_a_loss_are_the_narrow_ones() -> None:
    good, bad = zipf_texts(300, 100, seed=6), narrowed(100, 100, seed=7)
    after = snapshot([*good, *bad])
    found = compare(snapshot(HUMAN), after, permutations=199)
    named = culprits(found, 10)
    prints = {tuple(row) for row in collect(bad).fingerprints.tolist()}
    assert len(named) == 10
    assert sum(tuple(after.sample.fingerprints[row].tolist()) in prints for row, _ in named) >= 9
    assert [part for _, part in named] == sorted((part for _, part in named), reverse=True)


def test_near_copies_across_the_sides_do_not_look_predictable() -> None:
    """Corpora of forms filled in: as many near-copies inside BEFORE as between the sides."""
    draw = np.random.default_rng(8)
    forms = [text.split() for text in zipf_texts(300, 80, seed=11)]
    filled = []
    for i in range(1200):
        words = list(forms[draw.integers(0, 300)])
        words[draw.integers(0, 80)] = f"n{i}x"
        filled.append(" ".join(words))
    change = compare(snapshot(filled[:600]), snapshot(filled[600:]), permutations=199).alarm.metrics[
        "predictable_share"
    ]
    assert change.p_alone > 0.01
