"""Laws of every mix, on the written files: nothing twice unasked or lost, weights kept, no less for a higher ratio."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import Outcome, corpus_rows, write_parquet

Curate = Callable[..., Outcome]
ROWS = corpus_rows(80)
TRUSTED = ("--label-column", "origin", "--source-column", "site", "--id-column", "id", "--trust", "declared")
WRITERS = st.lists(st.sampled_from(["human", "human", "machine", None]), min_size=len(ROWS), max_size=len(ROWS))


def written(curate: Curate, *options: object) -> list[dict[str, Any]] | None:
    """The rows of a mix, None where it is refused."""
    shutil.rmtree("out", ignore_errors=True)
    outcome = curate("mix", "in", *TRUSTED, *options, "-o", "out", "-q")
    assert outcome.code in (0, 1), outcome.err
    rows: list[dict[str, Any]] | None = pq.read_table("out/data").to_pylist() if outcome.code == 0 else None
    assert (rows is None) != Path("out").exists()
    return rows


def tokens(rows: list[dict[str, Any]], **of: str) -> int:
    return sum(len(r["text"].split()) for r in rows if all(r[name] == value for name, value in of.items()))


@settings(max_examples=4)
@given(WRITERS, st.lists(st.integers(0, 100), min_size=2, max_size=2), st.integers(5, 90), st.booleans())
def test_laws_of_the_written_mix(
    curate: Curate,
    writers: list[str | None],
    percents: list[int],
    part: int,
    weighted: bool,  # noqa: FBT001
) -> None:
    rows = [{**row, "id": f"d{i}", "origin": writer} for i, (row, writer) in enumerate(zip(ROWS, writers, strict=True))]
    shutil.rmtree("in", ignore_errors=True)
    write_parquet(Path("in/a.parquet"), rows)
    longest = max(len(row["text"].split()) for row in rows)
    budget = tokens(rows) * part // 100
    sites = sorted({row["site"] for row in rows})
    shares = {site: (i + 1) / sum(range(len(sites) + 1)) for i, site in enumerate(sites)}
    weights = ("--weights", ",".join(f"{site}={share!r}" for site, share in shares.items())) if weighted else ()
    human = []
    for percent in sorted(percents):
        asked = ("--human-ratio", percent / 100, "--budget", budget, *weights)
        mix = written(curate, *asked)
        if mix is None:
            continue
        ids = Counter(row["id"] for row in mix)
        assert max(ids.values()) == 1
        removed = {row["id"] for row in pq.read_table("out/removed.parquet").to_pylist()}
        assert not removed & ids.keys()
        assert removed | ids.keys() == {row["id"] for row in rows}
        assert tokens(mix, origin="human") * 100 >= percent * tokens(mix)
        for site, share in shares.items() if weighted else ():
            assert abs(tokens(mix, site=site) - share * tokens(mix)) <= 2 * len(sites) * longest
        human.append(tokens(mix, origin="human"))
        again = written(curate, *asked, "--max-repeat", 3)
        assert again is not None
        repeated = Counter(row["id"] for row in again)
        assert max(repeated.values()) <= 3
        assert all(row["origin"] == "human" for row in again if repeated[row["id"]] > 1)
    assert all(low <= high + longest for low, high in pairwise(human))
