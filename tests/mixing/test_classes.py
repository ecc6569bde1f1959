"""Declared outranks scored, scores count strictly below the threshold, evidence weaker than the trust not at all."""

import numpy as np
import pyarrow as pa
import pytest

from curate.mixing.classes import classify, tokens_by_class

DECLARED = pa.array(["human", "machine", None, None, None, None, "human", "unknown"])
SCORES = pa.array([9.0, -9.0, -9.0, 1.0, None, float("nan"), None, -9.0], pa.float32())


@pytest.mark.parametrize(
    ("trust", "threshold", "expected"),
    [
        ("detected", 1.0, [1, 3, 2, 3, 3, 3, 1, 3]),
        ("detected", 1.5, [1, 3, 2, 2, 3, 3, 1, 3]),
        ("detected", None, [1, 3, 3, 3, 3, 3, 1, 3]),
        ("declared", 1.5, [1, 3, 3, 3, 3, 3, 1, 3]),
        ("audited", 1.5, [3, 3, 3, 3, 3, 3, 3, 3]),
    ],
)
def test_every_document_has_the_class_of_its_strongest_evidence(
    trust: str, threshold: float | None, expected: list[int]
) -> None:
    assert classify(DECLARED, SCORES, threshold=threshold, trust=trust).tolist() == expected


def test_columns_may_be_chunked_or_all_null() -> None:
    declared, scores = pa.chunked_array([DECLARED[:3], DECLARED[3:]]), pa.chunked_array([SCORES[:5], SCORES[5:]])
    assert classify(declared, scores, threshold=1.0).tolist() == classify(DECLARED, SCORES, threshold=1.0).tolist()
    assert classify(pa.nulls(8), SCORES, threshold=0.0).tolist() == [3, 2, 2, 3, 3, 3, 3, 2]


def test_tokens_by_class_has_every_class() -> None:
    classes = np.array([1, 3, 1], np.uint8)
    found = tokens_by_class(classes, np.array([2**60, 5, 1], np.int64))
    assert found == {"audited": 0, "declared": 2**60 + 1, "detected": 0, "other": 5}
