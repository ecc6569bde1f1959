"""Commands that reports and refusals name can be pasted into a shell, whatever files are called."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from corpora import Outcome, corpus_rows, write_jsonl
from curate.cli.draw_labelled import draw_labelled
from curate.corpus.owned import refuse_link
from curate.errors import UsageError
from curate.jobs.audit.labelling import begin_labelling

Curate = Callable[..., Outcome]
NAMES = ["two words", "$(id)", "it's; rm x", "a&b|c", "*"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("curate.cli.terminal.WIDTH", 400)


def steps(printed: str) -> Iterator[list[str]]:
    """Words of each command behind an arrow, as a shell has them, without what is said of it."""
    for line in printed.splitlines():
        if found := re.search(r"→ (curate .*)", line):
            yield shlex.split(re.split(r"   |: ", found[1])[0])


@pytest.mark.parametrize("name", NAMES)
def test_of_a_draw_and_its_labels(curate: Curate, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, both = (f"{name} {i}.jsonl" for i in range(3))
    write_jsonl(Path(name) / "a.jsonl", corpus_rows(30))
    scanned = curate("scan", name)
    assert list(steps(scanned.out)) == [["curate", "audit", "draw", name, "-o", "labels.jsonl"]]
    drawn = curate("audit", "draw", name, "-o", one, "-n", "20")
    assert list(steps(drawn.out)) == [["curate", "audit", "label", one], ["curate", "scan", name, "--labels", one]]
    rows = [json.loads(line) for line in Path(one).read_text().splitlines()]
    write_jsonl(Path(other), [{**row, "label": "machine"} for row in rows])
    write_jsonl(Path(one), [{**row, "label": "human"} for row in rows[:1]] + rows[1:])
    draw_labelled(Console(width=400), begin_labelling(Path(one)), one)
    told = list(steps(capsys.readouterr().out))
    assert told == [["curate", "audit", "label", one], ["curate", "scan", name, "--labels", one]]
    agreed = curate("audit", "agree", one, other, "-o", both)
    assert list(steps(agreed.out)) == [
        ["curate", "audit", "label", both],
        ["curate", "scan", "PATH", "--labels", both],
    ]
    refused = curate("scan", name, "--labels", one, "--labels", other)
    assert shlex.join(["curate", "audit", "agree", one, other, "-o", "both.jsonl"]) in " ".join(refused.err.split())


@pytest.mark.parametrize("name", NAMES[:2])
def test_of_a_mix(curate: Curate, name: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(80))
    mixed = curate("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", name)
    assert mixed.code == 0, mixed.err
    assert [step[:3] for step in steps(mixed.out)] == [["curate", "verify", name]]
    write_jsonl(Path("own.jsonl"), [{"id": "x", "label": "human"}])
    refused = curate("verify", name, "--labels", "own.jsonl")
    assert shlex.join(["curate", "audit", "draw", name]) in " ".join(refused.err.split())
    drawn = curate("audit", "draw", name, "-o", f"{name}.csv", "-n", "5")
    assert ["curate", "verify", name, "--labels", f"{name}.csv"] in list(steps(drawn.out))


def test_settings_of_a_named_file_are_given_to_the_next_command(curate: Curate) -> None:
    """No later command reads the file unasked; one that is found by its name is read by all."""
    write_jsonl(Path("in/a.jsonl"), corpus_rows(80))
    Path("mine.toml").write_text("label_column = 'origin'\n")
    scanned = curate("scan", "in", "-c", "mine.toml")
    wanted = ["curate", "mix", "in", "--human-ratio", "0.7", "--label-column", "origin", "-o", "mix/"]
    assert list(steps(scanned.out)) == [wanted]
    mixed = curate(*wanted[1:])
    assert mixed.code == 0, mixed.err
    Path("mine.toml").rename("curate.toml")
    scanned = curate("scan", "in")
    assert list(steps(scanned.out)) == [[*wanted[:5], "-o", "mix/"]]


@pytest.mark.parametrize(("rest", "step"), [("machine", ""), (None, "audit"), ("human", "mix")])
def test_no_mix_is_named_where_nothing_is_known_to_be_human(curate: Curate, rest: str | None, step: str) -> None:
    """A label column, or dates of today, say nothing of human text by being there."""
    rows = [
        {**row, "origin": "machine" if i % 2 else rest, "date": "2025-03-01"} for i, row in enumerate(corpus_rows(80))
    ]
    write_jsonl(Path("in/a.jsonl"), rows)
    scanned = curate("scan", "in", "--label-column", "origin")
    assert [one[1] for one in steps(scanned.out)] == ([step] if step else [])
    assert ("add human text" in scanned.out) == (not step)


@pytest.mark.parametrize("place", ["a:", "a:/b", "file:/b"])
def test_a_folder_is_never_taken_for_an_address(curate: Curate, place: str) -> None:
    """Arrow takes a path that begins so for an address, and finds no store of that kind."""
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    scanned = curate("scan", "in", "-o", place)
    assert scanned.code == (2 if place.startswith("file") else 0), scanned.err


def test_of_refusals(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    refused = curate("mix", "in", "--human-ratio", "0.5", "--index", "no index", "-o", "out")
    assert "--index 'no index' makes one" in " ".join(refused.err.split())
    Path("a link").mkdir()
    (Path("a link") / "x").symlink_to("elsewhere")
    with pytest.raises(UsageError) as caught:
        refuse_link(Path("a link/x"))
    assert caught.value.hint == "remove it: rm 'a link/x'"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "--label-column origin",
        "--label-column origin --text-column text --id-column id --source-column site",
        "--label-column origin --label-map model=machine",
        "--date-column day",
        "--rules 'my rules.toml' --follow-links",
    ],
)
def test_what_a_scan_names_next_is_done_as_it_stands(curate: Curate, given: str) -> None:
    """It named a mix that was refused: without evidence, or without the column that the scan was given."""
    rows = corpus_rows(80)
    write_jsonl(Path("in/a.jsonl"), [{**row, "day": f"2019-01-{1 + n % 28:02}"} for n, row in enumerate(rows)])
    Path("my rules.toml").write_text(
        '[[evidence]]\nid = "mine"\ncolumn = "site"\npresent = true\nsays = "human"\nwhy = "ours"\nsource = "us"\n',
        encoding="utf-8",
    )
    scanned = curate("scan", "in", *shlex.split(given))
    assert scanned.code == 0, scanned.err
    (step,) = steps(scanned.out)
    done = curate(*step[1:])
    assert done.code == 0, done.err
