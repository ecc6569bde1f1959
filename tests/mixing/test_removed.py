"""Every document left out stands in the table once, with every reason; counts can be taken from the file alone."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.mixing.removed import REMOVED, Reason, reason_counts, removed_table


def table(reasons: list[Reason], ids: list[str]) -> pa.Table:
    count = len(ids)
    return removed_table(
        ids=pa.array(ids, pa.string()),
        paths=pa.array(["part"] * count, pa.string()),
        rows=pa.array(range(count), pa.int64()),
        reasons=reasons,
    )


def test_a_document_has_every_reason_in_the_order_given() -> None:
    junk = Reason("rule:too-few-tokens", np.array([True, False, True, False]))
    twin = Reason("near-duplicate", np.array([False, False, True, False]), pa.chunked_array([["?", "?", "d; x", "?"]]))
    floor = Reason("human-floor", np.array([False, True, False, False]))
    removed = table([junk, twin, floor], ["a", "b", "c", "d"])
    assert removed.schema == REMOVED
    assert removed.to_pylist() == [
        {"id": "a", "path": "part", "row": 0, "reason": "rule:too-few-tokens"},
        {"id": "b", "path": "part", "row": 1, "reason": "human-floor"},
        {"id": "c", "path": "part", "row": 2, "reason": "rule:too-few-tokens; near-duplicate of d%3B x"},
    ]
    assert reason_counts(removed) == {"human-floor": 1, "near-duplicate": 1, "rule:too-few-tokens": 2}


@given(
    st.lists(st.text(), min_size=1, max_size=8),
    st.lists(
        st.tuples(st.sampled_from(["budget", "rule:x", "exact-duplicate", "near-duplicate"]), st.integers(0, 255)),
        max_size=6,
    ),
)
def test_counts_are_those_of_plain_python_whatever_the_ids_hold(ids: list[str], said: list[tuple[str, int]]) -> None:
    masks = [(kind, [bool(bits >> i & 1) for i in range(len(ids))]) for kind, bits in said]
    reasons = [
        Reason(kind, np.array(mask, np.bool_), pa.array(ids, pa.string()) if "duplicate" in kind else None)
        for kind, mask in masks
    ]
    removed = table(reasons, ids)
    left_out = [i for i in range(len(ids)) if any(mask[i] for _, mask in masks)]
    assert removed.column("row").to_pylist() == left_out
    kinds = [{kind for kind, mask in masks if mask[i]} for i in left_out]
    expected = {kind: sum(kind in each for each in kinds) for kind in sorted(set().union(*kinds))}
    assert reason_counts(removed) == expected
