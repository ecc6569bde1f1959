"""Input that is too large for memory is left out by name, or refused with the memory that would do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl
from curate import memory
from curate.corpus import stretches
from curate.corpus.files import find_files
from curate.corpus.mended import Mended
from curate.corpus.read import read_documents
from curate.corpus.sound_rows import Stretch
from curate.corpus.stretches import read_stretches
from curate.engines.room import Room
from curate.errors import MachineError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import load_columns
from curate.jobs.run.folder import Run
from curate.jobs.run.stamped_tables import table_writer
from curate.schema import Columns, Quarantined, Shard

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(6)
LONG = "word and " * 4_000_000  # 36 MB: no line may be longer than 16 MiB where documents are short


def lines(*texts: str) -> bytes:
    return b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)


def quarantine(run: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (run / "quarantine.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("pack", ["", ".gz"])
def test_a_line_that_is_too_long_is_one_row_in_quarantine(curate: Curate, pack: str) -> None:
    content = lines(*TEXTS[:3], LONG, *TEXTS[3:])
    Path(f"a.jsonl{pack}").write_bytes(gzip.compress(content, 1) if pack else content)
    outcome = curate("scan", f"a.jsonl{pack}", "-o", "run", "--json", "--max-document-size", "100kB")
    assert outcome.code == 0
    assert (outcome.json["documents"], outcome.json["quarantined"]) == (6, 1)
    reason = "the line takes 36MB, more than --max-document-size 100kB lets in"
    assert quarantine(Path("run")) == [{"path": f"a.jsonl{pack}", "row": 3, "reason": reason}]


def test_the_bound_counts_the_bytes_of_a_text_in_every_format(curate: Curate) -> None:
    texts = ["a b " * 25, "a b " * 25 + "é", "ok then"]
    Path("a.jsonl").write_bytes(lines(*texts))
    outcome = curate("scan", "a.jsonl", "-o", "run", "--json", "--max-document-size", "101")
    assert outcome.json["documents"] == 2
    reason = "the text takes 102 bytes, more than --max-document-size 101 bytes lets in"
    assert [(row["row"], row["reason"]) for row in quarantine(Path("run"))] == [(1, reason)]


def test_the_bound_may_stand_in_a_file_of_settings(curate: Curate) -> None:
    Path("a.jsonl").write_bytes(lines("a b " * 100, "ok then"))
    Path("curate.toml").write_text('max-document-size = "200"\n')
    assert curate("scan", "a.jsonl", "--json").json["quarantined"] == 1
    assert curate("scan", "a.jsonl", "--json", "--max-document-size", "1kB").json["quarantined"] == 0


def test_a_mix_and_its_check_leave_out_what_a_scan_does(curate: Curate) -> None:
    Path("a.jsonl").write_bytes(lines("a b " * 100, *TEXTS))
    outcome = curate("mix", "a.jsonl", "--human-ratio", "0", "-o", "mix", "--max-document-size", "2kB", "--json")
    assert outcome.code == 0
    settings = json.loads(Path("mix/certificate.json").read_text())["settings"]
    assert settings["max_document_size"]["value"] == 2000
    assert curate("verify", "mix", "--inputs", "a.jsonl").code == 0


def test_a_document_that_cannot_be_measured_is_refused_with_the_memory_that_would_do(curate: Curate) -> None:
    Path("a.jsonl").write_bytes(lines(LONG))
    outcome = curate("scan", "a.jsonl", "--memory", "256MiB")
    assert outcome.code == 4
    assert outcome.err.splitlines()[-2:] == [
        "curate: a.jsonl: a line of 36MB needs more than --memory 256MiB",
        "  try: --memory 1GB, or a smaller --max-document-size, which leaves it out",
    ]


@pytest.mark.parametrize("size", ["0", "2GB", "none"])
def test_a_bound_that_cannot_be_meant(curate: Curate, size: str) -> None:
    Path("a.jsonl").write_bytes(lines(*TEXTS))
    outcome = curate("scan", "a.jsonl", "--max-document-size", size)
    assert outcome.code == 2
    assert "--max-document-size" in outcome.err


def test_room_is_given_back_whatever_happens() -> None:
    room = Room(100)
    with pytest.raises(ZeroDivisionError), room.taken(80, "a task"):
        raise ZeroDivisionError
    with room.taken(100, "a task"):
        pass
    with pytest.raises(MachineError, match="a task needs more than --memory 100 bytes"), room.taken(101, "a task"):
        pass


def test_remarks_do_not_wait_for_a_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lines without a row were told of at the next row, and held until then."""
    held = []

    def counted(shard: Shard, found: list[Mended], rows: None) -> Iterator[Quarantined]:
        held.append(len(found))
        yield from mended(shard, found, rows)

    mended = stretches._mended
    monkeypatch.setattr(stretches, "_mended", counted)
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_bytes(lines("ok then") + b"\0\n\0\0\n" * 20_000 + lines("and now"))
    (file,) = find_files(["a.jsonl"])[0]
    found = list(read_stretches(file.shards[0], Columns("text"), block_bytes=1 << 12))
    assert [row for one in found if isinstance(one, Stretch) for row in one.rows.tolist()] == [0, 40_001]
    assert sum(isinstance(one, Quarantined) for one in found) == 40_000
    assert max(held) <= 1 << 12


def test_neighbours_without_a_row_are_one_remark(curate: Curate) -> None:
    """However many there are: a megabyte of an archive may hold a gigabyte of them."""
    Path("a.jsonl").write_bytes(lines("ok then") + b"\0\n" * 100_000 + lines("and now"))
    outcome = curate("scan", "a.jsonl", "-o", "run", "--json")
    assert outcome.json["documents"] == 2
    assert outcome.json["quarantined"] == 0
    assert quarantine(Path("run"))[0]["reason"] == "100,000 lines without a row hold 1 NUL byte each"


@pytest.mark.parametrize("role", ["id", "source", "date", "label"])
def test_a_value_that_no_name_has_is_one_row_in_quarantine(curate: Curate, role: str) -> None:
    """Of a label, only the beginning is kept: its length does no harm."""
    usual = "human" if role == "label" else "2019-01-01"
    rows = [{"text": text, role: usual} for text in TEXTS]
    rows[2][role] = usual + " " * 70_000
    write_jsonl(Path("a.jsonl"), rows)
    outcome = curate("scan", "a.jsonl", f"--{role}-column", role, "-o", "run", "--json")
    assert outcome.code == 0
    reason = f"column {role!r} holds 70kB, and may hold 64KiB"
    lost = [] if role == "label" else [{"path": "a.jsonl", "row": 2, "reason": reason}]
    assert quarantine(Path("run")) == lost
    outcome = curate("mix", "a.jsonl", f"--{role}-column", role, "--human-ratio", "0", "-o", "mix", "-q")
    assert outcome.code == 0
    assert curate("verify", "mix", "--inputs", "a.jsonl", "-q").code == 0


def test_values_beside_the_text_count_towards_a_batch(tmp_path: Path) -> None:
    """However short the texts, a batch does not grow by what is kept beside them."""
    names = [f"{index}" + "x" * 60_000 for index in range(200)]
    write_jsonl(tmp_path / "a.jsonl", [{"text": "a b c", "id": name} for name in names])
    (file,) = find_files([str(tmp_path)])[0]
    batches = list(read_documents(file.shards[0], Columns("text", "id"), block_bytes=1 << 18))
    found = [one for one in batches if isinstance(one, pa.RecordBatch)]
    assert [name for batch in found for name in batch["id"].to_pylist()] == names
    assert max(batch.nbytes for batch in found) < 5 << 18


def test_more_documents_than_memory_holds_are_refused_with_the_memory_that_would_do(curate: Curate) -> None:
    """Measured shards are kept: the same command with more memory resumes from there."""
    pq.write_table(pa.table({"text": ["a b c"] * 300_000}), "a.parquet")
    outcome = curate("scan", "a.parquet", "--memory", "256MiB")
    assert outcome.code == 4
    told = "curate: a corpus of 300,000 documents needs more than --memory 256MiB"
    assert outcome.err.splitlines()[-2:] == [told, "  try: --memory 400MB"]


def test_long_names_count_towards_the_memory_that_documents_take(tmp_path: Path) -> None:
    columns = {"id": ["x" * 60_000] * 2000, "tokens": [1] * 2000}
    with table_writer(tmp_path / "0.parquet", pa.table(columns).schema, b"") as writer:
        writer.write_table(pa.table(columns), row_group_size=500)
    run = Run(tmp_path)
    (run.folder / "annotations").mkdir(exist_ok=True)
    (tmp_path / "0.parquet").rename(run.annotations(0))
    task = ShardTask(run, 0, Shard("", "", "", "", 0, 0, 0, ""), Columns(), ())
    assert load_columns([task], ["tokens"]).num_rows == 2000
    memory.give(64 << 20)
    try:
        with pytest.raises(MachineError, match="2,000 documents with such columns") as told:
            load_columns([task], ["id"])
    finally:
        memory.give(memory.DEFAULT)
    assert told.value.hint == "--memory 200MB"


@pytest.mark.parametrize("name", ["certificate.json", "rules.json", "croissant.json", "README.md"])
def test_a_text_of_a_mix_that_does_not_fit_is_refused_with_the_memory_that_would_do(curate: Curate, name: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    assert curate("mix", "in", "--human-ratio", 0.5, "--label-column", "origin", "-o", "mix").code == 0
    path = Path("mix") / name
    with path.open("a") as file:
        file.write(" " * (12 << 20))
    outcome = curate("verify", "mix", "--memory", "300MB")
    assert outcome.code == 4, outcome.err
    assert f"{path}: a file of 12.6MB needs more than --memory 300MB" in outcome.err
    assert "try: --memory 400MB" in outcome.err


def test_verify_reads_what_was_removed_in_parts(curate: Curate) -> None:
    """A page of removed.parquet that does not fit is told with the memory that would do."""
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    assert curate("mix", "in", "--human-ratio", 0.5, "--label-column", "origin", "-o", "mix").code == 0
    path = Path("mix/removed.parquet")
    table = pq.read_table(path)
    reasons = pa.array(["budget " + "x" * (200 << 20), *table["reason"].to_pylist()[1:]])
    wide = table.set_column(3, table.schema.field("reason"), reasons)
    pq.write_table(wide, path, compression="zstd", use_dictionary=False)
    outcome = curate("verify", "mix", "--memory", "300MB")
    assert outcome.code == 4, outcome.err
    assert "removed.parquet: a page of 209.7MB in row group 0 needs more than --memory 300MB" in outcome.err
