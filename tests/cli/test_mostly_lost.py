"""Where most rows of a file are in quarantine, the exit code and the first line say so."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(30, words=20)
CHATS = [{"messages": [{"role": "user", "content": text}]} for text in TEXTS]


@pytest.mark.parametrize("place", [0, 15, 30])
def test_a_stray_row_of_another_layout_hides_no_chats(curate: Curate, place: int) -> None:
    write_jsonl(Path("a.jsonl"), [*CHATS[:place], {"text": "a row that strayed into this file"}, *CHATS[place:]])
    outcome = curate("scan", "a.jsonl", "--json")
    assert outcome.code == 0
    assert outcome.json["documents"] == 31


def test_a_file_that_is_mostly_in_quarantine_fails_and_leads(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    told = "30 of 31 rows of a.jsonl cannot be read: has no text: text is null or missing"
    outcome = curate("scan", "a.jsonl", "--text-column", "text")
    assert outcome.code == 3
    assert outcome.out.splitlines()[1].strip() == told
    outcome = curate("scan", "a.jsonl", "--text-column", "text", "--json", "-q")
    assert outcome.code == 3
    (said,) = outcome.json["mostly_quarantined"]
    assert said == told
    assert f"curate: {said}" in outcome.err


def test_one_such_file_among_many_is_named(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in TEXTS])
    Path("in/b.jsonl").write_text(json.dumps({"text": TEXTS[0]}) + "\n" + '{"text": \n' * 2)
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 3
    assert [line[:30] for line in outcome.json["mostly_quarantined"]] == ["2 of 3 rows of b.jsonl cannot "]


def test_half_of_the_rows_is_not_most(curate: Curate) -> None:
    Path("b.jsonl").write_text((json.dumps({"text": TEXTS[0]}) + "\n" + '{"text": \n') * 2)
    outcome = curate("scan", "b.jsonl", "--json")
    assert outcome.code == 0
    assert outcome.json["mostly_quarantined"] == []


def test_no_mix_is_made_of_what_is_left(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    outcome = curate("mix", "a.jsonl", "--human-ratio", "0", "-o", "mix", "--text-column", "text")
    assert outcome.code == 3
    assert "30 of 31 rows of a.jsonl cannot be read" in outcome.err
    assert "--text-column" in outcome.err
    assert not Path("mix").exists()


LOST = "30 of 31 rows of a.jsonl cannot be read: has no text: text is null or missing"
COMMANDS = {
    "scan": ["scan", "a.jsonl"],
    "mix": ["mix", "a.jsonl", "--human-ratio", "0", "-o", "new"],
    "dry run": ["mix", "a.jsonl", "--human-ratio", "0", "--dry-run"],
    "check": ["check", "a.jsonl", "--policy", "lax.toml"],
    "check against a path": ["check", "a.jsonl", "--baseline", "good.jsonl", "--fail-on", "never"],
    "compare": ["compare", "good.jsonl", "a.jsonl"],
    "compare, before": ["compare", "a.jsonl", "good.jsonl"],
    "control": ["compare", "good.jsonl", "good.jsonl", "--control", "a.jsonl"],
    "run folder": ["compare", "good.jsonl", "run"],
    "audit draw": ["audit", "draw", "a.jsonl", "-o", "new.jsonl"],
    "index": ["scan", "a.jsonl", "--index", "index"],
    "train, human": ["train", "--human", "a.jsonl", "--machine", "good.jsonl", "-o", "new.npz"],
    "train, machine": ["train", "--human", "good.jsonl", "--machine", "a.jsonl", "-o", "new.npz"],
    "human reference": ["scan", "good.jsonl", "--human-reference", "a.jsonl"],
    "report in Markdown": ["check", "a.jsonl", "--format", "markdown"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_speaks_for_the_rows_that_are_left(curate: Curate, command: str) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    Path("lax.toml").write_text('[[gate]]\nid = "some"\nmetric = "documents"\nat_most = 99\nthen = "warn"\nwhy = "-"\n')
    if command == "run folder":
        curate("scan", "a.jsonl", "--text-column", "text", "-o", "run")
    outcome = curate(*COMMANDS[command], *([] if command == "run folder" else ["--text-column", "text"]))
    assert outcome.code == 3
    first = " ".join(" ".join(outcome.out.splitlines()[:4]).split())
    assert LOST in first or any(LOST in line for line in outcome.err.splitlines())
    assert not any(map(Path.exists, map(Path, ("new", "new.jsonl", "new.npz"))))
    assert not list(Path.cwd().glob("index/segments/*"))


def test_a_change_of_which_most_new_rows_are_lost_fails_as_data(curate: Curate) -> None:
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    Path("a.jsonl").write_text(json.dumps({"text": "of another"}) + "\n" + '{"text": \n' * 3)
    outcome = curate("check", "a.jsonl", "--baseline", "good.jsonl", "--json")
    assert outcome.code == 3
    assert outcome.json["level"] == "fail"
    assert [line[:30] for line in outcome.json["mostly_quarantined"]] == ["3 of 4 rows of a.jsonl cannot "]


def test_a_baseline_that_nobody_could_read_can_be_mended(curate: Curate) -> None:
    write_jsonl(Path("old/a.jsonl"), [{"text": "a row that strayed into this file"}, *CHATS])
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    outcome = curate("check", "good.jsonl", "--baseline", "old", "--text-column", "text")
    assert outcome.code in (0, 1)


def test_excluded_texts_that_cannot_be_read_are_no_texts(curate: Curate) -> None:
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    write_jsonl(Path("a.jsonl"), [{"text": TEXTS[0]}, *CHATS])
    outcome = curate("mix", "good.jsonl", "--human-ratio", "0", "--exclude", "a.jsonl:text", "-o", "new")
    assert outcome.code == 3
    assert "--exclude a.jsonl: 30 of 31 rows cannot be read: row 1: has no text" in outcome.err


def torn_parquet(path: Path, rows: int = 30) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"text": (TEXTS * rows)[:rows]}), path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def first_line(outcome: Outcome) -> str:
    return " ".join(" ".join(outcome.out.splitlines()[1:3]).split())


def test_a_file_that_is_lost_leads_the_report(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in TEXTS * 4])
    torn_parquet(Path("in/b.parquet"))
    outcome = curate("scan", "in")
    assert outcome.code == 0
    assert first_line(outcome).startswith("b.parquet is lost: is a torn Parquet file")
    outcome = curate("scan", "in", "--json", "-q")
    assert "curate: b.parquet is lost: is a torn Parquet file" in outcome.err
    assert len(outcome.json["lost_files"]) == 1
    assert curate("scan", "in", "--strict").code == 3


@pytest.mark.parametrize("most", ["of the files", "of the bytes"])
@pytest.mark.parametrize("command", ["scan", "mix", "compare", "audit"])
def test_where_most_files_are_lost_no_command_speaks_for_the_rest(curate: Curate, command: str, most: str) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in TEXTS])
    write_jsonl(Path("good.jsonl"), [{"text": text} for text in TEXTS])
    for number in range(2 if most == "of the files" else 1):
        torn_parquet(Path(f"in/{number}.parquet"), 30 if most == "of the files" else 9000)
        with Path(f"in/{number}.parquet").open("ab") as stream:
            stream.write(bytes(0 if most == "of the files" else 100_000))
    rest = {"mix": ["--human-ratio", "0", "-o", "new"], "compare": ["good.jsonl"], "audit": ["-o", "new.jsonl"]}
    verbs = ["audit", "draw"] if command == "audit" else [command]
    outcome = curate(*verbs, "in", *rest.get(command, []))
    assert outcome.code == 3
    told = "2 of 3 files with" if most == "of the files" else "1 of 2 files with"
    assert told in (first_line(outcome) if command == "scan" else outcome.err)
    assert not Path("new").exists()


def test_rows_that_are_lost_together_are_counted_one_by_one(curate: Curate) -> None:
    """A damaged row group is one line of the quarantine, whatever it held."""
    pq.write_table(
        pa.table({"text": TEXTS * 10}), "a.parquet", row_group_size=100, compression="zstd", use_dictionary=False
    )
    content = bytearray(Path("a.parquet").read_bytes())
    for group in (1, 2):
        start = pq.read_metadata("a.parquet").row_group(group).column(0).data_page_offset
        content[start : start + 60] = b"\xff" * 60
    Path("a.parquet").write_bytes(content)
    outcome = curate("scan", "a.parquet", "--json")
    assert outcome.code == 3
    assert outcome.json["mostly_quarantined"][0].startswith("200 of 300 rows of a.parquet cannot be read: the file is")


PACKED = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda content: pa.compress(content, "zstd", asbytes=True),
}


def made_rows(count: int) -> list[bytes]:
    return [json.dumps({"id": str(n), "text": f"{n} {text}"}).encode() + b"\n" for n, text in enumerate(TEXTS * count)]


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("keep", [0.45, 0.9])
def test_most_of_an_archive_that_ends_too_early_may_be_lost(curate: Curate, suffix: str, keep: float) -> None:
    """Nobody knows how much there was: whatever was read, its figures do not speak for the file."""
    name = f"a.jsonl.{suffix}"
    rows = b"".join(made_rows(40))
    content = b"".join(PACKED[suffix](rows) for _ in range(6))  # archives may be joined; bz2 is read by the block
    Path("in").mkdir()
    (Path("in") / name).write_bytes(content[: int(keep * len(content))])
    write_jsonl(Path("in/b.jsonl"), [{"text": text} for text in TEXTS])
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 3
    (said,) = outcome.json["mostly_quarantined"]
    assert said.startswith(f"{name}: the archive is torn after row ")
    assert said.endswith("; most of it may be lost")
    refused = curate("mix", "in", "--human-ratio", "0", "-o", "mix")
    assert refused.code == 3
    assert refused.err.endswith("  try: fetch the file again\n")
    assert not Path("mix").exists()


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize(("part", "code"), [(1, 3), (10, 0)])
def test_an_archive_that_is_damaged_near_its_end_leads_the_report(
    curate: Curate, suffix: str, part: int, code: int
) -> None:
    """Of twelve archives that are joined the second is damaged, or the eleventh."""
    name, rows = f"a.jsonl.{suffix}", b"".join(made_rows(10))
    parts = [bytearray(PACKED[suffix](rows)) for _ in range(12)]
    parts[part][: len(parts[part]) // 2] = b"\xff" * (len(parts[part]) // 2)
    Path(name).write_bytes(b"".join(parts))
    outcome = curate("scan", name)
    assert outcome.code == code
    assert first_line(outcome).startswith(f"{name}: ")
    assert curate("scan", name, "--strict").code == 3


def test_files_without_text_are_not_lost(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in TEXTS])
    for number in range(3):
        pq.write_table(pa.table({"number": range(20_000)}), Path(f"in/{number}.parquet"))
    outcome = curate("scan", "in", "--json")
    assert outcome.code == 0
    assert outcome.json["lost_files"] == []
