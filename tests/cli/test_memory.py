"""What is too large to hold is left out by name, or refused with the memory that would do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, made_up_texts
from curate.engines.room import Room
from curate.errors import MachineError

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
        "curate: a.jsonl: a document of 36MB needs more than --memory 256MiB",
        "  try: --memory 800MB, or a smaller --max-document-size, which leaves it out",
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
