"""Runs of thirteen tokens that stand in excluded texts, against plain Python."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.measuring.batch import Batch
from curate.mixing.overlap import RUN, Overlap, runs_of

WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=40)


def batch(texts: list[list[str]]) -> Batch:
    return Batch(pa.record_batch([pa.array([" ".join(words) for words in texts], pa.large_string())], ["text"]))


def runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]


@settings(max_examples=50)
@given(st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=6))
def test_the_first_run_that_is_known_names_its_file(
    first: list[list[str]], second: list[list[str]], corpus: list[list[str]]
) -> None:
    overlap = Overlap.of_runs([runs_of(batch(first)), runs_of(batch(second))])
    files = [{run for text in texts for run in runs(text)} for texts in (first, second)]
    expected = []
    for text in corpus:
        hits = [next((n for n, known in enumerate(files) if run in known), -1) for run in runs(text)]
        expected.append(next((hit for hit in hits if hit >= 0), -1))
    assert overlap.measure(batch(corpus))[0].to_pylist() == expected


def test_formatting_does_not_hide_a_text() -> None:
    plain = "the quick brown fox jumps over the lazy dog and runs far away from here"
    overlap = Overlap.of_runs([runs_of(batch([plain.split()]))])
    hidden = ["Well: The QUICK, brown\nfox **jumps** over the lazy dog -- and runs far away!", plain[:60], ""]
    found = overlap.measure(Batch(pa.record_batch([pa.array(hidden, pa.large_string())], ["text"])))[0]
    assert found.to_pylist() == [0, -1, -1]
    assert np.asarray(Overlap.of_runs([]).measure(batch([["a"] * 30]))[0]).tolist() == [-1]
