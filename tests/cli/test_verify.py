"""A mix verifies whatever the columns of its input were; a broken one is a verdict, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
ROWS = corpus_rows(60)
MIX = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out", "--json")


def evidence(column: str, value: str) -> str:
    Path("mine.toml").write_text(
        f'[[evidence]]\nid = "own"\ncolumn = "{column}"\nequals = "{value}"\nsays = "human"\n'
        'source = "own"\nwhy = "own"\n'
    )
    return "mine.toml"


def verified(curate: Curate) -> dict[str, Any]:
    outcome = curate("verify", "out", "--json")
    assert outcome.code == 0, outcome.out + outcome.err
    return outcome.json


def test_a_source_column_with_nulls(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "site": row["site"] if i % 3 else None} for i, row in enumerate(ROWS)])
    mixed = curate(*MIX, "--source-column", "site")
    assert mixed.code == 0, mixed.err
    assert "a" in mixed.json["sources"]
    assert "sources" in verified(curate)["not_rechecked"]


def test_files_that_lack_the_columns_of_others(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    write_jsonl(Path("in/b.jsonl"), [{"id": f"b{i}", "text": t} for i, t in enumerate(made_up_texts(30, seed=9))])
    dated = [{"text": t, "created": "2011-01-01"} for t in made_up_texts(30, seed=10)]
    write_jsonl(Path("in/c.jsonl"), dated)
    mixed = curate(*MIX, "--source-column", "site")
    assert mixed.code == 0, mixed.err
    verified(curate)


@pytest.mark.parametrize(
    "name", ["tokens", "path", "language", "machine_score", "rules_hits", "minhash_signature", "data:x", "text_bytes"]
)
def test_columns_named_like_our_own(curate: Curate, name: str) -> None:
    rows = [{**row, name: "ours" if i % 4 else "theirs"} for i, row in enumerate(ROWS)]
    write_jsonl(Path("in/a.jsonl"), rows)
    write_jsonl(Path("in/b.jsonl"), [{"text": t} for t in made_up_texts(5, seed=4)])
    mixed = curate("mix", "in", "--human-ratio", "0.5", "-o", "out", "--json", "--rules", evidence(name, "ours"))
    assert mixed.code == 0, mixed.err
    written = pq.read_table("out/data").to_pylist()
    human = sum(len(row["text"].split()) for row in written if row[name] == "ours")
    assert mixed.json["tokens_by_class"]["declared"] == human > 0
    assert {row["path"] for row in pq.read_table("out/removed.parquet").to_pylist()} <= {"a.jsonl", "b.jsonl"}
    verified(curate)


def test_evidence_by_source_needs_a_column_that_the_mix_carries(curate: Curate) -> None:
    write_jsonl(Path("in/archive.jsonl"), ROWS)
    rules = evidence("source", "archive")
    outcome = curate("mix", "in", "--human-ratio", "0.5", "-o", "out", "--rules", rules)
    assert outcome.code == 2
    assert "--source-column" in outcome.err
    write_jsonl(Path("in/archive.jsonl"), [{**row, "source": "archive"} for row in ROWS])
    write_jsonl(Path("in/web.jsonl"), [{"text": t} for t in made_up_texts(10, seed=4)])
    outcome = curate("mix", "in", "--human-ratio", "0.5", "-o", "out", "--rules", rules, "--source-column", "source")
    assert outcome.code == 0, outcome.err
    verified(curate)


def edited(**settings: object) -> None:
    path = Path("out/certificate.json")
    certificate = json.loads(path.read_text())
    for name, value in settings.items():
        if value is None:
            del certificate["settings"][name]
        else:
            certificate["settings"][name]["value"] = value
    path.write_text(json.dumps(certificate))


def no_texts() -> None:
    (path,) = Path("out/data").glob("*.parquet")
    table = pq.read_table(path)
    index = table.schema.get_field_index("text")
    pq.write_table(table.set_column(index, "text", pa.nulls(table.num_rows, pa.string())), path)


def two_texts() -> None:
    (path,) = Path("out/data").glob("*.parquet")
    table = pq.read_table(path)
    pq.write_table(table.append_column("text", table.column("text")), path)


@pytest.mark.parametrize(
    "edit",
    [
        lambda: edited(layouts=None),
        lambda: edited(trust=None),
        lambda: edited(layouts=[]),
        lambda: edited(layouts=["torn {"]),
        lambda: edited(layouts=['{"text": "text", "surprise": 1}']),
        lambda: edited(layouts=["[]"]),
        lambda: edited(layouts=['{"text": 5, "extra": 7}']),
        lambda: edited(layouts="text"),
        no_texts,
        two_texts,
        lambda: Path("out/rules.json").write_text('{"rules": [5], "evidence": []}'),
        lambda: Path("out/rules.json").write_text("[" * 100_000),
        lambda: Path("out/removed.parquet").write_bytes(b"PAR1"),
        lambda: pq.write_table(pa.table({"reason": [1, 2]}), "out/removed.parquet"),
        lambda: Path("out/data/more.jsonl").write_text('{"body": "no text"}\n'),
        lambda: pq.write_table(pa.table({"text": ["one more"]}), "out/data/more.parquet"),
    ],
)
def test_a_broken_mix_is_a_verdict(curate: Curate, edit: Callable[[], object]) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    assert curate(*MIX).code == 0
    edit()
    outcome = curate("verify", "out")
    assert outcome.code == 1, outcome.err
    assert "Traceback" not in outcome.err


def test_verify_has_the_settings_of_the_mix(curate: Curate) -> None:
    """The same curate.toml, the same detector; and settings that are none of its business do not stop it."""
    write_jsonl(Path("in/a.jsonl"), ROWS)
    assert curate(*MIX).code == 0
    Path("curate.toml").write_text('detector = "gone.npz"\n')
    assert curate("verify", "out").code == 3
    Path("other.toml").write_text("num-proc = 1\n")
    assert curate("verify", "out", "-c", "other.toml").code == 0


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl/deep", "nowhere"])
def test_what_is_no_folder_of_a_mix_is_answered_with_what_is_needed(curate: Curate, name: str) -> None:
    Path("a.jsonl").write_text("{}\n")
    outcome = curate("verify", name)
    assert outcome.code == 3
    assert "is not there" in outcome.err
    assert "name a folder that `curate mix` wrote" in outcome.err
