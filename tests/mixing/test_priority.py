"""Priorities depend on seed, text and occurrence; occurrences on what the user declared, never on the rows' order."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.mixing.priority import TIE_COLUMNS, occurrences, priorities

ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["human", "machine", None]),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["x", "y"]),
        st.just("p"),
    ),
    max_size=30,
).map(lambda rows: [(*row, number) for number, row in enumerate(rows)])


def columns(rows: list[tuple[object, ...]]) -> tuple[np.ndarray, np.ndarray, pa.Table]:
    text = np.array([row[0] for row in rows], np.uint64)
    types = [pa.string()] * 4 + [pa.int64()]
    ties = {name: pa.array([row[i + 1] for row in rows], types[i]) for i, name in enumerate(TIE_COLUMNS)}
    return text, text + np.uint64(7), pa.table(ties)


@given(ROWS, st.randoms())
def test_occurrences_count_equal_texts_in_a_declared_order(rows: list[tuple[object, ...]], random: object) -> None:
    random.shuffle(rows)  # type: ignore[attr-defined]

    def key(row: tuple[object, ...]) -> tuple[object, ...]:
        return (row[1] is None, row[1] or "", *row[2:])

    expected = [sum(other[0] == row[0] and key(other) < key(row) for other in rows) for row in rows]
    assert occurrences(*columns(rows)).tolist() == expected


def test_priorities_are_the_same_wherever_a_text_stands_and_differ_by_seed_text_and_occurrence() -> None:
    high, low = np.arange(1000, dtype=np.uint64), np.full(1000, 5, np.uint64)
    count = np.zeros(1000, np.int64)
    one = priorities(high, low, count, seed=1)
    assert priorities(high[::-1], low, count, seed=1)[::-1].tolist() == one.tolist()
    others = [priorities(high, low, count, seed=2), priorities(high, low + np.uint64(1), count, seed=1)]
    others.append(priorities(high, low, count + 1, seed=1))
    assert len({value for each in [one, *others] for value in each.tolist()}) == 4000


def test_priorities_are_uniform() -> None:
    drawn = priorities(
        np.arange(64_000, dtype=np.uint64), np.zeros(64_000, np.uint64), np.zeros(64_000, np.int64), seed=3
    )
    for shift in (0, 29, 58):
        counts = np.bincount((drawn >> np.uint64(shift)).astype(np.int64) & 63, minlength=64)
        assert ((counts - 1000) ** 2 / 1000).sum() < 120  # chi-square, 63 degrees of freedom: p < 1e-5
