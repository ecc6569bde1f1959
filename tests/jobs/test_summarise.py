"""Sums over a corpus stay exact, however large."""

import pyarrow as pa

from curate.jobs.scan.figures import Amount
from curate.jobs.scan.summary import amounts


def test_tokens_past_32_bits_are_summed_exactly() -> None:
    tokens = pa.array([2**32 + 1, 2**32 + 1, 2**33 + 1, 1], pa.int64())
    found = amounts(pa.table({"source": ["web", "web", "books", "web"], "tokens": tokens}), "source")
    assert found == {"web": Amount(3, 2**33 + 3), "books": Amount(1, 2**33 + 1)}
