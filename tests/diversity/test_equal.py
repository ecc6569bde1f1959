"""Both sides give as many tokens of each stratum, of documents as long as the other's."""

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.diversity.alarm import compare
from curate.diversity.equal import equal_lengths, equal_sizes
from curate.diversity.match import Snapshot
from slow_diversity import collect

SIDE = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2)), max_size=12)


def arrays(sides: list[list[tuple[int, int]]]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    return tuple([np.array([row[i] for row in side], np.int64) for side in sides] for i in (0, 1))


def slow_lengths(own: list[tuple[int, int]], other: list[tuple[int, int]]) -> list[int]:
    """Rank by rank, the longest beside the longest."""
    cut = []
    for place, (length, stratum) in enumerate(own):
        mine = sorted((size, at) for at, (size, kind) in enumerate(own) if kind == stratum)
        there = sorted(size for size, kind in other if kind == stratum)
        rank = mine.index((length, place))
        beside = there[int((rank + 0.5) / len(mine) * len(there))] if there else length
        cut.append(min(length, beside))
    return cut


@given(SIDE, SIDE)
def test_lengths_are_cut_rank_by_rank(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    found = equal_lengths(*arrays([before, after]))
    assert found[0].tolist() == slow_lengths(before, after)
    assert found[1].tolist() == slow_lengths(after, before)


@given(SIDE, SIDE)
def test_both_sides_give_as_much_of_each_stratum_from_the_first_on(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    taken = equal_sizes(*arrays([before, after]))
    totals, stopped = [], 0
    for side, counts, other in ((before, taken[0], after), (after, taken[1], before)):
        whole = slow_lengths(side, other)
        by_stratum = defaultdict(list)
        for (_, kind), count, length in zip(side, counts.tolist(), whole, strict=True):
            by_stratum[kind].append((count, length))
        for pairs in by_stratum.values():
            full = [count == length for count, length in pairs]
            stopped = full.index(False) if False in full else len(full)
            assert all(count == 0 for count, _ in pairs[stopped + 1 :])
        totals.append(Counter({kind: total for kind, p in by_stratum.items() if (total := sum(c for c, _ in p))}))
    assert totals[0] == totals[1]


@pytest.mark.parametrize("name", ["20news_en", "scotus_en"])
def test_shorter_documents_are_no_alarm(data: Path, name: str) -> None:
    texts = pq.read_table(data / "human" / f"{name}.parquet", columns=["text"])["text"].to_pylist()[:2400]
    first, other = texts[::2], texts[1::2]
    short = [text[: text.find(" ", len(text) // 2)] for text in other]
    sides = [collect(first), collect(short)]
    both = [Snapshot(sample, ("one",) * len(sample)) for sample in sides]
    for pair in (both, both[::-1]):
        assert compare(*pair, permutations=199).alarm.level in ("ok", "watch")
