"""A mix whose floor rests on labels of a draw from the corpus: by a threshold that they prove, whatever scores say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, write_jsonl
from small_detector import texts

Curate = Callable[..., Outcome]
MIX = ("mix", "in", "--labels", "labels.jsonl", "--json")
HUMANS, MACHINES = 320, 160


@pytest.fixture
def who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detector: Path) -> dict[str, str]:
    """Writes `in`, without a declaration, and labels of 240 draws; who wrote which id."""
    monkeypatch.chdir(tmp_path)
    both = texts("human", HUMANS, 41, pure=0.9) + texts("machine", MACHINES, 42, pure=0.9)
    write_jsonl(Path("in/a.jsonl"), [{"id": f"d{i}", "text": text} for i, text in enumerate(both)])
    Path("curate.toml").write_text(f'detector = "{detector}"\n')
    return {f"d{i}": "human" if i < HUMANS else "machine" for i in range(len(both))}


def label(curate: Curate, who: dict[str, str], **other: str) -> None:
    outcome = curate("audit", "draw", "in", "-n", "240", "-o", "labels.jsonl")
    assert outcome.code == 0, outcome.err
    rows = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    write_jsonl(Path("labels.jsonl"), [{**row, "label": {**who, **other}[row["id"]]} for row in rows])


def human_share(folder: str, who: dict[str, str]) -> float:
    rows: list[dict[str, Any]] = pq.read_table(f"{folder}/data").to_pylist()
    words = [(who[row["id"]], len(row["text"].split())) for row in rows]
    return sum(n for writer, n in words if writer == "human") / sum(n for _, n in words)


@pytest.mark.parametrize("trust", ["detected", "declared", "audited"])
def test_labels_carry_the_floor_at_any_trust(curate: Curate, who: dict[str, str], trust: str) -> None:
    label(curate, who)
    outcome = curate(*MIX, "--human-ratio", "0.8", "--trust", trust, "-o", "out")
    assert outcome.code == 0, outcome.err
    assert (outcome.json["evidence"], outcome.json["guarantee"]) == ("audited", "unconditional")
    assert 0.8 <= outcome.json["bound"] <= human_share("out", who)
    assert "CONDITIONAL" not in " ".join(outcome.json["basis"])
    drawn = curate(*MIX[:-1], "--human-ratio", "0.8", "--trust", trust, "--dry-run").out
    assert "below the score that labels vouch for, at least" in drawn  # of which a part may be machine
    assert "scores as human" not in drawn
    assert "by the detector" not in drawn
    assert curate("verify", "out").code == 0
    again = curate("verify", "out", "--inputs", "in", "--json")
    counted = ["files.removed.parquet", "files.conflicts.parquet"]  # by reason alone
    assert (again.code, again.json["not_rechecked"]) == (0, ["settings", "versions", *counted])
    Path("out/audits/pool.jsonl").write_text("{}\n")
    broken = curate("verify", "out", "--json")
    assert broken.code == 1
    assert [one["field"] for one in broken.json["findings"]] == ["files.audits/pool.jsonl", "detected.labels"]


def test_a_detector_that_errs_proves_nothing(curate: Curate, who: dict[str, str]) -> None:
    """Scores upside down: what scores as human is the machines', and labels say so."""
    label(curate, {name: "machine" if writer == "human" else "human" for name, writer in who.items()})
    refused = curate(*MIX, "--human-ratio", "0.8", "-o", "out")
    assert refused.code == 1
    assert not Path("out").exists()


def test_missing_labels_count_as_machine(curate: Curate, who: dict[str, str]) -> None:
    label(curate, who)
    proved = curate(*MIX, "--human-ratio", "0", "--dry-run").json["detected"]["machine_below_threshold_at_most"]
    rows = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    rows = [{**row, "label": None if i % 4 == 0 else row["label"]} for i, row in enumerate(rows)]
    write_jsonl(Path("labels.jsonl"), rows)
    less = curate(*MIX, "--human-ratio", "0", "--dry-run").json["detected"]["machine_below_threshold_at_most"]
    assert less > proved


@pytest.mark.usefixtures("who")
def test_a_draw_that_nobody_has_labelled_is_not_taken_for_one_that_proves_nothing(curate: Curate) -> None:
    assert curate("audit", "draw", "in", "-n", "240", "-o", "labels.jsonl").code == 0
    rows = len(Path("labels.jsonl").read_text().splitlines())
    outcome = curate(*MIX, "--human-ratio", "0.5", "-o", "out")
    assert (outcome.code, Path("out").exists()) == (3, False)
    assert f"none of its {rows} rows says human or machine" in outcome.err


def test_labels_of_other_declarations_units_or_no_draw_are_refused(curate: Curate, who: dict[str, str]) -> None:
    label(curate, who)
    units = curate(*MIX, "--human-ratio", "0.5", "--tokenizer", "bytes", "-o", "out")
    assert (units.code, "--tokenizer" in units.err) == (2, True)
    rows = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    documents = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    contradicted = {row["id"] for row in rows if row["label"] == "machine"}
    write_jsonl(
        Path("in/a.jsonl"), [{**one, "by": "human" if one["id"] in contradicted else None} for one in documents]
    )
    against = curate(*MIX, "--human-ratio", "0.5", "--label-column", "by", "-o", "out")
    assert (against.code, "other declarations" in against.err) == (3, True)
    write_jsonl(Path("labels.jsonl"), [{"id": row["id"], "label": row["label"]} for row in rows])
    assert curate(*MIX, "--human-ratio", "0.5", "-o", "out").code == 3
    assert not Path("out").exists()


def test_labels_that_the_floor_does_not_need_count_nothing_anywhere(curate: Curate, who: dict[str, str]) -> None:
    label(curate, who)
    more = texts("human", 300, 43, pure=0.9)
    write_jsonl(Path("in/b.jsonl"), [{"id": f"e{i}", "text": text, "by": "human"} for i, text in enumerate(more)])
    drawn = curate("audit", "draw", "in", "-n", "240", "-o", "again.jsonl", "--label-column", "by")
    assert drawn.code == 0, drawn.err
    drawn_rows = [json.loads(line) for line in Path("again.jsonl").read_text().splitlines()]
    assert f"{len(drawn_rows)} documents to label in again.jsonl; 240 draws by size fall on some of them" in " ".join(
        drawn.out.split()
    )
    write_jsonl(Path("again.jsonl"), [{**row, "label": who[row["id"]]} for row in drawn_rows])
    mix = ("mix", "in", "--labels", "again.jsonl", "--label-column", "by", "--human-ratio", "0.3", "--dry-run")
    shown = " ".join(curate(*mix).out.split())
    assert "--labels: what the data declares keeps the floor alone, so no label counts" in shown
    assert "scores as human, counted as 0 % human" in shown
    assert "labels vouch for" not in shown
