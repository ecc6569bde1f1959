"""A column that looks like labels and that nobody named is told of, and is never read unasked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from curate.corpus.file_sample import Sample, sample_of
from curate.corpus.files import find_files
from curate.corpus.unnamed_labels import unnamed_labels

Curate = Callable[..., Outcome]
LOOKS: dict[str, list[Any]] = {
    "label": ["human", "gpt-4"],
    "labels": ["pos", "neg"],
    "Label": [0, 1],
    "is_human": [True, False],
    "isGenerated": [1, 0],
    "generated": ["yes", "no"],
    "source_model": ["gpt-4", "claude-3-opus"],
    "writer": ["human", "machine"],
    "author type": ["Human", "AI"],
    "model": ["gpt-4o", "human"],
}
OTHERS: dict[str, list[Any]] = {
    "class": ["news", "sport"],
    "author": ["Ann", "Bob"],
    "model": ["Golf", "Polo"],
    "type": ["a", "b"],
    "machine": ["lathe", "mill"],
    "human": [None, ""],
    "kind": [3, 4],
    "words": ["human", "machine"],
}


def rows(column: str, values: list[Any]) -> list[dict[str, Any]]:
    texts = [row["text"] for row in corpus_rows(30)]
    return [{"text": text, column: values[number % len(values)]} for number, text in enumerate(texts)]


def write(name: str, found: list[dict[str, Any]]) -> None:
    if name.endswith(".parquet"):
        Path(name).parent.mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(found), name)
    else:
        write_jsonl(Path(name), found)


def sample(name: str, found: list[dict[str, Any]]) -> Sample:
    write(name, found)
    files, _ = find_files([name])
    return sample_of(files[0])


@pytest.mark.parametrize("file", ["in/a.jsonl", "in/a.parquet"])
def test_what_looks_like_labels_is_found_and_nothing_else(tmp_path: Path, monkeypatch, file: str) -> None:
    monkeypatch.chdir(tmp_path)
    for column, values in LOOKS.items():
        (told,) = unnamed_labels(sample(file, rows(column, values)), {"text"})
        assert (told.column, len(told.words)) == (column, 2)
        assert unnamed_labels(sample(file, rows(column, values)), {"text", column}) == ()
    for column, values in OTHERS.items():
        assert unnamed_labels(sample(file, rows(column, values)), {"text"}) == (), column


def test_a_scan_tells_of_it_everywhere_with_the_way_to_use_it_and_reads_none(curate: Curate) -> None:
    for number, word in enumerate(("human", "gpt-4", "claude-3-opus")):
        write(f"in/{number}.jsonl", rows("writer", [word]))
    found = curate("scan", "in", "--json", "-v")
    assert found.json["labels"] is None
    (layout,) = found.json["columns"]  # one, whatever the labels of each file say
    told = "column 'writer' looks like labels (claude-3-opus, gpt-4, human): --label-column writer reads it"
    assert layout["files"] == 3
    assert layout["label"] == {"column": None, "why": f"none: not named; {told}"}
    assert told in " ".join(found.err.split())
    assert f"no labels are read: {told}" in " ".join(curate("scan", "in").out.split())
    (manifest,) = Path(".curate").glob("*/manifest.json")
    assert "looks like labels" in manifest.read_text()
    named = curate("scan", "in", "--json", "--label-column", "writer")
    assert (named.code, named.json["labels"]["human"], named.json["labels"]["machine"]) == (0, 30, 60)
    assert "looks like labels" not in json.dumps(named.json["columns"])


MEANT: dict[str, tuple[str, list[Any], str]] = {  # what is told of a column, and the options that then read it
    "numbers": ("label", [0, 1], "with --label-map 0=human (or 0=machine) for each word reads it"),
    "blanks": ("label", ["by hand", "by it"], "with --label-map 'by it=human' (or 'by it=machine') for each word"),
    "some": ("generator", ["human", "gpt-4", "wombat"], "reads it, and --label-map wombat=human"),
    "all": ("generator", ["human", "gpt-4"], "--label-column generator reads it"),
}


@pytest.mark.parametrize("case", MEANT)
@pytest.mark.parametrize("file", ["in/a.jsonl", "in/a.parquet"])
def test_the_way_that_is_told_leads_to_labels(curate: Curate, case: str, file: str) -> None:
    column, values, told = MEANT[case]
    write(file, rows(column, values))
    why = curate("scan", "in", "--json", "-q").json["columns"][0]["label"]["why"]
    assert told in why
    options = shlex.split(why.partition(": ")[2].partition("): ")[2])
    read = [option for option in options if options[options.index(option) - 1] in ("--label-column", "--label-map")]
    maps = [part for one in read[1:] for part in ("--label-map", one)]
    found = curate("scan", "in", "--json", "-q", "--label-column", read[0], *maps)
    assert found.code == 0
    assert found.json["labels"]["human"] + found.json["labels"]["machine"] > 0


def test_classes_are_told_by_their_names(curate: Curate) -> None:
    table = pa.Table.from_pylist(rows("label", [0, 1]))
    Path("in").mkdir()
    for names, told in (
        (["human", "machine"], "(human, machine): --label-column label reads it"),
        (["ham", "spam"], "(ham, spam): if it says who wrote, --label-column label with --label-map ham=human"),
    ):
        features = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(features)}), "in/a.parquet")
        why = curate("scan", "in", "--json", "-q").json["columns"][0]["label"]["why"]
        assert why.endswith(told) or told in why


def test_the_error_on_unknown_labels_names_one_of_them_and_its_way_works(curate: Curate) -> None:
    write("in/a.jsonl", rows("label", ["0", "two words"]))
    refused = curate("scan", "in", "-q", "--label-column", "label")
    assert refused.code == 2
    assert "such as --label-map 0=machine," in refused.err
    assert curate("scan", "in", "-q", "--label-column", "label", "--label-map", "0=machine").code == 0


def test_an_odd_name_is_quoted_as_a_shell_takes_it(curate: Curate) -> None:
    write("in/a.jsonl", rows("author type", ["Human", "AI"]))
    found = curate("scan", "in", "--json")
    assert "--label-column 'author type' reads it" in found.json["columns"][0]["label"]["why"]
    assert curate("scan", "in", "--label-column", "author type", "-q").code == 0
