"""A mix keeps its promise, explains what it left out, loads as a data set, and no edit of it goes unseen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
ROWS = corpus_rows(120)
DECLARED = ("--label-column", "origin")


def words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def mixed(curate: Curate) -> Outcome:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    outcome = curate("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    return outcome


def test_the_floor_holds_on_the_written_tokens(mixed: Outcome) -> None:
    rows = pq.read_table("out/data").to_pylist()
    human = sum(words(r["text"]) for r in rows if r["origin"] == "human")
    total = sum(words(r["text"]) for r in rows)
    assert human >= 0.7 * total
    promise = mixed.json
    assert promise["tokens"] == total
    assert promise["human_tokens_at_least"] == human
    assert promise["guarantee"] == "declared"
    assert promise["tokens_by_class"] == {"audited": 0, "declared": human, "detected": 0, "other": total - human}
    assert 0.7 <= promise["bound"] <= human / total


def test_original_columns_and_ids_are_intact(mixed: Outcome) -> None:
    original = {row["id"]: row for row in ROWS}
    written = pq.read_table("out/data").to_pylist()
    assert len(written) == mixed.json["documents"]
    assert all(row == original[row["id"]] for row in written)


def test_every_document_is_in_the_mix_or_among_the_removed(mixed: Outcome) -> None:
    written = set(pq.read_table("out/data")["id"].to_pylist())
    removed = pq.read_table("out/removed.parquet").to_pylist()
    assert all(row["reason"] for row in removed)
    assert written.isdisjoint(row["id"] for row in removed)
    assert written | {row["id"] for row in removed} == {row["id"] for row in ROWS}
    named = [row["reason"] for row in removed if row["reason"].startswith("near-duplicate of ")]
    assert named
    assert all(reason.removeprefix("near-duplicate of ").split(";")[0] in written for reason in named)
    assert mixed.json["removed"]


def test_it_loads_as_a_data_set(mixed: Outcome, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset("out", cache_dir=str(tmp_path / "cache"), split="train")
    assert loaded.num_rows == mixed.json["documents"]
    assert set(loaded.column_names) == set(ROWS[0])


def test_verify_holds_and_needs_the_right_digest(curate: Curate, mixed: Outcome) -> None:
    digest = mixed.json["digest"]
    outcome = curate("verify", "out", "--digest", digest[:16])
    assert outcome.code == 0, outcome.out
    assert "holds" in outcome.out
    for wrong in ("0" * 64, digest[:8]):
        assert curate("verify", "out", "--digest", wrong).code == 1
    assert curate("verify", "nowhere").code == 3


def edit_certificate(key: str, value: object) -> None:
    path = Path("out/certificate.json")
    certificate = json.loads(path.read_text())
    assert certificate[key] != value
    certificate[key] = value
    path.write_text(json.dumps(certificate))


def flip_a_byte() -> None:
    (path,) = Path("out/data").glob("*.parquet")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def relabel() -> None:
    (path,) = Path("out/data").glob("*.parquet")
    table = pq.read_table(path)
    column = pa.array(["human"] * table.num_rows)
    pq.write_table(table.set_column(table.schema.get_field_index("origin"), "origin", column), path)


def loosen_a_rule() -> None:
    path = Path("out/rules.json")
    book = json.loads(path.read_text())
    book["rules"] = book["rules"][1:]
    path.write_text(json.dumps(book))


@pytest.mark.parametrize(
    "edit",
    [
        flip_a_byte,
        relabel,
        loosen_a_rule,
        lambda: next(Path("out/data").glob("*.parquet")).unlink(),
        lambda: Path("out/removed.parquet").unlink(),
        lambda: shutil.copy(next(Path("out/data").glob("*.parquet")), "out/data/zzz.parquet"),
        lambda: edit_certificate("tokens", 1),
        lambda: edit_certificate("bound", 0.99),
        lambda: edit_certificate("human_ratio", 0.1),
        lambda: edit_certificate("guarantee", "unconditional"),
        lambda: edit_certificate("detector", "0" * 32),
        lambda: edit_certificate("removed", {}),
        lambda: Path("out/certificate.json").write_text("{}"),
        lambda: Path("out/certificate.json").write_text("torn {"),
    ],
)
def test_no_edit_goes_unseen(curate: Curate, mixed: Outcome, edit: Callable[[], object]) -> None:
    assert mixed.code == 0
    edit()
    outcome = curate("verify", "out")
    assert outcome.code == 1
    assert outcome.out + outcome.err


def test_a_refusal_has_the_numbers_and_writes_nothing(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    refused = curate("mix", "in", "--human-ratio", "0.7", *DECLARED, "--budget", "1M", "-o", "out")
    assert refused.code == 1
    assert refused.out == ""
    assert "1,000,000" in refused.err
    assert not Path("out").exists()
    assert not list(Path().glob(".out*"))
    unknown = curate("mix", "in", "--human-ratio", "0.7", "--trust", "declared", "-o", "out")
    assert unknown.code == 1
    assert "--label-column" in unknown.err
    audited = curate("mix", "in", "--human-ratio", "0.7", "--trust", "audited", "-o", "out")
    assert audited.code == 1
    assert "audit" in audited.err


def test_a_dry_run_writes_nothing_and_says_the_same(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    arguments = ("mix", "in", "--human-ratio", "0.7", *DECLARED, "--json")
    planned = curate(*arguments, "--dry-run")
    assert planned.code == 0
    assert not list(Path().glob("*out*"))
    made = curate(*arguments, "-o", "out").json
    for key in ("documents", "tokens", "bound", "removed", "tokens_by_class"):
        assert planned.json[key] == made[key]


def test_nothing_is_overwritten(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("out").mkdir()
    Path("out/precious").write_text("mine")
    outcome = curate("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o", "out")
    assert outcome.code == 2
    assert [p.name for p in Path("out").iterdir()] == ["precious"]
    inside = curate("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o", "in")
    assert inside.code == 2
    assert [p.name for p in Path("in").iterdir()] == ["a.jsonl"]


def test_a_rule_book_of_ones_own_declares_and_removes(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("mine.toml").write_text(
        '[[evidence]]\nid = "our-archive"\ncolumn = "site"\nequals = "s0"\nsays = "human"\nsource = "own"\n'
        'why = "scanned by us"\n'
        '[[rule]]\nid = "no-zing"\npattern = "zi"\nthen = "remove"\nsource = "own"\nwhy = "we dislike it"\n'
    )
    outcome = curate("mix", "in", "--human-ratio", "0.5", "--rules", "mine.toml", "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    rows = pq.read_table("out/data").to_pylist()
    assert all("zi" not in row["text"] for row in rows)
    assert sum(words(r["text"]) for r in rows if r["site"] == "s0") == outcome.json["tokens_by_class"]["declared"]
    Path("mine.toml").unlink()  # a mix carries its rules
    assert curate("verify", "out").code == 0


def test_dated_text_is_declared_human(curate: Curate) -> None:
    rows = [{"text": t, "date": "2019-05-01" if i % 2 else "2024-01-01"} for i, t in enumerate(made_up_texts(40))]
    write_parquet(Path("in/a.parquet"), rows)
    outcome = curate("mix", "in", "--human-ratio", "0.8", "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    old = sum(words(r["text"]) for r in pq.read_table("out/data").to_pylist() if r["date"] == "2019-05-01")
    assert outcome.json["tokens_by_class"]["declared"] == old


def test_files_of_several_layouts_are_verified_by_their_own(curate: Curate) -> None:
    texts = made_up_texts(60)
    write_jsonl(Path("in/a.jsonl"), [{"text": t, "origin": "human"} for t in texts[:30]])
    chats = [[{"role": "user", "content": t[:50]}, {"role": "assistant", "content": t}] for t in texts[30:]]
    write_jsonl(Path("in/b.jsonl"), [{"messages": c, "origin": "machine"} for c in chats])
    outcome = curate("mix", "in", "--human-ratio", "0.6", *DECLARED, "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.json["tokens_by_class"]["other"] > 0
    verified = curate("verify", "out")
    assert verified.code == 0, verified.out


def test_settings_come_from_the_configuration_file(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("curate.toml").write_text('human-ratio = 0.9\nlabel-column = "origin"\n')
    outcome = curate("mix", "in", "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.json["human_ratio"] == 0.9
    assert outcome.json["settings"]["label_column"] == {"value": "origin", "origin": "curate.toml"}
    flagged = curate("mix", "in", "--human-ratio", "0.5", "-o", "out2", "--json")
    assert flagged.json["settings"]["human_ratio"] == {"value": 0.5, "origin": "flag"}
    Path("curate.toml").write_text("human-ration = 0.9\n")
    wrong = curate("mix", "in", "-o", "out3")
    assert wrong.code == 2
    assert "human-ratio" in wrong.err
    Path("curate.toml").write_text("human-ratio = \n")
    assert curate("mix", "in", "-o", "out3").code == 2


def test_a_crowd_of_boilerplate_leaves_one(curate: Curate) -> None:
    notice = made_up_texts(1, words=200)[0].split()
    rows = [
        {"text": " ".join([*notice[: i % 150], f"n{i}", *notice[i % 150 :]]), "origin": "human"} for i in range(700)
    ]
    rows += [{"text": t, "origin": "human"} for t in made_up_texts(20, seed=9)]
    write_jsonl(Path("in/a.jsonl"), rows)
    outcome = curate("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    kept = pq.read_table("out/data")["text"].to_pylist()
    assert 21 <= len(kept) <= 23


def test_rows_that_cannot_be_read_and_ids_that_repeat_are_accounted_for(curate: Curate) -> None:
    rows = [dict(row, id="same") for row in ROWS[:50]]
    write_jsonl(Path("in/a.jsonl"), [*rows[:20], {"id": "bad", "text": 5}, *rows[20:], {"id": "worse"}])
    write_parquet(Path("in/b.parquet"), [dict(row, text=row["text"] if i % 5 else None) for i, row in enumerate(ROWS)])
    Path("in/c.parquet").write_bytes(b"PAR1")
    outcome = curate("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    removed = [(row["path"], row["row"]) for row in pq.read_table("out/removed.parquet").to_pylist()]
    assert len(set(removed)) == len(removed)
    assert {("a.jsonl", 20), ("a.jsonl", 51), ("b.parquet", 0), ("c.parquet", -1)} <= set(removed)
    assert len(removed) + outcome.json["documents"] == 52 + len(ROWS) + 1
    assert outcome.json["removed"]["quarantine"] == 2 + len(ROWS) // 5 + 1
    assert curate("verify", "out").code == 0


@pytest.mark.parametrize("name", ["__rank__", "", "data:text", "a.b", "\U0001f600", "reason"])
def test_columns_of_any_name_come_through(curate: Curate, name: str) -> None:
    rows = [{**row, name: f"v{i}"} for i, row in enumerate(ROWS[:30])]
    write_jsonl(Path("in/a.jsonl"), rows)
    assert curate("mix", "in", "--human-ratio", "0.5", *DECLARED, "-o", "out").code == 0
    expected = {row["id"]: row[name] for row in rows}
    assert all(row[name] == expected[row["id"]] for row in pq.read_table("out/data").to_pylist())
    assert curate("verify", "out").code == 0


def test_determined_by_the_texts_and_what_they_declare(curate: Curate) -> None:
    """The same text under several labels, in one file or in seven, by any number of workers."""
    labels = ("human", "machine", None)
    rows = [
        {"id": f"{row['id']}-{k}", "text": row["text"], "origin": labels[k]}
        for i, row in enumerate(ROWS)
        for k in range(1 + i % 3)
    ]
    write_jsonl(Path("one/a.jsonl"), rows)
    for part in range(7):
        write_jsonl(Path(f"seven/{part}.jsonl"), rows[::-1][part::7])
    written = []
    for folder in ("one", "seven"):
        for workers in (1, 4):
            out = f"{folder}{workers}"
            outcome = curate("mix", folder, "--human-ratio", "0.6", *DECLARED, "-o", out, "-j", workers)
            assert outcome.code == 0, outcome.err
            written.append(pq.read_table(f"{out}/data").select(["id", "text", "origin"]))
    assert all(table.equals(written[0]) for table in written)


def test_no_promise_rests_on_a_text_that_is_also_declared_machine(curate: Curate) -> None:
    texts = made_up_texts(40)
    rows = [{"id": f"h{i}", "text": t, "origin": "human"} for i, t in enumerate(texts)]
    rows += [{"id": f"m{i}", "text": t, "origin": "machine"} for i, t in enumerate(texts[:10])]
    rows += [{"id": f"u{i}", "text": t} for i, t in enumerate(texts[:5])]
    write_jsonl(Path("in/a.jsonl"), rows)
    outcome = curate("mix", "in", "--human-ratio", "0.5", *DECLARED, "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    written = pq.read_table("out/data").to_pylist()
    assert {row["id"] for row in written if row["origin"] == "human"} == {f"h{i}" for i in range(10, 40)}
    assert all(row["origin"] for row in written)
    assert outcome.json["removed"]["contested"] == 15
    assert curate("verify", "out").code == 0
