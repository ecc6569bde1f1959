"""Every figure of both sides, in every division, against its slow definition; divisions are what they say."""

import zlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.diversity import reference as reference_module
from curate.diversity import tail_sides as module
from curate.diversity.figures import diversity
from curate.diversity.match import Matched, Snapshot, join, match
from curate.diversity.sides import divisions, sides
from slow_diversity import collect, counted, identity, zipf_texts
from slow_sides import slow_side

WORDS = ["the", "and", "can't", "汉", "字", "x1", "42", "!", "\n", "zebra"]
SOME = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=12)


def pooled(before: list[str], after: list[str]) -> tuple[Matched, list[list[str]]]:
    """Both texts as they are, nothing matched, and the documents as lists of tokens in the order of the rows."""
    samples = [collect(before), collect(after)]
    sample = join(samples)
    is_after = np.repeat([False, True], [len(s) for s in samples])
    names = {identity(word): word for text in [*before, *after] for word in counted(text)}
    ends = sample.token_offsets.tolist()
    documents = [[names[t] for t in sample.tokens[a:b].tolist()] for a, b in pairwise(ends)]
    nothing = np.zeros(len(sample), np.int64)
    rows = np.arange(len(sample))
    return Matched(sample, is_after, rows, rows, nothing, 0.0, 0.0, same_kind=False, comparable=True), documents


@given(SOME, SOME, st.integers(0, 3))
def test_every_division_has_the_figures_of_its_definition(before: list[str], after: list[str], seed: int) -> None:
    matched, documents = pooled(before, after)
    member = divisions(matched, 5, seed)
    found = sides(matched, member, seed)
    for way in range(6):
        for side in (0, 1):
            chosen = [d for d, m in zip(documents, member[:, way], strict=True) if m == side]
            slow = slow_side(chosen)
            for name, expected in slow.items():
                assert found[name].values[side, way] == pytest.approx(expected, rel=1e-9), (name, side, way)


def test_what_a_scan_measures_too_is_the_same_number() -> None:
    before, after = zipf_texts(120, 120, seed=1), zipf_texts(120, 120, seed=2)
    found = sides(matched := pooled(before, after)[0], divisions(matched, 0, 0), 0)
    for side, texts in enumerate((before, after)):
        own = diversity(sample := collect(texts), sample.token_count)
        for name in ("singleton_mass", "effective_vocabulary", "effective_bigrams", "repeated_4gram_share"):
            assert found[name].values[side, 0] == pytest.approx(getattr(own, name), rel=1e-12)


def test_blocks_move_whole_inside_their_stratum_and_sizes_stay_matched() -> None:
    matched, documents = pooled(zipf_texts(40, 30, seed=3), zipf_texts(60, 30, seed=4))
    n = len(documents)
    draw = np.random.default_rng(0)
    strata = draw.integers(0, 3, n)
    twins = np.arange(n)
    twins[1:10:2] = twins[0:10:2]  # five pairs of near-copies before
    strata[1:10:2] = strata[0:10:2]
    given = Matched(
        matched.sample, matched.after, matched.rows, twins, strata, 0.0, 0.0, same_kind=False, comparable=True
    )
    member = divisions(given, 50, 7)
    assert (member[:, 0] == matched.after).all()
    assert (member[1:10:2] == member[0:10:2]).all()
    sizes = np.diff(matched.sample.token_offsets)
    for stratum in range(3):
        tokens = (sizes * (strata == stratum)) @ member.astype(np.int64)
        assert np.abs(tokens - tokens[0]).max() <= 30  # half a block of two documents of 30
    assert len({way.tobytes() for way in member.T}) == 51


def test_divisions_depend_on_texts_and_seed_not_on_the_order() -> None:
    matched, _ = pooled(zipf_texts(30, 30, seed=5), zipf_texts(30, 30, seed=6))
    order = np.random.default_rng(1).permutation(60)
    other = Matched(
        matched.sample.take(order), matched.after[order], matched.rows[order], np.arange(60), matched.strata[order],
        0.0, 0.0, same_kind=False, comparable=True,
    )  # fmt: skip
    assert (divisions(other, 20, 1) == divisions(matched, 20, 1)[order]).all()
    assert (divisions(matched, 20, 2) != divisions(matched, 20, 1)).any()


def test_strata_and_sizes_are_matched_to_the_token() -> None:
    before = Snapshot(collect(zipf_texts(200, 100, seed=1)), tuple("ab"[i % 2] for i in range(200)))
    after = Snapshot(collect(zipf_texts(150, 90, seed=2)), tuple("abbc"[i % 4] for i in range(150)))
    matched = match(before, after)
    sizes = np.diff(matched.sample.token_offsets)
    assert not matched.same_kind  # a quarter of AFTER is of a source that BEFORE has not
    kinds = np.unique(matched.strata)
    assert kinds.size == 2
    for kind in kinds:
        here = matched.strata == kind
        assert sizes[here & matched.after].sum() == sizes[here & ~matched.after].sum() > 0


def test_what_both_have_is_left_out() -> None:
    old, new = zipf_texts(200, 100, seed=1), zipf_texts(200, 100, seed=2)
    matched = match(Snapshot(collect(old)), Snapshot(collect([*old, *new])))
    assert matched.shared == pytest.approx(0.5)
    assert matched.after.sum() == 200
    moved = match(Snapshot(collect([*old, *zipf_texts(200, 100, seed=3)])), Snapshot(collect([*old, *new])))
    assert moved.after.sum() == (~moved.after).sum() == 200
    left = match(Snapshot(collect([*old, *new])), Snapshot(collect(old)))
    assert left.shared == 1
    assert (~left.after).sum() == 200


def test_near_copies_are_one_block_and_boilerplate_is_not() -> None:
    texts = zipf_texts(100, 120, seed=9)
    near = [text.replace(" ", " extra ", 1) for text in texts[:20]]
    matched = match(Snapshot(collect([*texts[:50], *near])), Snapshot(collect(texts[50:])))
    assert np.unique(matched.blocks).size < 105
    begun = ["in article of somebody " + text for text in zipf_texts(100, 120, seed=8)]
    matched = match(Snapshot(collect(begun[:50])), Snapshot(collect(begun[50:])))
    assert np.unique(matched.blocks).size > 90


def test_tail_recall_of_both_sides_is_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_module, "TAIL_BEGINS", 50)
    monkeypatch.setattr(reference_module, "TAIL_ENDS", 4000)
    weights = 1 / np.arange(1, 5001)
    frequencies = {f"w{i:x}q": float(w) for i, w in enumerate(weights / weights.sum())}
    known = reference_module.word_tail(frequencies)
    monkeypatch.setattr(module, "reference", lambda language: known if language == "und" else None)
    matched, documents = pooled(zipf_texts(250, 100, seed=1), zipf_texts(250, 100, seed=2))
    found = sides(matched, member := divisions(matched, 3, 0), 0)["tail_recall"]
    rare = list(frequencies.items())[50:4000]
    size = matched.sample.token_count / 2
    expected = sum(f * (1 - (1 - f) ** size) for _, f in rare)
    for way in range(4):
        for side in (0, 1):
            there = {w[1:] for d, m in zip(documents, member[:, way], strict=True) if m == side for w in d}
            mass = sum(f for word, f in rare if word in there)
            assert found.values[side, way] == pytest.approx(mass / expected, rel=1e-9)


def test_compression_is_of_whole_windows_of_each_side() -> None:
    matched, _ = pooled(zipf_texts(500, 150, seed=1), zipf_texts(500, 150, seed=2))
    found = sides(matched, divisions(matched, 9, 0), 0)["compression_ratio"]
    for side, chosen in enumerate((~matched.after, matched.after)):
        heads = matched.sample.take(np.flatnonzero(chosen)).heads.tobytes()
        windows = [heads[i : i + 65536] for i in range(0, len(heads) - 65535, 65536)]
        packed = sum(len(zlib.compress(w, 6)) for w in windows)
        assert found.values[side, 0] == pytest.approx(sum(map(len, windows)) / packed)
