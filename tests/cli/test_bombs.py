"""Data of kilobytes that unpack to millions of rows cost neither a disk nor the time that as many good rows would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts
from curate.jobs.run import annotate, document_room

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(1600, words=12)
LINES = [json.dumps({"text": text}) for text in TEXTS]
BAD = ["x", "[]", '{"text": 7}'] * 500
REASONS = {"torn", "the line", "the text"}  # how they begin


def archive(name: str, lines: list[str]) -> None:
    Path(name).write_bytes(pa.compress("\n".join(lines).encode(), "zstd", asbytes=True))


def quarantine() -> list[dict[str, object]]:
    return [json.loads(line) for line in Path("run/quarantine.jsonl").read_text().splitlines()]


def test_of_an_archive_of_bad_lines_the_first_are_listed_and_all_are_counted(curate: Curate) -> None:
    archive("a.jsonl.zst", [LINES[0], *BAD])
    outcome = curate("scan", "a.jsonl.zst", "-o", "run", "--json")
    assert (outcome.code, outcome.json["documents"], outcome.json["quarantined"]) == (3, 1, 1500)
    assert outcome.json["mostly_quarantined"][0].startswith("1,500 of 1,501 rows of a.jsonl.zst cannot be read")
    listed, counted = quarantine()[:100], quarantine()[100:]
    assert [line["row"] for line in listed] == list(range(1, 101))
    assert not any("counted" in line for line in listed)
    assert sum(int(str(line["counted"])) for line in counted) == 1400
    assert len({line["reason"] for line in counted}) == len(counted) == len(REASONS)
    told = "1,500 could not be read, 8 of them here; all but 1,400, which it counts, in run/quarantine.jsonl"
    assert told in " ".join(curate("scan", "a.jsonl.zst", "-o", "run").out.split())


def test_of_many_small_archives_no_more_is_listed_than_of_one(curate: Curate) -> None:
    Path("in").mkdir()
    for number in range(12):
        archive(f"in/{number}.jsonl.zst", [LINES[number], *BAD[:150]])
    outcome = curate("scan", "in", "-o", "run", "--json")
    assert (outcome.json["documents"], outcome.json["quarantined"]) == (12, 1800)
    listed = [line for line in quarantine() if "counted" not in line]
    counted = [int(str(line["counted"])) for line in quarantine() if "counted" in line]
    assert (len(listed), sum(counted)) == (1000, 800)
    assert len(counted) <= 12 * len(REASONS)


def test_a_mix_says_of_each_row_that_it_is_not_there_listed_or_not(curate: Curate) -> None:
    archive("a.jsonl.zst", [*LINES, *BAD])
    assert curate("mix", "a.jsonl.zst", "--human-ratio", "0", "-o", "mix").code == 0
    reasons = pq.read_table("mix/removed.parquet")["reason"].to_pylist()
    lost = [reason for reason in reasons if reason.startswith("quarantine: ")]
    assert len(lost) == 1500
    counted = sum(reason.endswith("rows from here on that are only counted") for reason in lost)
    assert counted == 1500 - Path("a.jsonl.zst").stat().st_size // 100
    assert curate("verify", "mix", "--inputs", "a.jsonl.zst").code == 0


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Documents of each batch that is measured; one takes 40 MB."""
    sizes: list[int] = []
    measure = annotate.annotate_batch
    monkeypatch.setattr(
        annotate, "annotate_batch", lambda batch, how: (sizes.append(len(batch)), measure(batch, how))[1]
    )
    monkeypatch.setattr(document_room, "_KEPT", 40_000_000)
    monkeypatch.setattr("curate.jobs.run.prefetch.BATCH_BYTES", 1000)
    return sizes


@pytest.mark.parametrize("kind", ["lines", "archive", "parquet", "arrow", "files"])
def test_documents_beyond_what_can_be_kept_are_counted_and_not_measured(
    curate: Curate, measured: list[int], kind: str
) -> None:
    Path("in").mkdir()
    if kind == "lines":
        Path("in/a.jsonl").write_text("\n".join(LINES))
    elif kind == "archive":
        archive("in/a.jsonl.zst", LINES)
    elif kind == "parquet":
        pq.write_table(pa.table({"text": TEXTS}), "in/a.parquet", row_group_size=100)
    elif kind == "arrow":
        with pa.ipc.new_file("in/a.arrow", pa.schema([("text", pa.string())])) as writer:
            writer.write_table(pa.table({"text": TEXTS}), max_chunksize=400)
    else:
        for number in range(16):
            Path(f"in/{number}.jsonl").write_text("\n".join(LINES[100 * number : 100 * number + 100]))
    outcome = curate("scan", "in", "-o", "run", "--memory", "500MB")
    assert outcome.code == 4
    assert "a corpus of 1,600 documents needs more than --memory 500MB" in outcome.err
    assert sum(measured) < 400
    assert curate("scan", "in", "-o", "run", "--memory", "70GB", "--json").json["documents"] == 1600
