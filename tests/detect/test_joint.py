"""Parts and whole are one reading: no part is told more surely than the whole allows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from curate.detect.joint import BY_WHOLE, beside_whole
from curate.detect.known import KnownKinds
from curate.detect.share import Share


def share(low: float, high: float, verdict: str = "recognised", least: float = 0.0) -> Share:
    known = KnownKinds((low + high) / 2, low, high)
    return Share(verdict, None, least, 1.0, 0.95, "tokens", "detected", (), None, known)


def test_a_long_part_is_no_surer_than_the_corpus_it_is_most_of() -> None:
    parts = {"400+": share(0.0, 0.039), "60-149": share(0.0, 0.3)}
    found = beside_whole(share(0.0, 0.66, "cannot-tell"), parts, {"400+": 0.9, "60-149": 0.1}, 0.0)
    assert found["400+"].if_known_kinds.high > 0.6
    assert found["400+"].verdict == "cannot-tell"
    assert BY_WHOLE in found["400+"].reasons


@pytest.mark.parametrize("seed", range(30))
def test_the_sum_of_the_parts_may_be_all_that_the_whole_may_be_and_no_part_is_narrowed(seed: int) -> None:
    draws = np.random.default_rng(seed)
    count = int(draws.integers(1, 7))
    weight = draws.dirichlet(np.ones(count + 1))
    ends = np.sort(draws.uniform(0, 1, (count, 2)), axis=1)
    parts = {str(i): share(*map(float, ends[i]), least=float(ends[i, 0]) / 2) for i in range(count)}
    low, high = map(float, np.sort(draws.uniform(0, 1, 2)))
    masses = {str(i): float(weight[i]) for i in range(count)}
    found = beside_whole(share(low, high, "cannot-tell"), parts, masses, float(weight[-1]))
    sums = [
        sum(masses[name] * getattr(one.if_known_kinds, end) for name, one in found.items()) for end in ("low", "high")
    ]
    assert sums[0] <= low + 1e-6
    assert sums[1] + weight[-1] >= high - 1e-6
    widened = set()
    for name, one in found.items():
        before, after = parts[name].if_known_kinds, one.if_known_kinds
        assert after.low <= before.low
        assert after.high >= before.high
        assert one.low <= min(after.low, parts[name].low)
        assert one.verdict != "recognised" or after.high - after.low <= 0.25
        widened |= {after.high - before.high} if after.high < 1 else set()
    assert max(widened, default=0.0) - min(widened, default=0.0) < 1e-9, "all alike"


def test_parts_that_allow_the_whole_stay_as_they_are() -> None:
    parts = {"a": share(0.0, 0.24), "b": share(0.1, 0.34)}
    assert beside_whole(share(0.05, 0.28), parts, {"a": 0.5, "b": 0.5}, 0.0) == parts
    assert beside_whole(share(0.05, 0.3), {}, {}, 1.0) == {}


def test_a_doubt_about_the_whole_is_one_about_its_parts() -> None:
    whole = share(0.1, 0.2, "at-least", least=0.1)
    parts = {"a": share(0.1, 0.2, least=0.1), "b": share(0.0, 0.2)}
    found = beside_whole(whole, parts, {"a": 0.5, "b": 0.5}, 0.0)
    assert {name: one.verdict for name, one in found.items()} == {"a": "at-least", "b": "cannot-tell"}


def test_labels_of_the_whole_bound_its_parts() -> None:
    known = KnownKinds(0.2, 0.1, 0.3)
    whole = Share("estimated", 0.5, 0.4, 0.6, 0.95, "tokens", "audited", (), None, known)
    found = beside_whole(whole, {"a": share(0.0, 1.0), "b": share(0.0, 1.0)}, {"a": 0.9, "b": 0.1}, 0.0)
    assert found["a"].high == pytest.approx(0.6 / 0.9)
    assert found["a"].low == pytest.approx(1 - 0.6 / 0.9)
    assert (found["b"].low, found["b"].high) == (0.0, 1.0)


@pytest.mark.parametrize("seed", range(30))
def test_parts_prove_together_no_more_than_the_whole_but_what_is_declared(seed: int) -> None:
    draws = np.random.default_rng(seed)
    count = int(draws.integers(1, 7))
    weight, least = draws.dirichlet(np.ones(count + 1)), draws.uniform(0, 1, count)
    declared = least * draws.choice([0, 0, 0.5, 1], count)
    names = [str(i) for i in range(count)]
    masses, machine = (dict(zip(names, map(float, values), strict=False)) for values in (weight, declared))
    sure = float(weight[:count] @ declared)
    proved = sure + float(draws.uniform(0, 0.3))
    parts = {name: share(0.0, 1.0, "at-least", least=float(one)) for name, one in zip(names, least, strict=True)}
    parts = {name: replace(one, if_known_kinds=KnownKinds(one.low, one.low, 1.0)) for name, one in parts.items()}
    whole = replace(share(proved, 1.0, "at-least", least=proved), if_known_kinds=KnownKinds(1.0, 1.0, 1.0))
    found = beside_whole(whole, parts, masses, float(weight[-1]), machine)
    together = sum(masses[name] * one.low for name, one in found.items())
    assert together <= proved + 1e-6
    assert together >= min(proved, sum(masses[name] * one.low for name, one in parts.items())) - 1e-6
    for name, one in found.items():
        assert machine[name] - 1e-9 <= one.low <= parts[name].low
        assert (one.verdict == "at-least") == (one.low > 0)
        assert (BY_WHOLE in one.reasons) == (one.low < parts[name].low)
