"""Runs of thirteen tokens that stand in excluded texts, against plain Python."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.measuring.batch import Batch
from curate.mixing.overlap import RUN, Overlap, counted_tokens, runs_of, shared_of, texts_of_runs

WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=40)


def batch(texts: list[str]) -> Batch:
    return Batch(pa.record_batch([pa.array(texts, pa.large_string())], ["text"]))


def spoken(texts: list[list[str]]) -> Batch:
    return batch([" ".join(words) for words in texts])


def runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]


@settings(max_examples=50)
@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=6))
def test_every_known_run_is_found_in_order(excluded: list[list[str]], corpus: list[list[str]]) -> None:
    keys, document, place = runs_of(spoken(excluded))
    told = [runs(excluded[d])[p] for d, p in zip(document, place, strict=True)]
    assert told == [run for words in excluded for run in runs(words)]
    single, first = np.unique(keys, return_index=True)
    overlap = Overlap.of_keys(single)
    found = overlap.measure(spoken(corpus))[0].to_pylist()
    known = set(told)
    assert [[told[first[k]] for k in one] for one in found] == [[r for r in runs(w) if r in known] for w in corpus]


def test_formatting_does_not_hide_a_text() -> None:
    plain = "the quick brown fox jumps over the lazy dog and runs far away from here"
    overlap = Overlap.of_keys(np.unique(runs_of(batch([plain])).key))
    hidden = ["Well: The QUICK, brown\nfox **jumps** over the lazy dog -- and runs far away!", plain[:60], ""]
    assert [len(one) for one in overlap.measure(batch(hidden))[0].to_pylist()] == [1, 0, 0]
    nothing = Overlap.of_keys(np.zeros(0, np.uint64))
    assert nothing.measure(batch(["a " * 30]))[0].to_pylist() == [[]]


@pytest.mark.parametrize(
    ("text", "place", "run"),
    [
        ("One, two; (three) FOUR five six seven eight nine ten\neleven twelve  thirteen! 14 15", 1,
         "two; (three) FOUR five six seven eight nine ten eleven twelve thirteen! 14"),
        ("一二三四五六七八九十百千万億兆", 2, "三四五六七八九十百千万億兆"),
    ],
)  # fmt: skip
def test_a_run_is_shown_as_it_stands_in_the_text(text: str, place: int, run: str) -> None:
    assert texts_of_runs([text], np.array([place]))[0].strip("(, ") == run


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), min_size=RUN, max_size=20), min_size=1, max_size=4))
def test_the_shown_words_are_those_of_the_run(texts: list[list[str]]) -> None:
    whole = spoken(texts)
    _, document, place = runs_of(whole)
    shown = texts_of_runs([" ".join(texts[d]) for d in document], place)
    assert shown == [" ".join(runs(texts[d])[p]) for d, p in zip(document, place, strict=True)]
    assert counted_tokens(whole).tolist() == [len(words) for words in texts]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 7)), max_size=40))
def test_what_is_shared_is_what_a_plain_count_says(hits: list[tuple[int, int]]) -> None:
    text_of, unit = np.arange(8) // 3, np.arange(10) // 2  # documents 0 and 1 are near-duplicates
    arrays = np.array(hits, np.int64).reshape(-1, 2)
    found = shared_of(arrays[:, 0], arrays[:, 1], text_of, unit)
    spread = {run: len({d // 2 for d, r in hits if r == run}) for run in range(8)}
    expected = {}
    for document, run in sorted(set(hits)):
        expected.setdefault((document, run // 3), []).append(run)
    told = zip(*(getattr(found, name) for name in found.__slots__), strict=True)
    assert {(d, t): (s, c, m, low) for d, t, s, c, m, low in told} == {
        pair: (len(of), min(of, key=lambda r: (-spread[r], r)), max(map(spread.get, of)), min(map(spread.get, of)))
        for pair, of in expected.items()
    }
