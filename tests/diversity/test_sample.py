"""A sample holds the documents of smallest hash, whatever way they came."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.diversity import collecting as module
from curate.diversity.collecting import cut_of, merge, merge_shards
from curate.diversity.sample import Sample, empty_sample, priorities, read_sample
from curate.measuring.batch import Batch
from slow_diversity import collect, counted, identity, rows, zipf_texts

WORDS = ["the", "and", "can't", "汉字。", "日本語の", "x1", "42", "!", "\n", "é", "😀", "zebra crossing", "http://a.b"]
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), max_size=25)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a few short texts reach."""
    monkeypatch.setattr(module, "TOGETHER", 2)
    monkeypatch.setattr(module, "SAMPLE_TOKENS", 60)
    monkeypatch.setattr(module, "DOCUMENT_TOKENS", 12)
    monkeypatch.setattr(module, "SAMPLE_HEADS", 100)
    monkeypatch.setattr(module, "DOCUMENT_HEAD", 17)


def slow_sample(documents: list[str]) -> list[tuple[tuple[int, ...], bytes]]:
    """The definition: in order of priority, tokens and heads while the limit is not reached."""
    batch = Batch(pa.record_batch([pa.array(documents, pa.large_string())], ["text"]))
    places = priorities(batch.fingerprints).tolist() if documents else []
    found, tokens_before, bytes_before = [], 0, 0
    for place, text in sorted(zip(places, documents, strict=True)):
        del place
        tokens = [identity(word) for word in counted(text)][: module.DOCUMENT_TOKENS]
        if not tokens:
            continue
        head = text.encode()[: module.DOCUMENT_HEAD].decode(errors="ignore").encode()
        kept = tokens if tokens_before < module.SAMPLE_TOKENS else []
        kept_head = head if bytes_before < module.SAMPLE_HEADS else b""
        tokens_before, bytes_before = tokens_before + len(tokens), bytes_before + len(head)
        if kept or kept_head:
            found.append((tuple(kept), kept_head))
    return found


@pytest.mark.usefixtures("small")
@given(texts, st.integers(1, 30))
def test_a_sample_is_its_definition(documents: list[str], step: int) -> None:
    assert [row[3:] for row in rows(collect(documents, step=step))] == slow_sample(documents)


@pytest.mark.usefixtures("small")
@given(texts, st.randoms(use_true_random=False), st.lists(st.integers(0, 25), max_size=4))
def test_order_and_shards_do_not_matter(documents: list[str], random, cuts: list[int]) -> None:
    whole = rows(collect(documents))
    random.shuffle(documents)
    bounds = [0, *sorted(cuts), len(documents)]
    parts = [collect(documents[a:b], step=3) for a, b in pairwise(bounds)]
    random.shuffle(parts)
    assert rows(merge(parts)) == whole
    assert rows(merge([merge(parts[:2]), merge(parts[2:])])) == whole
    assert rows(merge_shards(iter(parts))) == whole


@pytest.mark.usefixtures("small")
@given(texts, st.integers(0, 25))
def test_what_lies_behind_the_cut_changes_nothing(documents: list[str], cut: int) -> None:
    one, other = collect(documents[:cut]), collect(documents[cut:])
    before = other.take(np.flatnonzero(other.priorities <= cut_of(one)))
    assert rows(merge([one, before])) == rows(merge([one, other]))


@pytest.mark.usefixtures("small")
@given(texts)
def test_a_table_brings_the_sample_back(documents: list[str]) -> None:
    sample = collect(documents)
    table = sample.to_table()
    assert rows(Sample.from_table(table)) == rows(sample)
    assert rows(merge([Sample.from_table(table.slice(2)), Sample.from_table(table.slice(0, 2))])) == rows(sample)


def test_a_parquet_file_brings_the_sample_back(tmp_path) -> None:
    for sample in (empty_sample(), collect(zipf_texts(30, 20, seed=1))):
        with pa.ipc.new_file(str(tmp_path / "sample.arrow"), sample.to_table().schema) as writer:
            writer.write_table(sample.to_table())
        assert rows(read_sample(tmp_path / "sample.arrow")) == rows(sample)


def test_copies_stand_in_the_sample_together() -> None:
    documents = zipf_texts(300, 50, seed=2)
    sample = collect([*documents, *documents[:100]])
    assert np.unique(sample.fingerprints, axis=0, return_counts=True)[1].tolist().count(2) == 100


def test_the_limit_bounds_a_large_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE_TOKENS", 5000)
    monkeypatch.setattr(module, "SAMPLE_HEADS", 4096)
    documents = zipf_texts(2000, 40, seed=3)
    sample = collect(documents, step=100)
    assert sample.token_count == 5000
    assert [row[3:] for row in rows(sample)] == slow_sample(documents)


def test_taking_and_cutting_keep_documents_whole_but_the_last() -> None:
    sample = collect(zipf_texts(20, 10, seed=4))
    cut = sample.part(0, 95)
    assert cut.token_count == 95
    assert len(cut) == 10
    assert rows(sample.take(np.array([3, 1])))[1] == rows(sample)[1]
