"""Dates through the command line: what was taken as date is shown, and what cannot be one declares nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
MIX = ("mix", "in", "--human-ratio", "1", "--trust", "declared")


def corpus(values: Sequence[object], column: str = "timestamp") -> None:
    texts = made_up_texts(len(values))
    write_jsonl(Path("in/a.jsonl"), [{"text": t, column: v} for t, v in zip(texts, values, strict=True)])


def test_seconds_into_a_recording_certify_nothing(curate: Curate) -> None:
    corpus([1000 + 13 * i for i in range(75)])
    for options in ((), ("--date-column", "timestamp")):
        outcome = curate(*MIX, *options, "-o", "out")
        assert outcome.code == 1
        assert "column 'timestamp'" in outcome.err
        assert not Path("out").exists()
    found = curate("scan", "in", "--json")
    (told,) = found.json["dates"]
    assert (told["dated"], told["not_counted"], told["examples"]) == (0, 75, ["1000", "1481", "1962"])
    assert "declares no date" in found.err
    assert "declares no date" in " ".join(curate("scan", "in").out.split())
    named = curate("scan", "in", "--date-column", "timestamp", "--strict")
    assert named.code == 3
    assert "had no effect: --date-column timestamp" in " ".join(named.out.split())


def test_what_was_taken_as_date_stands_in_every_place(curate: Curate) -> None:
    corpus([f"20{i % 18 + 4:02}-{i % 12 + 1:02}-{i % 27 + 2:02}T10:00:00Z" if i % 10 else None for i in range(80)])
    found = curate("scan", "in", "-v")
    line = "dates in column 'timestamp' (found by its name): 72 of 80 documents, 2004-0"
    assert line in " ".join(found.out.split())
    assert line in " ".join(found.err.split())
    assert curate("scan", "in", "--json").json["dates"][0]["kinds"] == {"day": 72}
    outcome = curate(*MIX, "-o", "out")
    assert outcome.code == 0, outcome.err
    assert "dates in column 'timestamp'" in " ".join(outcome.out.split()[:60])
    assert "dates in column" in Path("out/README.md").read_text()
    settings = json.loads(Path("out/certificate.json").read_text())["settings"]
    assert line in settings["declared_by"]["value"][0]
    assert curate("verify", "out").code == 0
    assert curate("verify", "out", "--inputs", "in").code == 0


@pytest.mark.parametrize("options", [(), ("--date-column", "date")], ids=["found", "named"])
def test_a_mix_verifies_by_the_reading_of_the_whole_column(curate: Curate, options: tuple[str, ...]) -> None:
    """Its own few rows would be read otherwise: as days, not as years, or as no dates at all."""
    corpus([f"{1990 + i % 36}-01-01" if i % 3 else str(i) for i in range(90)], "date")
    outcome = curate(*MIX, *options, "--budget", "900", "-o", "out")
    assert outcome.code == 0, outcome.err
    assert {row["date"][:4] <= "2021" for row in pq.read_table("out/data").to_pylist()} == {True}
    assert curate("verify", "out").code == 0
    assert curate("verify", "out", "--inputs", "in").code == 0


def test_evidence_on_a_column_of_years_is_as_if_it_was_named(curate: Curate) -> None:
    corpus([1950 + i for i in range(70)], "published")
    assert curate(*MIX, "--dry-run").code == 1  # found by its name: bare numbers
    Path("mine.toml").write_text(
        '[[evidence]]\nid = "old"\ncolumn = "published"\nbefore = 2000-01-01\n'
        'says = "human"\nsource = "own"\nwhy = "x"\n'
    )
    outcome = curate(*MIX, "--rules", "mine.toml", "-o", "out")
    assert outcome.code == 0, outcome.err
    assert {row["published"] for row in pq.read_table("out/data").to_pylist()} <= set(range(1950, 2000))
    assert curate("verify", "out").code == 0
    assert curate("verify", "out", "--inputs", "in", "--rules", "mine.toml").code == 0


def test_files_are_one_column_however_they_are_cut(curate: Curate) -> None:
    values = [f"20{i % 20 + 1:02}{i % 12 + 1:02}{i % 27 + 2:02}" for i in range(60)]
    texts = made_up_texts(60)
    rows = [{"text": t, "date": v} for t, v in zip(texts, values, strict=True)]
    write_jsonl(Path("one/a.jsonl"), rows)
    for i in range(6):
        write_jsonl(Path(f"many/{i}.jsonl"), rows[5 - i :: 6])
    one, many = (curate("scan", folder, "--json").json["dates"] for folder in ("one", "many"))
    assert one == many
    assert one[0]["dated"] == 60


def test_timestamps_of_parquet_are_dates(curate: Curate) -> None:
    days = pa.array([1_500_000_000 + 86_400 * i for i in range(40)], pa.timestamp("s"))
    moments = days.cast(pa.timestamp("us", "UTC"))
    Path("in").mkdir()
    pq.write_table(pa.table({"text": made_up_texts(40), "created": moments}), "in/a.parquet")
    (told,) = curate("scan", "in", "--json").json["dates"]
    assert (told["dated"], told["first"], told["last"]) == (40, "2017-07-14", "2017-08-22")


def test_a_column_without_a_value_is_not_told_of(curate: Curate) -> None:
    corpus([None] * 20, "date")
    assert "in column" not in curate("scan", "in").out.partition("Machine-written")[0]
    assert "no date" in curate("scan", "in", "--date-column", "date", "--json").json["without_effect"][0]
