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
from repositories import at_home, lines, new_repo

Curate = Callable[..., Outcome]


Rows = list[dict[str, Any]]
OF_ALL_FIGURES = {"tokens": None, "judged_tokens": None}  # where --role chose the turns of every figure


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
        assert found.json["turns"] == {"chats": 12, "without": 2, **OF_ALL_FIGURES}
        assert "2 of 12 chats have none of the turns asked for" in " ".join(curate("scan", "in", *options).out.split())
    every = [curate("scan", "in", *options, "--json").json["tokens"] for options in ((), ("--role", "all"))]
    asked = curate("scan", "in", "--role", "user", "--json").json["tokens"]
    assert every == [plain["tokens"] + asked] * 2


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
    assert found.json["turns"] == {"chats": 3, "without": 2, **OF_ALL_FIGURES}, found.err
    write_jsonl(Path("in/a.jsonl"), rows[:1])
    assert curate("scan", "in", "--role", "assistant", "--json").json["turns"] == {
        "chats": 1, "without": 0, **OF_ALL_FIGURES,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_every_format_of_a_check_counts_chats_that_were_not_read(curate: Curate, form: str) -> None:
    write_jsonl(Path("in/a.jsonl"), [*chats(), *prompts(5, 30)])
    outcome = curate("check", "in", "--role", "assistant", "--format", form)
    if form == "json":
        assert outcome.json["change"]["turns"] == {"chats": 17, "without": 7, **OF_ALL_FIGURES}
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


NOT_JUDGED = "2 of 12 chats have no turn of an assistant: the machine share leaves them out"
SHARE = ("verdict", "estimate", "low", "high", "if_known_kinds", "by_length", "evidence", "reasons")


def scanned_by_roles(curate: Curate) -> tuple[Outcome, dict[str, Any], dict[str, Any]]:
    """Scan `in`: its share is that of the answers alone, which `plain` holds, all else that of all turns."""
    plain, every = curate("scan", "plain", "--json").json, curate("scan", "in", "--role", "all", "--json").json
    found = curate("scan", "in", "--json")
    assert {name: found.json["machine_share"][name] for name in SHARE} == {
        name: plain["machine_share"][name] for name in SHARE
    }
    measured = ("tokens", "bytes", "languages", "diversity", "duplicates", "rules", "books")
    assert {name: found.json[name] for name in measured} == {name: every[name] for name in measured}
    return found, plain, every


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("layout", [("role", "content", ("user", "assistant")), ("from", "value", ("human", "gpt"))])
def test_by_default_the_answers_are_judged_and_all_turns_measured(
    curate: Curate, form: str, layout: tuple[Any, ...]
) -> None:
    rows = chats(*layout)
    WRITERS[form](Path(f"in/a.{form}"), rows)
    said = answers(rows)
    write_jsonl(Path("plain/a.jsonl"), [{"text": text} for text in (*said, "", "")])
    found, plain, every = scanned_by_roles(curate)
    assert found.json["turns"] == {
        "chats": 12, "without": 2, "tokens": every["tokens"], "judged_tokens": plain["tokens"],
    }  # fmt: skip
    column = "messages" if layout[0] == "role" else "conversations"
    told = found.json["columns"][0]
    assert told["text"]["column"] == f"{column}.{layout[1]}"
    assert told["judged"] == f"{column}[{layout[0]}=assistant,].{layout[1]}"
    assert NOT_JUDGED in found.err
    report = " ".join(curate("scan", "in").out.split())
    assert "the assistant's turns for the machine share, all turns for the rest" in report
    assert NOT_JUDGED in report


def test_a_message_that_names_no_speaker_is_judged(curate: Curate) -> None:
    said = made_up_texts(12)
    rows = [{"messages": [{"role": "user", "content": a}, {"role": who, "content": b}]} for a, b, who in
            zip(said[:6], said[6:], (None, "assistant", "", "assistant", None, "tool"), strict=True)]  # fmt: skip
    write_parquet(Path("in/a.parquet"), rows)
    write_jsonl(Path("lines/a.jsonl"), [*rows, {"messages": ["no turn", 1]}])  # Arrow refuses the block
    write_jsonl(Path("plain/a.jsonl"), [{"text": text} for text in said[6:11]])
    plain = curate("scan", "plain", "--json").json["tokens"]
    for folder in ("in", "lines"):
        found = curate("scan", folder, "--json").json["turns"]
        assert (found["without"], found["judged_tokens"]) == (1, plain)


@pytest.mark.parametrize("names", [("user", "user"), ("alice", "bob")])
def test_where_nobody_is_an_assistant_all_turns_are_judged(curate: Curate, names: tuple[str, str]) -> None:
    write_jsonl(Path("in/a.jsonl"), chats(names=names))
    found = curate("scan", "in", "--json").json
    every = curate("scan", "in", "--role", "all", "--json").json
    assert found["machine_share"] == every["machine_share"]
    assert found["turns"] is None
    assert "all turns: no turn is an assistant's" in found["columns"][0]["text"]["why"]


def test_which_turns_are_judged_does_not_depend_on_how_files_are_cut(curate: Curate) -> None:
    rows = chats()
    write_jsonl(Path("one/a.jsonl"), rows)
    for place, row in enumerate(rows):  # the last two have no answer
        write_jsonl(Path(f"many/{place:02}.jsonl"), [row])
    one, many = (curate("scan", folder, "--json").json for folder in ("one", "many"))
    assert one["turns"] == many["turns"]
    assert one["machine_share"]["if_known_kinds"] == many["machine_share"]["if_known_kinds"]


def test_of_alternatives_the_text_of_the_row_is_judged_and_no_other(curate: Curate) -> None:
    said = made_up_texts(4)
    rows = [
        {"messages": [{"role": "user", "content": said[0]}], "text": said[1]},  # nobody answers: text is not its text
        {"messages": [], "text": said[2]},
        {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": said[3]}], "text": None},
    ]
    write_jsonl(Path("in/a.jsonl"), rows)
    write_jsonl(Path("plain/a.jsonl"), [{"text": text} for text in said[2:]])
    found = curate("scan", "in", "--text-column", "messages.content|text", "--json").json["turns"]
    assert (found["without"], found["judged_tokens"]) == (1, curate("scan", "plain", "--json").json["tokens"])


def test_labels_of_a_draw_are_of_the_judged_turns_and_count(curate: Curate) -> None:
    rows = chats()
    write_jsonl(Path("in/a.jsonl"), rows)
    assert curate("audit", "draw", "in", "-n", "40", "-o", "labels.jsonl").code == 0
    drawn = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    assert {row["text"] for row in drawn} <= set(answers(rows))
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "machine"} for row in drawn])
    found = curate("scan", "in", "--labels", "labels.jsonl", "--json")
    assert found.json["machine_share"]["evidence"] == "audited", found.err
    assert curate("scan", "in", "--role", "all", "--labels", "labels.jsonl").code == 3


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("unit", ["", "bytes"])
def test_a_mix_counts_what_the_share_judged_and_verifies(curate: Curate, form: str, unit: str) -> None:
    rows = [{**row, "by": "human" if place % 3 else "machine"} for place, row in enumerate(chats())]
    WRITERS[form](Path(f"in/a.{form}"), rows)
    counted = ("--tokenizer", unit) if unit else ()
    options = ("--label-column", "by", "--human-ratio", "0.5", "--trust", "declared", *counted)
    mixed = curate("mix", "in", *options, "-o", "out")
    assert mixed.code == 0, mixed.err
    assert "prompts are on neither side of the human ratio" in " ".join(mixed.out.split())
    assert "prompts are on neither side" in Path("out/README.md").read_text()
    written = {row["id"]: row["messages"] for row in pq.read_table("out/data").to_pylist()}
    said = {row["id"]: row["messages"][1]["content"] for row in rows if len(row["messages"]) > 1}
    size = (lambda text: len(text.encode())) if unit else (lambda text: len(text.split()))
    by_class = json.loads(Path("out/certificate.json").read_text())["tokens_by_class"]
    human = [row["id"] for row in rows if row["by"] == "human"]
    assert by_class["declared"] == sum(size(said[name]) for name in written if name in human)
    assert sum(by_class.values()) == sum(size(said[name]) for name in written)
    removed = pq.read_table("out/removed.parquet").to_pylist()
    silent = sorted(row["id"] for row in removed if row["reason"] == "no-assistant-turn")
    assert silent == [row["id"] for row in rows if len(row["messages"]) == 1]
    for more in ((), ("--inputs", "in")):
        again = curate("verify", "out", *more, *counted)
        assert again.code == 0, again.err + again.out
    assert "prompts are on neither side" in " ".join(again.out.split())
    assert curate("audit", "draw", "out", "-n", "9", "-o", "l.jsonl", *counted).code == 0
    drawn = [json.loads(line)["text"] for line in Path("l.jsonl").read_text().splitlines()]
    assert set(drawn) <= set(said.values())


def test_every_form_of_a_check_names_chats_that_are_not_judged(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), chats())
    told = "2 of 12 new chats without a turn of an assistant were not judged"
    for form in ("text", "markdown", "github", "sarif", "junit"):
        assert told in " ".join(curate("check", "in", "--format", form).out.split())


@pytest.mark.parametrize(("before", "after"), [(chats(), prompts(4, 40)), (answers(chats()), chats())])
def test_after_merging_the_share_is_that_of_a_scan(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: list[Any], after: Rows
) -> None:
    at_home(tmp_path, monkeypatch)
    base = [row if isinstance(row, dict) else {"id": f"t{i}", "text": row} for i, row in enumerate(before)]
    repo = new_repo(Path.cwd(), {"data/a.jsonl": lines(base)})
    repo.write({"data/b.jsonl": lines(after)})
    outcome = curate("check", "data", "--baseline", "main", "--json", "-q")
    assert outcome.code in (0, 1), outcome.err
    whole, scanned = outcome.json["whole"], curate("scan", "data", "--json").json
    assert whole["tokens"] == scanned["tokens"]
    assert whole["machine_share"]["by_length"] == scanned["machine_share"]["by_length"]
    assert whole["machine_share"]["if_known_kinds"] == scanned["machine_share"]["if_known_kinds"]


def turned(who: str, text: str, column: str, seed: int) -> Rows:
    """Ten chats of two turns under these names."""
    said = made_up_texts(20, seed=seed)
    names = ("user", "assistant") if who == "role" else ("human", "gpt")
    turns = [({who: names[place % 2]} if who else {}) | {text: one} for place, one in enumerate(said)]
    return [{"by": "human", column: turns[2 * i : 2 * i + 2]} for i in range(10)]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
@pytest.mark.parametrize(
    "second",
    [
        ("from", "value", "conversations"),
        ("from", "value", "messages"),
        ("from", "content", "messages"),
        ("", "text", "messages"),
    ],
)
def test_files_whose_messages_name_speaker_and_text_otherwise_verify_in_one_mix(
    curate: Curate, form: str, second: tuple[str, str, str]
) -> None:
    write_jsonl(Path("in/a.jsonl"), turned("role", "content", "messages", 1))
    write_jsonl(Path("in/b.jsonl"), turned(*second, 2))
    write_jsonl(Path("in/c.jsonl"), [{"by": "human", "text": text} for text in made_up_texts(10, seed=3)])
    mixed = curate("mix", "in", "--human-ratio", "0.6", "--label-column", "by", "-o", "out", "--format", form)
    assert mixed.code == 0, mixed.err
    verified = curate("verify", "out", "--inputs", "in", "--json")
    assert (verified.json["findings"], verified.code) == ([], 0)


EVIDENCE_ON_ANSWERS = """
[[evidence]]
id = "told"
says = "machine"
why = "the answer says so"
source = "own"
column = "output"
equals = "As a language model"
"""


def instructions() -> list[dict[str, Any]]:
    """Prompts of a person with an answer in another column, of which two have none."""
    said = made_up_texts(24)
    rows = [{"instruction": said[n], "input": "x" if n % 3 else "", "output": said[12 + n]} for n in range(12)]
    return [*rows[:10], {**rows[10], "output": ""}, {**rows[11], "output": None}]


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("names", [("instruction", "input", "output"), ("prompt", "note", "completion")])
def test_of_prompts_and_answers_in_columns_the_answers_are_judged(
    curate: Curate, form: str, names: tuple[str, str, str]
) -> None:
    rows = [dict(zip(names, row.values(), strict=True)) for row in instructions()]
    WRITERS[form](Path(f"in/a.{form}"), rows)
    write_jsonl(Path("plain/a.jsonl"), [{"text": row[names[2]] or ""} for row in rows])
    found, plain, _ = scanned_by_roles(curate)
    assert (found.json["turns"]["without"], found.json["turns"]["judged_tokens"]) == (2, plain["tokens"])
    assert found.json["columns"][0]["judged"] == names[2]
    assert "the assistant's turns for the machine share" in " ".join(curate("scan", "in").out.split())
    assert curate("scan", "in", "--role", "assistant", "--json").json["tokens"] == plain["tokens"]
    prompts = sum(len(f"{row[names[0]]} {row[names[1]] if names[0] == 'instruction' else ''}".split()) for row in rows)
    assert curate("scan", "in", "--role", "user", "--json").json["tokens"] == prompts


def test_prompts_without_any_answer_are_judged_whole(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "output": ""} for row in instructions()])
    found, every = (curate("scan", "in", *role, "--json").json for role in ((), ("--role", "all")))
    assert found["machine_share"] == every["machine_share"]
    assert found["turns"] is None


def test_chats_of_nobody_known_beside_answers_in_columns_are_judged_whole(curate: Curate) -> None:
    """Chats alone tell if a corpus has turns of an assistant."""
    write_jsonl(Path("in/a.jsonl"), instructions())
    write_jsonl(Path("in/b.jsonl"), chats(names=("alice", "bob")))
    found = curate("scan", "in", "--json").json
    judged = {one["text"]["column"]: one["judged"] for one in found["columns"]}
    assert judged == {"instruction+input+output": "output", "messages.content": ""}
    assert found["turns"]["chats"] == 12


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_mix_of_prompts_and_answers_counts_the_answers_and_verifies(curate: Curate, form: str) -> None:
    rows = [{**row, "id": f"i{n}", "by": "human" if n % 3 else "machine"} for n, row in enumerate(instructions())]
    WRITERS[form](Path(f"in/a.{form}"), rows)
    write_jsonl(Path("in/b.jsonl"), [{**row, "by": "human"} for row in chats()])
    Path("rules.toml").write_text(EVIDENCE_ON_ANSWERS)
    options = ("--label-column", "by", "--human-ratio", "0.5", "--trust", "declared", "--rules", "rules.toml")
    mixed = curate("mix", "in", *options, "-o", "out")
    assert mixed.code == 0, mixed.err
    assert "prompts are on neither side" in Path("out/README.md").read_text()
    written = pq.read_table("out/data").to_pylist()
    said = {row["id"]: row["output"] for row in rows if row["output"]}
    said |= {row["id"]: row["messages"][1]["content"] for row in chats() if len(row["messages"]) > 1}
    by_class = json.loads(Path("out/certificate.json").read_text())["tokens_by_class"]
    assert sum(by_class.values()) == sum(len(said[row["id"]].split()) for row in written)
    for more in ((), ("--inputs", "in", "--rules", "rules.toml")):
        again = curate("verify", "out", *more)
        assert again.code == 0, again.err + again.out
