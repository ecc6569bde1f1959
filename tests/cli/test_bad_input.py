"""Bad input: the right exit code, one sentence what, where and what to do, and everything else processed."""

from __future__ import annotations

import errno
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
GOOD = corpus_rows(30)


def quarantine() -> list[dict[str, object]]:
    (path,) = Path(".curate").glob("*/quarantine.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_missing_path(curate: Curate) -> None:
    write_jsonl(Path("corpus/a.jsonl"), GOOD)
    outcome = curate("scan", "corpsu")
    assert outcome.code == 3
    assert outcome.out == ""
    assert "corpsu" in outcome.err
    assert "corpus" in outcome.err.replace("corpsu", "")


def test_an_empty_folder(curate: Curate) -> None:
    Path("empty").mkdir()
    outcome = curate("scan", "empty")
    assert outcome.code == 3
    assert ".jsonl" in outcome.err
    assert ".parquet" in outcome.err


def test_documents_that_are_not_read_are_counted_in_one_line(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [dict(row, origin="human") for row in GOOD])
    for name in ("in/b.rst", "in/deep/c.RST", "in/d.psv", "in/.hidden.txt", "in/LICENSE", "in/info.json"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("{}" if name.endswith(".json") else "some words that a person may have written\n")
    for command in (["scan", "in"], ["mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out"]):
        outcome = curate(*command, "--no-progress")
        assert outcome.code == 0
        said = "curate: 4 files look like data and were not read (2 .rst, 1 .txt, 1 .psv): files read are .parquet"
        assert [line[: len(said)] for line in outcome.err.splitlines()] == [said]
    assert curate("scan", "in", "-q").err == ""
    assert curate("scan", "in/a.jsonl").err == ""


def test_a_file_of_a_suffix_that_is_read_is_not_told_to_have_another(curate: Curate) -> None:
    """It was said of a `.json` that `.json` is read, and not why this one was not."""
    write_jsonl(Path("in/a.jsonl"), GOOD)
    Path("in/b.json").write_text(json.dumps({"data": GOOD}))
    told = curate("scan", "in", "--no-progress").err
    assert told == "curate: 1 file looks like data and was not read (1 .json): with rows inside one JSON object\n"
    Path("in/c.rst").write_text("some words that a person may have written\n")
    told = curate("scan", "in", "--no-progress").err
    assert "files read are .parquet" in told
    assert told.endswith("; 1 with rows inside one JSON object\n")


def test_an_empty_file_is_named_and_the_rest_is_read(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), GOOD)
    Path("in/b.jsonl").touch()
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 0
    assert outcome.json["documents"] == 30
    assert outcome.json["quarantined"] == 1
    assert curate("scan", "in", "--strict", "-q").code == 3
    assert curate("scan", "in/b.jsonl").code == 3


def test_no_text_column_says_which_there_are(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"body": "x y z", "n": 1}])
    outcome = curate("scan", "a.jsonl")
    assert outcome.code == 3
    assert "body" in outcome.err
    assert "--text-column" in outcome.err


def test_a_wrong_column_name_gets_the_nearest(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"body": "x y z", "n": 1}])
    outcome = curate("scan", "a.jsonl", "--text-column", "bdoy")
    assert outcome.code == 2
    assert "bdoy" in outcome.err
    assert "body" in outcome.err


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_null_and_foreign_texts_go_to_quarantine(curate: Curate, form: str) -> None:
    if form == "jsonl":
        write_jsonl(Path("a.jsonl"), [*GOOD, {"id": "x", "text": None}, {"id": "y", "text": 5}, {"id": "z"}])
        expected = {30, 31, 32}
    else:
        write_parquet(Path("a.parquet"), [*GOOD, {"id": "x", "text": None}])
        expected = {30}
    outcome = curate("scan", f"a.{form}", "--json")
    assert outcome.code == 0
    assert outcome.json["documents"] == 30
    assert {q["row"] for q in quarantine()} == expected
    assert all(q["path"] == f"a.{form}" and q["reason"] for q in quarantine())


def test_a_parquet_column_of_numbers_is_no_text(curate: Curate) -> None:
    write_parquet(Path("a.parquet"), [{"text": 5}, {"text": 6}])
    outcome = curate("scan", "a.parquet")
    assert outcome.code == 3
    assert "text" in outcome.err


def test_invalid_utf8_goes_to_quarantine(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), GOOD)
    with Path("a.jsonl").open("ab") as file:
        file.write(b'{"text": "broken \xff\xfe here"}\n')
    assert curate("scan", "a.jsonl", "--json").json["documents"] == 30
    values = [row["text"].encode() for row in GOOD] + [b"broken \xff\xfe here"]
    offsets = [0]
    for v in values:
        offsets.append(offsets[-1] + len(v))
    array = pa.StringArray.from_buffers(
        len(values), pa.array(offsets, pa.int32()).buffers()[1], pa.py_buffer(b"".join(values))
    )
    pq.write_table(pa.table({"text": array}), "b.parquet")
    found = curate("scan", "b.parquet", "--json").json
    assert (found["documents"], found["quarantined"]) == (30, 1)


def test_a_torn_last_line(curate: Curate) -> None:
    path = write_jsonl(Path("a.jsonl"), GOOD)
    with path.open("a") as file:
        file.write('{"id": "torn", "text": "and then the pow')
    outcome = curate("scan", "a.jsonl", "--json")
    assert outcome.code == 0
    assert (outcome.json["documents"], outcome.json["quarantined"]) == (30, 1)
    assert quarantine()[0]["row"] == 30


def test_a_truncated_parquet(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), GOOD)
    whole = write_parquet(Path("whole.parquet"), GOOD).read_bytes()
    Path("in/b.parquet").write_bytes(whole[: len(whole) // 2])
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 0
    assert outcome.json["documents"] == 30
    assert quarantine()[0]["path"] == "b.parquet"


def test_an_lfs_pointer_gets_its_command(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), GOOD)
    Path("in/b.parquet").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n")
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 0
    assert "git lfs pull" in str(quarantine()[0]["reason"])
    assert curate("scan", "in/b.parquet").code == 3


def test_two_schemas_are_read_as_their_union(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": t, "a": 1, "by": "human"} for t in made_up_texts(5)])
    write_parquet(Path("in/b.parquet"), [{"content": t, "b": "x"} for t in made_up_texts(5, seed=8)])
    assert curate("scan", "in", "--json").json["documents"] == 10
    outcome = curate("mix", "in", "--human-ratio", "0.5", "--label-column", "by", "-o", "out")
    assert outcome.code == 0, outcome.err
    columns = pq.read_table("out/data").schema.names
    assert {"text", "content", "a", "b", "by"} <= set(columns)


def test_a_column_of_two_types_keeps_both(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": t, "year": 1999} for t in made_up_texts(5)])
    write_jsonl(Path("in/b.jsonl"), [{"text": t, "year": "old"} for t in made_up_texts(5, seed=8)])
    assert curate("scan", "in", "--json").json["documents"] == 10
    outcome = curate("mix", "in", "--human-ratio", "0", "-o", "out")
    assert outcome.code == 0, outcome.err
    years = [json.loads(year) for year in pq.read_table("out/data")["year"].to_pylist()]
    assert sorted(map(str, years)) == ["1999"] * 5 + ["old"] * 5
    assert {type(year) for year in years} == {int, str}


def test_duplicate_ids_are_told_apart_by_their_place(curate: Curate) -> None:
    rows = [{"id": "same", "text": t} for t in made_up_texts(6)]
    rows[3]["text"] = rows[0]["text"]
    write_jsonl(Path("a.jsonl"), rows)
    assert curate("scan", "a.jsonl", "--json").json["documents"] == 6
    outcome = curate("mix", "a.jsonl", "--human-ratio", "0", "-o", "out")
    assert outcome.code == 0, outcome.err
    assert pq.read_table("out/data").num_rows == 5
    removed = pq.read_table("out/removed.parquet").to_pylist()
    assert len(removed) == 1
    assert removed[0]["row"] in (0, 3)


def test_a_file_that_is_not_what_its_suffix_says(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), GOOD)
    Path("in/b.parquet").write_text("hello, this is text\n" * 10)
    Path("in/c.jsonl.gz").write_text("not gzip at all\n" * 10)
    Path("in/d.jsonl").write_bytes(gzip.compress(b'{"text": "x"}\n'))
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 3  # three of the four files are lost
    assert outcome.json["documents"] == 30
    assert {q["path"] for q in quarantine()} == {"b.parquet", "c.jsonl.gz", "d.jsonl"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_output(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), GOOD)
    Path("locked").mkdir(mode=0o500)
    outcome = curate("scan", "a.jsonl", "-o", "locked/run")
    assert outcome.code == 4
    assert "locked" in outcome.err


def test_a_full_disk_is_named_by_what_is_full(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run folder of a mix does not lie where -o says."""
    write_jsonl(Path("a.jsonl"), [dict(row, origin="human") for row in GOOD])
    mix = ("mix", "a.jsonl", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out")

    def fill(*, runs: bool) -> None:
        def publish(temporary: Path, path: Path, **_: bool) -> None:
            if (".curate" in path.parts) == runs:
                raise OSError(errno.ENOSPC, "No space left on device")
            temporary.replace(path)

        monkeypatch.setattr("curate.corpus.write._publish", publish)

    for runs, hint in (
        (True, "call curate from another folder"),
        (False, "free some space, or write elsewhere with -o"),
    ):
        fill(runs=runs)
        outcome = curate(*mix)
        assert outcome.code == 4
        assert "no space left" in outcome.err
        assert hint in outcome.err
        assert (".curate" in outcome.err) == runs


def test_an_output_below_a_file(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [dict(row, origin="human") for row in GOOD])
    for command in (["scan"], ["mix", "--human-ratio", "0.5", "--label-column", "origin"]):
        outcome = curate(*command, "a.jsonl", "-o", "a.jsonl/out")
        assert outcome.code == 4
        assert "a.jsonl/out" in outcome.err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--human-ratio", "1.5"), ("--human-ratio", "-0.1"), ("--human-ratio", "nan"), ("--budget", "many"),
     ("--budget", "0"), ("--threshold", "7"), ("--confidence", "1"), ("--memory", "lots"), ("-j", "0"),
     ("--trust", "hope")],
)  # fmt: skip
def test_settings_that_cannot_be_meant(curate: Curate, option: str, value: str) -> None:
    write_jsonl(Path("a.jsonl"), GOOD)
    ratio = [] if option == "--human-ratio" else ["--human-ratio", "0.5"]
    outcome = curate("mix", "a.jsonl", *ratio, option, value, "-o", "out")
    assert outcome.code == 2
    assert option.lstrip("-") in outcome.err.replace("num-proc", "j")
    assert not Path("out").exists()


def test_an_unknown_option(curate: Curate) -> None:
    assert curate("scan", "--human", "a.jsonl").code == 2


HOSTILE = "\x1b[31mred\x1b[0m \x07bell \u202eesrever [bold]markup[/bold] <script>alert(1)</script>\r\nover \x00 nul"


def test_control_characters_never_reach_the_terminal(curate: Curate) -> None:
    rows = [
        {"id": f"\x1b]0;owned\x07{i}", "text": f"{HOSTILE} {t}", "site": HOSTILE}
        for i, t in enumerate(made_up_texts(9))
    ]
    rows += [dict(rows[0], id="again")] * 2
    write_jsonl(Path("a\x1b[2J.jsonl"), rows)
    outcome = curate("scan", ".", "--source-column", "site")
    assert outcome.code == 0, outcome.err
    for stream in (outcome.out, outcome.err):
        assert not any(ord(c) < 32 and c != "\n" for c in stream)
        assert "\u202e" not in stream
    missing = curate("scan", "gone\x1b[31m")
    assert missing.code == 3
    assert "\x1b" not in missing.err


def test_one_long_document(curate: Curate) -> None:
    long = " ".join(made_up_texts(400)) * 40
    write_jsonl(Path("a.jsonl"), [*GOOD, {"id": "long", "text": long}])
    outcome = curate("scan", "a.jsonl", "--json")
    assert outcome.code == 0
    assert outcome.json["documents"] == 31
    assert outcome.json["bytes"] > len(long)


def test_names_that_are_not_utf8(curate: Curate) -> None:
    write_jsonl(Path(os.fsdecode(b"in/\xff.jsonl")), [dict(row, origin="human") for row in GOOD])
    write_parquet(Path("b.parquet"), GOOD[:9]).rename(os.fsdecode(b"in/\xfe.parquet"))
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 0, outcome.err
    assert (outcome.json["documents"], outcome.json["quarantined"]) == (39, 0)
    assert curate("scan", os.fsdecode(b"in/\xff.jsonl")).code == 0
    mix = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o")
    assert curate(*mix, os.fsdecode(b"out\xff")).code == 2
    assert curate(*mix, "out").code == 0
    assert curate("verify", "out").code == 0


def test_two_columns_of_one_name(curate: Curate) -> None:
    table = pa.table([["some words here"], ["other words here"]], names=["text", "text"])
    pq.write_table(table, "a.parquet")
    outcome = curate("scan", "a.parquet")
    assert outcome.code == 3
    assert "two columns" in outcome.err


def test_a_label_column_that_declares_nobody_is_said_with_its_words(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [dict(row, origin=("student", "teacher")[i % 2]) for i, row in enumerate(GOOD)])
    for command in (["scan"], ["mix", "--human-ratio", "0.5", "-o", "out"]):
        outcome = curate(*command, "a.jsonl", "--label-column", "origin")
        assert outcome.code == 2
        assert "'student' 15, 'teacher' 15" in outcome.err
    assert not Path("out").exists()


def test_a_pipe_is_not_waited_for(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), GOOD)
    os.mkfifo("in/b.jsonl")
    assert curate("scan", "in", "--json").json["documents"] == 30
    assert quarantine() == [{"path": "b.jsonl", "row": None, "reason": "is no regular file"}]
