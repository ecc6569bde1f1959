"""Tail recall is one for text drawn from the reference itself, and says by name what is missing."""

from pathlib import Path

import numpy as np
import pytest

from curate.diversity import reference as module
from curate.diversity import tail
from curate.diversity.figures import diversity
from curate.diversity.reference import Reference, pair_tail, reference, spelt_too, word_tail
from curate.diversity.tail import missing_tail
from curate.measuring.language import LANGUAGES
from slow_diversity import collect, counted, identity


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """A language of 3,000 words with Zipf's frequencies, of which ranks 200 to 2,000 are the tail."""
    monkeypatch.setattr(module, "TAIL_BEGINS", 200)
    monkeypatch.setattr(module, "TAIL_ENDS", 2000)
    weights = 1 / np.arange(1, 3001)
    frequencies = {f"w{i:x}q": float(w) for i, w in enumerate(weights / weights.sum())}
    known = word_tail(frequencies)
    monkeypatch.setattr(tail, "reference", lambda language: known if language == "und" else None)
    return frequencies


def drawn(frequencies: dict[str, float], tokens: int, seed: int) -> list[str]:
    """Documents of 100 words drawn with these frequencies."""
    names = list(frequencies)
    chances = np.fromiter(frequencies.values(), np.float64)
    draw = np.random.default_rng(seed).choice(len(names), (tokens // 100, 100), p=chances)
    return [" ".join(names[i] for i in row) for row in draw]


def test_a_tail_is_the_ranks_between_its_bounds(invented: dict[str, float]) -> None:
    known = word_tail(invented)
    names = list(invented)
    assert set(known.words) == set(names[200:2000])
    assert [identity("w" + word) for word in known.words] == known.keys.tolist()
    assert known.frequencies.tolist() == pytest.approx([invented[word] for word in known.words])


@pytest.mark.parametrize("size", [30_000, 100_000])
def test_text_drawn_from_the_reference_has_recall_one(invented: dict[str, float], size: int) -> None:
    figures = diversity(collect(drawn(invented, 100_000, seed=1)), size)
    low, high = figures.intervals["tail_recall"]
    assert figures.tail_recall == pytest.approx(1, abs=0.03)
    assert low < 1.01
    assert high > 0.99


def test_recall_is_its_definition(invented: dict[str, float]) -> None:
    texts = [t for t in drawn(invented, 30_000, seed=2) if "w64q" not in t]
    sample = collect(texts)
    size = sample.token_count
    there = {word[1:] for text in texts for word in counted(text)}
    rare = list(invented.items())[200:2000]
    expected = sum(f * (1 - (1 - f) ** size) for _, f in rare)
    found = sum(f for word, f in rare if word in there)
    assert diversity(sample, size).tail_recall == pytest.approx(found / expected)


def test_a_lost_tail_lowers_recall_and_is_named(invented: dict[str, float]) -> None:
    names = list(invented)
    lost = set(names[200:260])
    texts = [" ".join(w for w in t.split() if w not in lost) for t in drawn(invented, 60_000, seed=3)]
    sample = collect(texts)
    recall = diversity(sample).tail_recall
    assert recall is not None
    assert recall < 0.92
    assert missing_tail(sample, "und", 60) == names[200:260]


def test_a_pair_of_characters_is_a_word_only_where_it_mostly_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TAIL_BEGINS", 0)
    known = pair_tail({"的": 0.4, "人": 0.1, "人的": 0.01, "学校": 0.2, "校长": 0.05, "大学校长": 0.1, "abc": 0.1})
    # 人的 stands more often as 人 and then 的; 学校 is the word in two cases of three; 校长 in one of three
    assert known.words == ("学校",)
    left, right = (identity("c" + c) for c in "学校")
    assert known.keys.tolist() == [left << 32 | right]
    characters = 0.4 + 0.1 + 2 * 0.01 + 2 * 0.2 + 2 * 0.05 + 4 * 0.1
    assert known.frequencies[0] == pytest.approx((0.2 + 0.1) / characters)


def test_other_spellings_are_read_as_the_reference_spells_them() -> None:
    known = spelt_too(word_tail({"a": 1.0}), {"學": "学", "國": "国"})
    spelt = np.array([identity("c" + c) for c in "學校在中國"], np.uint32)
    assert known.read(spelt).tolist() == [identity("c" + c) for c in "学校在中国"]


def test_shipped_references_are_read_again_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    reference.cache_clear()
    made = reference("da")
    assert isinstance(made, Reference)
    assert len(made.words) == made.keys.size > 10_000
    monkeypatch.setattr(module, "_frequencies", lambda language: pytest.fail(f"{language} was made twice"))
    reference.cache_clear()
    again = reference("da")
    assert isinstance(again, Reference)
    assert (again.words, again.keys.tolist()) == (made.words, made.keys.tolist())
    [file] = (tmp_path / "references").iterdir()
    monkeypatch.setattr(module, "_frequencies", lambda _: {"a": 1.0})
    for broken in (b"cut off", file.read_bytes()[:999]):
        file.write_bytes(broken)
        reference.cache_clear()
        remade = reference("da")
        assert isinstance(remade, Reference)
        assert remade.words == ()
    reference.cache_clear()


@pytest.mark.parametrize("language", ["ko", "und", "th", "sr", "xx"])
def test_a_language_without_reference_has_no_recall(language: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    reference.cache_clear()
    assert reference(language) is None
    assert missing_tail(collect(["a b c"]), language, 3) == []


def test_every_language_of_a_reference_is_one_that_documents_can_have() -> None:
    assert set(LANGUAGES) >= module.IN_PAIRS | module.WITHOUT
