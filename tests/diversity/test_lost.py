"""Loss of a part: none where it is the whole or drawn by chance, a sure one where its words are fewer."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from curate.diversity.collecting import Collector
from curate.diversity.figures import diversity
from curate.diversity.lost import lost
from curate.diversity.sample import Sample
from curate.measuring.batch import Batch
from curate.measuring.counts import Fingerprint, Language, TokenCount
from curate.measuring.measure import annotate_batch
from slow_diversity import zipf_texts

TEXTS = zipf_texts(600, 100, seed=5)


def sample(texts: list[str]) -> Sample:
    batch = Batch(pa.record_batch([pa.array(texts, pa.large_string())], ["text"]))
    collector = Collector()
    collector.add(batch, annotate_batch(batch, (TokenCount(), Fingerprint(), Language())))
    return collector.sample()


WHOLE = sample(TEXTS)


def test_a_whole_lost_nothing_for_sure() -> None:
    found = lost(WHOLE, WHOLE)
    assert found.before == found.after
    assert found.interval == (0.0, 0.0)


def test_figures_are_those_of_diversity_at_the_smaller_size() -> None:
    part = sample(TEXTS[:400])
    found = lost(WHOLE, part)
    assert found.tokens == part.token_count == 40_000
    for one, told in ((WHOLE, found.before), (part, found.after)):
        expected = diversity(one, found.tokens).to_json()
        assert told == {name: expected[name] for name in told}
    assert {"singleton_mass", "effective_vocabulary", "compression_ratio"} <= found.before.keys()


def test_a_part_drawn_by_chance_lost_nothing_as_often_as_the_interval_says() -> None:
    held = 0
    for seed in range(40):
        rows = np.random.default_rng(seed).permutation(len(TEXTS))[:200]
        interval = lost(WHOLE, sample([TEXTS[row] for row in rows])).interval
        assert interval is not None
        held += interval[0] <= 0 <= interval[1]
    assert held >= 34  # of 40: fewer has a chance of 1 in 300 at 95 %


def test_a_part_of_fewer_words_lost_some_for_sure() -> None:
    common = set(zipf_texts(20, 100, seed=5)[0].split())
    poor = [" ".join([word for word in text.split() if word in common] * 3)[:600] for text in TEXTS]
    interval = lost(WHOLE, sample(poor)).interval
    assert interval is not None
    assert interval[0] > 0.1


@pytest.mark.parametrize("documents", [10, 12])
def test_too_few_documents_say_nothing_for_sure(documents: int) -> None:
    long = [" ".join(TEXTS[10 * i : 10 * i + 11]) for i in range(documents)]
    assert lost(sample(long), sample(long)).interval is None
