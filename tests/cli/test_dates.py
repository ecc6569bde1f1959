"""Dates through the command line: what was taken as date is shown, and what cannot be one declares nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl
from repositories import at_home, lines, new_repo

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


CONTESTED = {
    "label": ["human", "AI-generated"],
    "is_human": [True, False],
    "generator": ["human", "gpt-4", "wombat-7b", "kea", "moa"],
    "Written By": ["AI", "people"],
    "generated": [0, 1],
}


@pytest.mark.parametrize("column", CONTESTED)
def test_no_guessed_date_makes_people_of_what_a_label_may_deny(curate: Curate, column: str) -> None:
    """The file dates each of its texts before chat models, and calls half of them a machine's."""
    texts, words = made_up_texts(60), CONTESTED[column]
    human = "people" if "people" in words else words[0]
    rows = [{"text": t, "date": f"2019-03-{i % 28 + 1:02}", column: words[i % len(words)]} for i, t in enumerate(texts)]
    write_jsonl(Path("in/a.jsonl"), rows)
    told = f"column 'date' (found by its name) declares no date: column '{column}' beside it seems to name machines"
    assert f"{told}; --date-column date would count them" in " ".join(curate("scan", "in").out.split())
    (found,) = curate("scan", "in", "--json").json["dates"]
    assert (found["dated"], "seems to name machines" in found["reason"]) == (0, True)
    refused = curate(*MIX, "-o", "out")
    assert (refused.code, Path("out").exists()) == (1, False)
    assert told in " ".join(refused.err.split())
    assert curate(*MIX, "--date-column", "date", "-o", "dated").code == 0
    assert curate(*MIX, "--label-column", column, "-o", "labelled").code == 0
    assert {row[column] for row in pq.read_table("labelled/data").to_pylist()} == {human}


def test_labels_that_a_change_brings_make_no_row_new(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their dates count no more beside labels; the rows are the same all the same."""
    at_home(tmp_path, monkeypatch)
    repo = new_repo(tmp_path / "repo")
    monkeypatch.chdir(repo.root)
    rows = [{"text": t, "date": f"2019-03-{i % 28 + 1:02}"} for i, t in enumerate(made_up_texts(80))]
    repo.commit({"data/a.jsonl": lines(rows[:60])})
    repo.write({"data/a.jsonl": lines(rows[:60] + [{**row, "label": "AI-generated"} for row in rows[60:]])})
    assert curate("check", "data", "--baseline", "main", "-q", "--json").json["change"]["documents"] == 20


def test_no_date_makes_people_of_a_label_that_nobody_knows(curate: Curate) -> None:
    words = ["human", "wombat-7b", None]
    texts = made_up_texts(60)
    rows = [{"text": t, "date": f"2019-03-{i % 28 + 1:02}", "who": words[i % 3]} for i, t in enumerate(texts)]
    write_jsonl(Path("in/a.jsonl"), rows)
    told = "20 of 40 labels in column 'who' are words not known. They declare nothing, and neither score nor date makes"
    named = ("--label-column", "who")
    assert curate(*MIX, *named, "-o", "out").code == 0
    assert [row["who"] for row in pq.read_table("out/data").to_pylist()].count("wombat-7b") == 0
    assert curate("mix", "in", *named, "--human-ratio", "0.5", "--trust", "declared", "-o", "half").code == 0
    assert [row["who"] for row in pq.read_table("half/data").to_pylist()].count("wombat-7b") == 20
    for mix in ("out", "half"):
        assert curate("verify", mix, "--inputs", "in").code == 0
    scanned = curate("scan", "in", *named)
    assert told in " ".join(scanned.out.split())
    assert "40 documents" in scanned.out
    aside = curate(*MIX, *named, "--label-map", "wombat-7b=unknown", "-o", "aside")
    assert aside.code == 0, aside.err
    assert pq.read_table("aside/data").num_rows == 60


@pytest.mark.parametrize("words", [["ai", "sports", "politics"], ["0", "1"], ["good", "bad"], ["human"]])
def test_a_label_that_names_no_machine_leaves_dates_alone(curate: Curate, words: list[str]) -> None:
    rows = [{"text": t, "date": "2019-03-02", "label": words[i % len(words)]} for i, t in enumerate(made_up_texts(60))]
    write_jsonl(Path("in/a.jsonl"), [{**row, "date": f"2019-03-{i % 28 + 1:02}"} for i, row in enumerate(rows)])
    assert curate("scan", "in", "--json").json["dates"][0]["dated"] == 60


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
