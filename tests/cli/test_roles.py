"""--role: whose turns of a chat are its text, from every format, through scan, draw, mix and verify."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl, write_parquet

Curate = Callable[..., Outcome]


Rows = list[dict[str, Any]]


def chats(who: str = "role", text: str = "content", names: tuple[str, str] = ("user", "assistant")) -> Rows:
    """Ten chats of two turns each, then two in which nobody answers."""
    said, column = made_up_texts(24), "messages" if text == "content" else "conversations"
    turns = [{who: names[place % 2], text: one} for place, one in enumerate(said)]
    return [{"id": f"c{i}", column: turns[2 * i : 2 * i + 1 + (i < 10)]} for i in range(12)]


def answers(rows: Rows) -> list[str]:
    """The truth: every second turn."""
    turns = [next(iter(row[key] for key in row if key != "id")) for row in rows]
    return [list(one[1].values())[1] for one in turns if len(one) > 1]


def write_arrow(path: Path, rows: Rows) -> Path:
    table = pa.Table.from_pylist(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return path


WRITERS: dict[str, Callable[..., Path]] = {"jsonl": write_jsonl, "parquet": write_parquet, "arrow": write_arrow}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize(
    ("layout", "setting"),
    [
        (("role", "content", ("user", "assistant")), "messages[role=assistant].content"),
        (("from", "value", ("human", "gpt")), "conversations[from=assistant].value"),
        (("role", "content", ("human", "Model")), "messages[role=assistant].content"),
    ],
)
def test_the_answers_alone_are_read(curate: Curate, form: str, layout: tuple[Any, ...], setting: str) -> None:
    rows = chats(*layout)
    WRITERS[form](Path(f"in/a.{form}"), rows)
    write_jsonl(Path("plain/a.jsonl"), [{"text": text} for text in answers(rows)])
    plain = curate("scan", "plain", "--json").json
    for options in (("--role", "assistant"), ("--text-column", setting)):
        found = curate("scan", "in", *options, "--json")
        assert found.code == 0, found.err
        assert found.json["columns"][0]["text"]["column"] == setting
        assert [found.json[name] for name in ("tokens", "bytes")] == [plain["tokens"], plain["bytes"]]
        assert (found.json["documents"], found.json["columns"][0]["beside"]) == (12, [])
        assert found.json["machine_share"]["low"] == plain["machine_share"]["low"]
        assert "2 of 12 chats have none of the turns asked for" in found.err
        assert found.json["turns"] == {"chats": 12, "without": 2}
        assert "2 of 12 chats have none of the turns asked for" in " ".join(curate("scan", "in", *options).out.split())
    every = [curate("scan", "in", *options, "--json").json["tokens"] for options in ((), ("--role", "all"))]
    asked = curate("scan", "in", "--role", "user", "--json").json["tokens"]
    assert every == [plain["tokens"] + asked] * 2


def test_a_report_says_that_all_turns_were_read_and_how_to_choose(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), chats())
    said = " ".join(curate("scan", "in").out.split())
    assert "all turns, prompts too; --role assistant takes those that a model may have written" in said
    assert "--role assistant takes" not in " ".join(curate("scan", "in", "--role", "all").out.split())
    assert "turns of the assistant by --role" in " ".join(curate("scan", "in", "--role", "assistant").out.split())


def test_text_that_is_no_chat_is_read_whole_and_a_role_without_effect_is_said(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in made_up_texts(9)])
    found = curate("scan", "in", "--role", "assistant", "--json")
    assert found.json["tokens"] == curate("scan", "in", "--json").json["tokens"]
    assert "--role assistant: no message of a chat says who speaks" in found.err
    write_jsonl(Path("in/b.jsonl"), chats())
    both = curate("scan", "in", "--role", "assistant", "--json")
    assert [one["text"]["column"] for one in both.json["columns"]] == ["text", "messages[role=assistant].content"]
    assert "no message of a chat" not in both.err


def test_messages_whose_author_is_no_name_say_of_nobody_that_he_speaks(curate: Curate) -> None:
    said = made_up_texts(9)
    write_parquet(Path("in/a.parquet"), [{"messages": [{"author": {"role": "user"}, "content": one}]} for one in said])
    found = curate("scan", "in", "--role", "assistant", "--json")
    assert (found.code, found.json["documents"]) == (0, 9), found.err
    assert "--role assistant: no message of a chat says who speaks" in found.err
    named = curate("scan", "in", "--text-column", "messages[author=assistant].content")
    assert named.code == 3
    assert "9 of 9 chats have none of the turns asked for" in " ".join(named.err.split())


def test_labels_are_asked_for_those_turns(curate: Curate) -> None:
    rows = chats()
    write_jsonl(Path("in/a.jsonl"), rows)
    assert curate("audit", "draw", "in", "--role", "assistant", "-n", "40", "-o", "labels.jsonl").code == 0
    drawn = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    assert {row["text"] for row in drawn} <= set(answers(rows))
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "machine"} for row in drawn])
    found = curate("scan", "in", "--role", "assistant", "--labels", "labels.jsonl", "--json")
    assert found.json["machine_share"]["evidence"] == "audited"
    other = curate("scan", "in", "--labels", "labels.jsonl", "--json")
    assert other.code == 3
    assert "another corpus" in other.err


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_mix_of_answers_keeps_whole_chats_and_verifies(curate: Curate, form: str) -> None:
    rows = [{**row, "by": "human"} for row in chats()]
    WRITERS[form](Path(f"in/a.{form}"), rows)
    options = ("--role", "assistant", "--label-column", "by", "--human-ratio", "1", "--trust", "declared")
    mixed = curate("mix", "in", *options, "-o", "out")
    assert mixed.code == 0, mixed.err
    written = {row["id"]: row["messages"] for row in pq.read_table("out/data").to_pylist()}
    assert written
    assert all(written[row["id"]] == row["messages"] for row in rows if row["id"] in written)
    assert curate("verify", "out").code == 0
    again = curate("verify", "out", "--inputs", "in")
    assert again.code == 0, again.err + again.out
    certificate = json.loads(Path("out/certificate.json").read_text())
    assert certificate["settings"]["role"] == {"value": "assistant", "origin": "flag"}


def test_no_other_role_is_taken(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), chats())
    outcome = curate("scan", "in", "--role", "robot")
    assert outcome.code == 2
    assert "not assistant, user or all" in outcome.err


ASKED = (("--role", "assistant"), ("--text-column", "messages[role=nobody].content"))


def prompts(number: int, first: int = 0) -> Rows:
    said = made_up_texts(first + number)[first:]
    return [{"id": f"p{i}", "messages": [{"role": "user", "content": text}]} for i, text in enumerate(said, first)]


@pytest.mark.parametrize("options", ASKED)
@pytest.mark.parametrize(
    "command", ["scan in", "scan in --strict", "check in", "compare in in", "audit draw in -o l.jsonl"]
)
def test_chats_in_which_nobody_speaks_whose_turns_are_asked_for_are_refused(
    curate: Curate, command: str, options: tuple[str, str]
) -> None:
    write_jsonl(Path("in/a.jsonl"), prompts(12))
    outcome = curate(*command.split(), *options)
    assert outcome.code == 3
    assert "12 of 12 chats have none of the turns asked for, so nothing was read" in " ".join(outcome.err.split())
    assert not Path("l.jsonl").exists()


def test_a_turn_without_words_is_a_turn(curate: Curate) -> None:
    rows = prompts(3)
    rows[0]["messages"].append({"role": "assistant", "content": "!!!"})
    write_jsonl(Path("in/a.jsonl"), rows)
    found = curate("scan", "in", "--role", "assistant", "--json")
    assert found.json["turns"] == {"chats": 3, "without": 2}, found.err
    write_jsonl(Path("in/a.jsonl"), rows[:1])
    assert curate("scan", "in", "--role", "assistant", "--json").json["turns"] == {"chats": 1, "without": 0}


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_every_format_of_a_check_counts_chats_that_were_not_read(curate: Curate, form: str) -> None:
    write_jsonl(Path("in/a.jsonl"), [*chats(), *prompts(5, 30)])
    outcome = curate("check", "in", "--role", "assistant", "--format", form)
    if form == "json":
        assert outcome.json["change"]["turns"] == {"chats": 17, "without": 7}
    else:
        told = "7 of 17 new chats without a turn that was asked for were not read"
        assert told in " ".join(outcome.out.split())


@pytest.mark.parametrize(
    ("role", "step"), [("assistant", "user"), ("user", "assistant"), ("all", "user"), ("user", "x")]
)
@pytest.mark.parametrize("command", ["scan in", "check in", "mix in --human-ratio 0.5 --dry-run", "compare in in"])
def test_a_role_and_a_text_column_that_choose_different_turns_are_refused(
    curate: Curate, command: str, role: str, step: str
) -> None:
    write_jsonl(Path("in/a.jsonl"), chats())
    outcome = curate(*command.split(), "--role", role, "--text-column", f"messages[role={step}].content")
    assert outcome.code == 2
    assert f"--role {role} --text-column 'messages.content'" in " ".join(outcome.err.split())


def test_a_role_and_a_text_column_that_choose_the_same_turns_agree(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), chats())
    column = ("--text-column", "messages[role=assistant].content")
    both = curate("scan", "in", "--role", "assistant", *column, "--json")
    assert both.json["tokens"] == curate("scan", "in", *column, "--json").json["tokens"]
