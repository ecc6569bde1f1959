"""Sums over a corpus stay exact, however large."""

import pyarrow as pa

from curate.jobs.scan.figures import Amount
from curate.jobs.scan.summary import amounts


def test_tokens_past_32_bits_are_summed_exactly() -> None:
    tokens = pa.array([2**32 + 1, 2**32 + 1, 2**33 + 1, 1], pa.int64())
    found = amounts(pa.table({"source": ["web", "web", "books", "web"], "tokens": tokens}), "source")
    assert found == {"web": Amount(3, 2**33 + 3), "books": Amount(1, 2**33 + 1)}


def test_a_source_that_is_not_told_is_one_of_no_name_in_all_parts() -> None:
    parts = [pa.array(["b", None, ""]), pa.array([None, "a", "b"]), pa.array([], pa.string())]
    documents = pa.table({"source": pa.chunked_array(parts), "tokens": pa.array([1, 2, 4, 8, 5, 4], pa.int32())})
    assert list(amounts(documents, "source").items()) == [("", Amount(3, 14)), ("a", Amount(1, 5)), ("b", Amount(2, 5))]


def test_no_documents_have_no_sources() -> None:
    assert amounts(pa.table({"source": pa.array([], pa.string()), "tokens": pa.array([], pa.int32())}), "source") == {}
