"""Which document of a cluster is tried first, by each criterion."""

import numpy as np
import pyarrow as pa
import pytest

from curate.mixing.candidates import Candidates
from curate.mixing.keep import keep_order

DOCUMENTS = Candidates(
    np.array([10, 30, 20, 30], np.int64), np.array([1, 3, 2, 2], np.uint8), np.array([4, 3, 2, 1], np.uint64)
)
SOURCES = pa.array(["big", "big", "small", "big"])
DATES = pa.array([None, "2019-01-01", "2021-05", "2019-01-01"])


@pytest.mark.parametrize(
    ("keep", "first_to_last"),
    [("human", [0, 3, 2, 1]), ("longest", [3, 1, 2, 0]), ("first", [3, 1, 2, 0]), ("source", [2, 0, 3, 1])],
)
def test_documents_are_kept_in_the_order_that_the_option_names(keep: str, first_to_last: list[int]) -> None:
    rank = keep_order(keep, DOCUMENTS, sources=SOURCES, dates=DATES)
    assert np.argsort(rank).tolist() == first_to_last


def test_no_documents_have_no_order() -> None:
    none = Candidates(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.uint64))
    empty = pa.chunked_array([], pa.string())
    for keep in ("human", "longest", "first", "source"):
        assert keep_order(keep, none, sources=empty, dates=empty).tolist() == []
