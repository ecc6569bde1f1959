"""Files outside the named paths stay out, whatever a data set's links and settings say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl

Curate = Callable[..., Outcome]
ROWS = corpus_rows(60)
MIX = ("mix", "set", "--human-ratio", "0.1", "--label-column", "origin", "--trust", "declared", "-o", "mix")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A data set with links out of it, beside 20 rows of the user's own."""
    write_jsonl(tmp_path / "set/a.jsonl", ROWS[:40])
    private = write_jsonl(tmp_path / "private/diary.jsonl", ROWS[40:])
    (tmp_path / "set/b.jsonl").symlink_to(private)
    (tmp_path / "set/more").symlink_to("../private")
    return private


@pytest.mark.usefixtures("private")
def test_a_mix_holds_no_row_that_a_link_leads_to(curate: Curate) -> None:
    outcome = curate(*MIX)
    assert outcome.code == 0, outcome.err
    written = [text for path in Path("mix/data").iterdir() for text in pq.read_table(path)["text"].to_pylist()]
    assert written
    assert not {row["text"] for row in ROWS[40:]} & set(written)
    assert "2 links lead out of the data and are not followed (b.jsonl, more): --follow-links" in outcome.err


@pytest.mark.usefixtures("private")
def test_a_scan_names_the_links_and_reads_them_when_asked(curate: Curate) -> None:
    outcome = curate("scan", "set", "--json")
    assert outcome.json["documents"] == 40
    assert outcome.json["unread"]["files"] == 2
    assert {one["path"] for one in outcome.json["unread"]["examples"]} == {"b.jsonl", "more"}
    assert "--follow-links" in curate("scan", "set").out
    assert curate("scan", "set", "--json", "--follow-links").json["documents"] == 60


@pytest.mark.usefixtures("private")
def test_a_gate_does_not_pass_what_a_link_hides(curate: Curate) -> None:
    write_jsonl(Path("before/a.jsonl"), ROWS[:10])
    outcome = curate("check", "set", "--baseline", "./before", "--json", "-q")
    (gate,) = [one for one in outcome.json["gates"] if one["gate"] == "unread-data"]
    assert (outcome.code, gate["level"], gate["value"]) == (1, "fail", 2)


@pytest.mark.usefixtures("private")
def test_a_mix_made_with_links_is_verified_with_them(curate: Curate) -> None:
    assert curate(*MIX, "--follow-links").code == 0
    assert curate("verify", "mix", "--inputs", "set", "--follow-links").code == 0
    assert curate("verify", "mix", "--inputs", "set").code == 1


SETTINGS = {
    "output": '"../outside/run"',
    "labels": '"../outside/labels.jsonl"',
    "rules": '["rules.toml"]',
    "index": '"../outside/index"',
    "human-reference": '["set", "../outside"]',
    "policy": '["../outside/x.toml"]',
    "cache-dir": '"door/cache"',
    "exclude": '["rules.toml:text"]',
    "control": '["../outside"]',
    "baseline": '"../outside"',
}
COMMAND = {"policy": "check", "cache-dir": "check", "baseline": "check", "control": "compare", "exclude": "mix"}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_settings_file_that_comes_with_the_data_names_nothing_outside(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.toml").write_text("secret = 1")
    here = tmp_path / "clone"
    write_jsonl(here / "set/a.jsonl", ROWS)
    monkeypatch.chdir(here)
    Path("rules.toml").symlink_to("../outside/x.toml")
    Path("door").symlink_to("../outside")
    Path("curate.toml").write_text(f"{setting} = {SETTINGS[setting]}\n")
    command = COMMAND.get(setting, "scan")
    outcome = curate(command, *(("set", "set") if command == "compare" else ("set",)))
    assert outcome.code == 2
    assert f"{setting} leads out of the repository" in outcome.err
    assert "secret" not in outcome.err
    assert {path.name for path in (tmp_path / "outside").iterdir()} == {"x.toml"}


def test_a_settings_file_that_the_user_names_may(curate: Curate, tmp_path: Path, monkeypatch) -> None:
    here = tmp_path / "work"
    write_jsonl(here / "set/a.jsonl", ROWS)
    monkeypatch.chdir(here)
    Path("curate.toml").write_text('output = "../run"\n')
    assert curate("scan", "set", "-q", "-o", "mine").code == 0, "a flag stands for it"
    assert curate("scan", "set", "-q", "-c", "curate.toml").code == 0
    assert (tmp_path / "run/scan.json").is_file()


def test_settings_behind_a_link_are_not_shown(curate: Curate, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "secrets.toml").write_text("password = 1")
    here = tmp_path / "clone"
    write_jsonl(here / "set/a.jsonl", ROWS)
    monkeypatch.chdir(here)
    Path("curate.toml").symlink_to("../secrets.toml")
    outcome = curate("scan", "set")
    assert outcome.code == 2
    assert "leads out of the repository" in outcome.err
    assert "password" not in outcome.err


@pytest.mark.usefixtures("private")
def test_a_data_set_cannot_ask_for_its_links_to_be_followed(curate: Curate) -> None:
    Path("curate.toml").write_text("follow-links = true\n")
    assert curate("scan", "set").code == 2


@pytest.mark.usefixtures("private")
@pytest.mark.parametrize(
    "command",
    [
        ("compare", "other", "set"),
        ("compare", "other", "other", "--control", "set"),
        ("audit", "draw", "set", "-n", "10", "-o", "labels.jsonl"),
        ("scan", "other", "--human-reference", "set"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_every_command_names_the_links_and_files_that_it_does_not_read(
    curate: Curate, command: tuple[str, ...]
) -> None:
    write_jsonl(Path("other/c.jsonl"), corpus_rows(50))
    Path("set/rows.psv").write_text("text\nnobody reads this\n")
    outcome = curate(*command)
    assert "2 links lead out of the data and are not followed (b.jsonl, more): --follow-links" in outcome.err
    assert "1 file looks like data and was not read (1 .psv)" in outcome.err
