"""The demonstration runs the real commands, and they find what was planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from corpora import Outcome
from curate.jobs.demo_corpus import build_demo


def test_the_demonstration_ends_well_and_finds_what_was_planted(curate: Callable[..., Outcome]) -> None:
    outcome = curate("demo", "demo")
    assert outcome.code == 0, outcome.err
    for heading in ("$ curate scan", "$ curate mix", "$ curate verify", "the certificate holds"):
        assert heading in outcome.out
    truth = build_demo(Path("truth"))
    clusters = pq.read_table(next(Path(".curate").glob("*/clusters.parquet"))).to_pylist()
    cluster_of = {row["id"]: row["cluster"] for row in clusters}
    assert all(cluster_of[copy] == cluster_of[original] for copy, original in truth.near_duplicates)
    assert len({cluster_of[repeat] for repeat in truth.repeats}) == 1
    removed = {row["id"]: row["reason"] for row in pq.read_table("demo/mix/removed.parquet").to_pylist()}
    assert all("rule:" in removed[leak] for leak in truth.leaks)
    assert all(empty in removed for empty in truth.empty)
    assert sum(reason.startswith("quarantine") for reason in removed.values()) >= 1
    again = curate("demo", "demo")
    assert again.code == 2
    assert "demo" in again.err
