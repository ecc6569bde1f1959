"""Numbers whose names `datasets` keeps beside a table declare as the names would."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts

Curate = Callable[..., Outcome]
COUNT = 60


def rows() -> list[tuple[str, str | None]]:
    writers = ["human", "machine", "human", None]
    return [(text, writers[index % 4]) for index, text in enumerate(made_up_texts(COUNT, seed=3))]


def classed(path: Path, names: Sequence[str] | None, numbers: dict[str | None, int | None]) -> Path:
    """Parquet as `datasets` writes a ClassLabel; names None: a column of numbers that says nothing of names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({"text": [text for text, _ in rows()], "label": [numbers[writer] for _, writer in rows()]})
    if names is not None:
        features: dict[str, Any] = {
            "text": {"dtype": "string", "_type": "Value"},
            "label": {"names": list(names), "_type": "ClassLabel"},
        }
        told = {"info": {"features": features}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(told)})
    pq.write_table(table, path)
    return path


def worded(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({"text": [text for text, _ in rows()], "label": [writer for _, writer in rows()]})
    pq.write_table(table, path)
    return path


def counts(found: Outcome) -> tuple[int, int, int]:
    assert found.code == 0, found.err
    labels = found.json["labels"]
    return labels["human"], labels["machine"], labels["unknown"]


USUAL = {"human": 0, "machine": 1, None: None}


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["human", "machine"], USUAL),
        (["AI-generated", "Human written"], {"human": 1, "machine": 0, None: None}),
        (["human", "machine"], {**USUAL, None: -1}),
        (["unknown", "human", "gpt-4"], {"human": 1, "machine": 2, None: 0}),
    ],
)
def test_names_of_classes_declare_as_words_do(
    curate: Curate, names: list[str], numbers: dict[str | None, int | None]
) -> None:
    classed(Path("classes/a.parquet"), names, numbers)
    worded(Path("words/a.parquet"))
    found = counts(curate("scan", "classes", "--label-column", "label", "--json", "-q"))
    assert found == counts(curate("scan", "words", "--label-column", "label", "--json", "-q")) == (30, 15, 0)


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_mix_that_rests_on_names_of_classes_verifies(curate: Curate, form: str) -> None:
    classed(Path("classes/a.parquet"), ["human", "machine"], USUAL)
    worded(Path("words/a.parquet"))
    asked = ("--label-column", "label", "--human-ratio", ".9", "--format", form, "-q")
    human = {}
    for name in ("classes", "words"):
        assert (done := curate("mix", name, *asked, "-o", f"{name}-mix")).code == 0, done.err
        certificate = json.loads(Path(f"{name}-mix/certificate.json").read_bytes())
        human[name] = certificate["evidence"] if "evidence" in certificate else certificate["human"]
    assert human["classes"] == human["words"]
    assert (done := curate("verify", "classes-mix")).code == 0, done.out + done.err


def test_features_survive_a_mix_of_classes(curate: Curate) -> None:
    data = classed(Path("in/a.parquet"), ["human", "machine"], USUAL)
    done = curate("mix", "in", "--label-column", "label", "--human-ratio", ".5", "-o", "m", "-q")
    assert done.code == 0, done.err
    kept = [pq.read_schema(path).metadata[b"huggingface"] for path in Path("m/data").iterdir()]
    assert [json.loads(one) for one in kept] == [json.loads(pq.read_schema(data).metadata[b"huggingface"])]


def test_what_a_user_says_of_a_name_or_a_number_comes_first(curate: Curate) -> None:
    classed(Path("in/a.parquet"), ["human", "machine"], USUAL)
    turned = ("--label-map", "0=machine", "--label-map", "1=human")
    assert counts(curate("scan", "in", "--label-column", "label", *turned, "--json", "-q")) == (15, 30, 0)
    classed(Path("named/a.parquet"), ["genuine", "fake"], USUAL)
    refused = curate("scan", "named", "--label-column", "label", "--json", "-q")
    assert refused.code == 2
    assert "'genuine'" in refused.err
    said = ("--label-map", "genuine=human", "--label-map", "fake=machine")
    found = curate("scan", "named", "--label-column", "label", *said, "--json", "-q")
    assert counts(found) == (30, 15, 0)
    assert not found.json["without_effect"]


def test_tables_that_name_classes_differently_are_refused(curate: Curate) -> None:
    classed(Path("in/a.parquet"), ["human", "machine"], USUAL)
    classed(Path("in/b.parquet"), ["machine", "human"], USUAL)
    found = curate("scan", "in", "--label-column", "label")
    assert found.code == 2
    assert "a.parquet" in found.err
    assert "b.parquet" in found.err
    assert "--label-map" not in found.err  # one meaning of the numbers would turn the labels of one file
    classed(Path("in/b.parquet"), ["Person", "AI"], USUAL)
    same = curate("scan", "in", "--label-column", "label")
    assert same.code == 2
    assert "in all of them: --label-map 0=human --label-map 1=machine" in same.err


def test_a_third_class_of_unknown_meaning_is_counted_by_its_name(curate: Curate) -> None:
    classed(Path("in/a.parquet"), ["human", "machine", "mixed"], {"human": 0, "machine": 1, None: 2})
    found = curate("scan", "in", "--label-column", "label", "--json", "-q")
    assert counts(found) == (30, 15, 15)
    assert found.json["labels"]["unknown_words"] == {"mixed": 15}


@pytest.mark.parametrize("told", [b"null", b"{}", b"[", b'{"info": {"features": {"label": {"names": 3}}}}'])
def test_metadata_that_names_nothing_changes_nothing(curate: Curate, told: bytes) -> None:
    path = classed(Path("in/a.parquet"), None, USUAL)
    pq.write_table(pq.read_table(path).replace_schema_metadata({b"huggingface": told}), path)
    found = curate("scan", "in", "--label-column", "label")
    assert found.code == 2
    assert "declares no document" in found.err


def test_a_number_below_zero_is_not_the_number_without_its_sign(curate: Curate) -> None:
    path = classed(Path("in/a.parquet"), None, {"human": 0, "machine": 1, None: -1})
    pq.write_table(pq.read_table(path).rename_columns(["text", "is_generated"]), path)
    found = curate("scan", "in", "--label-column", "is_generated", "--json", "-q")
    assert counts(found) == (30, 15, 15)


def lines(name: str, labels: Sequence[Any]) -> None:
    """JSON lines, CSV or Parquet with these labels in turn, and no names beside them."""
    texts = made_up_texts(COUNT, seed=4)
    found = [{"text": text, "label": labels[index % len(labels)]} for index, text in enumerate(texts)]
    if name.endswith(".csv"):
        pacsv.write_csv(pa.Table.from_pylist(found), name)
    elif name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(found), name)
    else:
        Path(name).write_text("".join(json.dumps(row) + "\n" for row in found))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("in/b.jsonl", [0, 1]),
        ("in/b.jsonl", ["human", "machine", None, "1"]),
        ("in/0.jsonl", [-1, "human"]),
        ("in/b.csv", [1, 0]),
        ("in/b.parquet", [1, 0]),
        ("in/0.parquet", [1, 0]),
    ],
)
def test_numbers_borrow_no_names_of_another_file(curate: Curate, name: str, labels: list[Any]) -> None:
    classed(Path("in/a.parquet"), ["machine", "human"], {"human": 1, "machine": 0, None: None})
    lines(name, labels)
    for command in (("scan",), ("mix", "--human-ratio", ".5", "-o", "m")):
        found = curate(*command, "in", "--label-column", "label")
        assert found.code == 2, found.out
        assert name.removeprefix("in/") in found.err
        assert "--label-map 0=machine --label-map 1=human" in " ".join(found.err.split())
    assert not Path("m").exists()
    said = ("--label-map", "0=machine", "--label-map", "1=human")
    assert curate("scan", "in", "--label-column", "label", *said, "-q").code == 0


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_words_beside_named_classes_are_read_and_a_mix_of_both_verifies(curate: Curate, form: str) -> None:
    classed(Path("in/a.parquet"), ["human", "machine"], USUAL)
    lines("in/b.jsonl", ["human", "machine", None])
    asked = ("--label-column", "label", "-q")
    assert counts(curate("scan", "in", *asked, "--json")) == (50, 35, 0)
    done = curate("mix", "in", *asked, "--human-ratio", ".6", "--format", form, "-o", "m")
    assert done.code == 0, done.err
    assert (done := curate("verify", "m")).code == 0, done.out + done.err


def test_classes_that_are_no_writers_are_never_said_to_be(curate: Curate) -> None:
    classed(Path("in/a.parquet"), ["human", "machine"], USUAL)
    classed(Path("in/b.parquet"), ["ham", "spam"], USUAL)
    found = curate("scan", "in", "--label-column", "label")
    assert found.code == 2
    assert "scan the files apart" in found.err
    assert "--label-map" not in found.err
