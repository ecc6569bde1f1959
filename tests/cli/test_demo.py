"""The demonstration runs the real commands, and they find what was planted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from corpora import Outcome
from curate.jobs.demo.corpus import build_demo


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


def counts(pattern: str, shown: str) -> list[int]:
    """The numbers that the pattern finds, whatever line breaks the report has."""
    found = re.search(pattern, " ".join(shown.split()))
    assert found, pattern
    return [int(number.replace(",", "")) for number in found.groups()]


def test_all_commands_of_the_demonstration_count_the_same(curate: Callable[..., Outcome]) -> None:
    shown = curate("demo", "demo").out
    documents, human, machine, empty = counts(
        r"holds (\d+) documents: (\d+) by people .*, (\d+) by a language model, .* and (\d+) without text", shown
    )
    assert human + machine + empty == documents
    assert counts(r"─ (\d+) documents · .* (\d+) in quarantine", shown) == [documents, 3]
    assert counts(r"in the corpus (\d+)", shown) == [documents]
    (kept,) = counts(r"(?:mix|written|in the mix) +(\d+) ", shown.partition("From corpus to mix")[2])
    certificate = json.loads(Path("demo/mix/certificate.json").read_text())
    written = pq.read_table("demo/mix/data").num_rows
    removed = pq.read_table("demo/mix/removed.parquet")
    quarantined = sum(reason.startswith("quarantine") for reason in removed["reason"].to_pylist())
    assert written == kept
    assert written + removed.num_rows - quarantined == documents, certificate


def test_what_it_says_is_there_is_there_afterwards(curate: Callable[..., Outcome]) -> None:
    shown = curate("demo", "some/where").out
    named = set(re.findall(r"(?:some/where|\.curate)/[\w./-]*", shown))
    assert {"some/where/", ".curate/", "some/where/mix/removed.parquet"} <= named
    for path in named:
        assert Path(path.rstrip(".")).exists(), path


def test_the_script_keeps_what_it_says_it_made(tmp_path: Path) -> None:
    """As a stranger calls it, but for the environment, which is ours."""
    scripts = tmp_path / "clone/scripts"
    scripts.mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / "scripts/demo", scripts)
    (scripts / "env").write_text(f'cd "$(dirname "$0")/.."\ncurate() {{ {sys.executable} -m curate "$@"; }}\n')
    done = subprocess.run(
        ["sh", str(scripts / "demo"), "kept here"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.splitlines()[-1].strip("()").removeprefix("in "))
    assert folder.samefile(tmp_path / "kept here")
    assert (folder / "demo/mix/certificate.json").is_file()
    assert list(folder.glob(".curate/*/clusters.parquet"))
    assert "demo/" in done.stdout
    assert sorted(path.name for path in (tmp_path / "clone").iterdir()) == ["scripts"]
