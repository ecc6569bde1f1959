"""Samples out of strings, and the plain-Python view of them."""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

import slow
from curate.diversity.collecting import Collector
from curate.diversity.sample import Sample
from curate.measuring.batch import Batch
from curate.measuring.counts import Language, TokenCount
from curate.measuring.measure import annotate_batch


def collect(texts: list[str], *, step: int = 1000) -> Sample:
    """The sample of the texts, taken in `step` documents at a time."""
    collector = Collector()
    for i in range(0, len(texts), step):
        batch = Batch(pa.record_batch([pa.array(texts[i : i + step], pa.large_string())], ["text"]))
        collector.add(batch, annotate_batch(batch, (TokenCount(), Language())))
    return collector.sample()


def counted(text: str) -> list[str]:
    """The words, characters and numbers of a text, folded; characters are marked."""
    kinds = (slow.WORD, slow.CHARACTER, slow.NUMBER)
    return [("c" if kind == slow.CHARACTER else "w") + word for word, kind, _ in slow.tokens(text) if kind in kinds]


def counted_runs(documents: list[list[str]]) -> tuple[Counter[str], Counter[Any], Counter[Any], dict[Any, set[int]]]:
    """Words, pairs, runs of four (of six where characters prevail), and the documents that each run stands in."""
    words = Counter(word for document in documents for word in document)
    pairs = Counter(pair for document in documents for pair in pairwise(document))
    runs: Counter[tuple[str, ...]] = Counter()
    places: dict[Any, set[int]] = defaultdict(set)
    for i, document in enumerate(documents):
        length = 6 if 2 * sum(word[0] == "c" for word in document) > len(document) else 4
        for k in range(len(document) - length + 1):
            run = tuple(document[k : k + length])
            runs[run] += 1
            places[run].add(i)
    return words, pairs, runs, places


def slow_windows(documents: list[list[str]], chance: float) -> dict[str, float]:
    """Means over windows in which every other document stands with this chance, word by word and run by run."""
    words, _, runs, places = counted_runs(documents)
    holders: dict[str, set[int]] = defaultdict(set)
    for i, document in enumerate(documents):
        for word in document:
            holders[word].add(i)
    alone = 0.0
    for document in documents:
        for word, count in Counter(document).items():
            alone += (count == 1) * (1 - chance) ** (len(holders[word]) - 1)
    figures = {"singleton_mass": alone / words.total()}
    if runs:
        shared = sum(count * (1 - (1 - chance) ** (len(places[run]) - 1)) for run, count in runs.items())
        figures["repeated_4gram_share"] = shared / runs.total()
    return figures


def identity(word: str) -> int:
    """The uint32 a counted token has in a sample."""
    return slow.token_hash(word[1:]) >> 33 << 1 | (word[0] == "c")


def rows(sample: Sample) -> list[tuple[int, int, int, tuple[int, ...], bytes]]:
    """Everything a sample says, document by document."""
    return [
        (
            int(sample.fingerprints[i, 0]),
            int(sample.fingerprints[i, 1]),
            int(sample.languages[i]),
            tuple(sample.tokens[sample.token_offsets[i] : sample.token_offsets[i + 1]].tolist()),
            sample.heads[sample.head_offsets[i] : sample.head_offsets[i + 1]].tobytes(),
        )
        for i in range(len(sample))
    ]


def zipf_texts(documents: int, words: int, seed: int) -> list[str]:
    """Texts of made-up words with Zipf's frequencies."""
    draw = np.random.default_rng(seed)
    vocabulary = [f"w{i:x}q" for i in range(5000)]
    weights = 1 / np.arange(1, 5001)
    drawn = draw.choice(5000, (documents, words), p=weights / weights.sum())
    return [" ".join(vocabulary[i] for i in row) for row in drawn]
