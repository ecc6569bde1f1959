"""verify --inputs decides the mix again: it must come out the same, text by text; and what it needs is asked for."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl, write_parquet
from forging import in_every_page

Curate = Callable[..., Outcome]
MIX = (
    "mix",
    "in",
    "--human-ratio",
    "0.5",
    "--label-column",
    "origin",
    "--source-column",
    "site",
    "-o",
    "out",
    "--json",
)


@pytest.fixture
def rows(curate: Curate) -> list[dict[str, Any]]:  # noqa: ARG001 (it makes the working folder)
    """About 30,000 tokens of two sites, of which 25 repeat each other."""
    draw = random.Random(7)
    made = [
        {"text": text, "origin": draw.choice(["human", "human", "machine"]), "site": draw.choice("ab")}
        for text in made_up_texts(400, seed=21)
    ]
    made += [dict(row) for row in made[:25]]
    write_parquet(Path("in/a.parquet"), made[:200])
    write_jsonl(Path("in/b.jsonl"), made[200:])
    return made


def certificate() -> dict[str, Any]:
    found = json.loads(Path("out/certificate.json").read_text())
    assert isinstance(found, dict)
    return found


def edit(path: str, value: object) -> None:
    """One field of the certificate."""
    told = certificate()
    *way, last = path.split("/")
    place: Any = told
    for step in way:
        place = place[step]
    place[last] = value
    Path("out/certificate.json").write_text(json.dumps(told))


def fields(outcome: Outcome) -> set[str]:
    assert outcome.code in (0, 1), outcome.err
    return {finding["field"] for finding in outcome.json["findings"]}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("budget", [(), ("--budget", "15000", "--weights", "a=0.7,b=0.3", "--max-repeat", "2")])
def test_an_honest_mix_comes_out_the_same_from_elsewhere_too(curate: Curate, budget: tuple[str, ...]) -> None:
    assert curate(*MIX, *budget).code == 0
    Path("in").rename("kept")
    outcome = curate("verify", "out", "--inputs", "kept", "--json")
    assert (outcome.code, outcome.json["findings"]) == (0, [])
    assert outcome.json["not_rechecked"] == ["settings", "versions", "files.removed.parquet", "files.conflicts.parquet"]


@pytest.mark.usefixtures("rows")
def test_tails_of_the_mix_are_computed_again_and_those_of_the_corpus_from_the_inputs(curate: Curate) -> None:
    assert curate(*MIX, "--budget", "15000").code == 0
    tails = certificate()["tails"]
    plain = curate("verify", "out", "--json")
    assert plain.code == 0, plain.out
    assert {"inputs", "tails.corpus", "tails.interval"} <= set(plain.json["not_rechecked"])
    assert "tails" not in plain.json["not_rechecked"]
    for name, value in tails["mix"].items():
        edit(f"tails/mix/{name}", value + 0.01)
        found = fields(curate("verify", "out", "--json"))
        assert found == (set() if name == "compression_ratio" else {f"tails.mix.{name}"})
        edit(f"tails/mix/{name}", value)
    edit("tails/tokens", tails["tokens"] - 500)
    assert "tails.mix.singleton_mass" in fields(curate("verify", "out", "--json"))
    edit("tails/tokens", 10**6)
    assert "tails.tokens" in fields(curate("verify", "out", "--json"))
    edit("tails/tokens", tails["tokens"])
    edit("tails/corpus/singleton_mass", tails["mix"]["singleton_mass"])
    edit("tails/interval", [0.0, 0.01])
    assert fields(curate("verify", "out", "--json")) == set()
    found = fields(curate("verify", "out", "--inputs", "in", "--json"))
    assert found == {"tails.corpus.singleton_mass", "tails.interval"}


@pytest.mark.usefixtures("rows")
def test_a_text_that_the_inputs_do_not_give_is_found_whoever_edited_the_certificate(curate: Curate) -> None:
    assert curate(*MIX, "--format", "jsonl").code == 0
    (path,) = Path("out/data").glob("*.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    words = lines[0]["text"].split()
    lines[0]["text"] = " ".join([words[1], words[0], *words[2:]])  # as many tokens, of the same writer
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    edit("outputs", [{**certificate()["outputs"][0], "sha256": sha256(path.read_bytes()).hexdigest()}])
    edit("tails/mix", curate_tails(curate))
    told = certificate()
    in_every_page(told)
    Path("out/certificate.json").write_text(json.dumps(told))
    assert fields(curate("verify", "out", "--json")) == set()
    outcome = curate("verify", "out", "--inputs", "in", "--json")
    (found,) = [finding for finding in outcome.json["findings"] if finding["field"] == "texts"]
    assert found["found"] == "1 that the inputs do not give"


def curate_tails(curate: Curate) -> dict[str, float]:
    """The figures of the mix as verify finds them."""
    told = certificate()["tails"]["mix"]
    for finding in curate("verify", "out", "--json").json["findings"]:
        if finding["field"].startswith("tails.mix."):
            told[finding["field"].rpartition(".")[2]] = finding["found"]
    return dict(told)


def test_what_was_excluded_may_be_named_in_another_order(curate: Curate, rows: list[dict[str, Any]]) -> None:
    for number in (1, 2):
        write_jsonl(Path(f"not/{number}.jsonl"), [{"text": rows[number]["text"]}])
    given = ("--exclude", "not/1.jsonl", "--exclude", "not/2.jsonl")
    assert curate(*MIX, *given).code == 0
    again = ("verify", "out", "--inputs", "in", "--json")
    assert fields(curate(*again, "--exclude", "not/2.jsonl", "--exclude", "not/1.jsonl")) == set()
    assert fields(curate(*again, "--exclude", "not/2.jsonl")) >= {"settings.exclude"}


def test_other_inputs_are_not_those(curate: Curate, rows: list[dict[str, Any]]) -> None:
    assert curate(*MIX).code == 0
    write_jsonl(Path("in/b.jsonl"), rows[200:-1])
    found = fields(curate("verify", "out", "--inputs", "in", "--json"))
    assert found == {"inputs.b.jsonl.fingerprint", "inputs.b.jsonl.text_bytes"}  # and nothing that comes of it
    shown = curate("verify", "out", "--inputs", "in")
    assert (shown.code, "these are not the inputs of this mix: 2 differences" in shown.out) == (1, True)
    write_jsonl(Path("poor/b.jsonl"), [{**row, "origin": "machine"} for row in rows])
    assert {name.split(".")[0] for name in fields(curate("verify", "out", "--inputs", "poor", "--json"))} == {"inputs"}
    assert "these are not the inputs" in curate("verify", "out", "--inputs", "poor").out  # though it would be refused
    assert curate("verify", "out", "--inputs", "nowhere").code == 3


@pytest.mark.usefixtures("rows")
def test_what_the_mix_was_made_with_is_asked_for(curate: Curate) -> None:
    Path("mine.toml").write_text(
        '[[rule]]\nid = "own"\nmeasure = "quality_words"\nat_most = 3\nthen = "remove"\nsource = "own"\nwhy = "own"\n'
    )
    write_jsonl(Path("bench.jsonl"), [{"text": made_up_texts(400, seed=21)[3]}])
    made = ("--exclude", "bench.jsonl", "--rules", "gopher")
    assert curate(*MIX, *made).code == 0
    assert certificate()["removed"]["excluded-text"] >= 1
    asked = curate("verify", "out", "--inputs", "in", "--rules", "gopher")
    assert asked.code == 2
    assert "--exclude" in asked.err
    assert curate("verify", "out", "--inputs", "in", "--exclude", "bench.jsonl").code == 2
    outcome = curate("verify", "out", "--inputs", "in", *made, "--json")
    assert (outcome.code, outcome.json["findings"]) == (0, [])
    write_jsonl(Path("bench.jsonl"), [{"text": "nothing of the kind stands anywhere in the corpus " * 3}])
    found = fields(curate("verify", "out", "--inputs", "in", *made, "--json"))
    assert {"settings.exclude", "removed.excluded-text"} <= found


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("option", [("--rules", "gopher"), ("--exclude", "in/b.jsonl"), ("--index", "seen")])
def test_what_only_the_inputs_need_is_not_ignored_without_them(curate: Curate, option: tuple[str, str]) -> None:
    assert curate(*MIX).code == 0
    outcome = curate("verify", "out", *option)
    assert (outcome.code, f"{option[0]} goes with --inputs" in outcome.err) == (2, True)


@pytest.mark.usefixtures("rows")
def test_labels_and_inputs_are_two_steps(curate: Curate) -> None:
    assert curate(*MIX).code == 0
    Path("l.jsonl").write_text("{}\n")
    assert curate("verify", "out", "--inputs", "in", "--labels", "l.jsonl").code == 2


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", ["threshold", "text_column", "weights", "keep"])
def test_settings_that_are_none_are_a_verdict(curate: Curate, name: str) -> None:
    assert curate(*MIX).code == 0
    edit(f"settings/{name}/value", {"threshold": "much", "text_column": None, "weights": 5, "keep": "what?"}[name])
    outcome = curate("verify", "out", "--inputs", "in")
    assert outcome.code == 1, outcome.err
    assert "Traceback" not in outcome.err


def forged(change: Callable[[pa.Table], pa.Table]) -> None:
    """The one file of the mix changed, and all that the certificate says of its bytes."""
    (path,) = Path("out/data").glob("*.parquet")
    pq.write_table(change(pq.read_table(path)), path)
    edit("outputs", [{**certificate()["outputs"][0], "sha256": sha256(path.read_bytes()).hexdigest()}])
    told = certificate()
    in_every_page(told)
    Path("out/certificate.json").write_text(json.dumps(told))


def swapped(table: pa.Table) -> pa.Table:
    return table.take([1, 0, *range(2, table.num_rows)])


def another_id(table: pa.Table) -> pa.Table:
    ids = table["id"].to_pylist()
    return table.set_column(table.schema.get_field_index("id"), "id", pa.array([*ids[:7], "forged", *ids[8:]]))


FORGED = {
    "order of rows": (swapped, "values", "row 0, from"),
    "one value": (another_id, "values", "column 'id'"),
    "a column of nulls": (lambda table: table.append_column("more", pa.nulls(table.num_rows)), "columns.", "site"),
    "order of columns": (lambda table: table.select(table.column_names[::-1]), "columns.", "site"),
    "a type": (
        lambda table: table.cast(pa.schema([(n, pa.large_string()) for n in table.column_names])),
        "columns.",
        "",
    ),
    "features": (
        lambda table: table.replace_schema_metadata({"huggingface": '{"info": {"features": {}}}'}),
        "columns.",
        "site",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_order_columns_and_each_value_are_held_to_the_inputs_and_the_column_is_named(
    curate: Curate, rows: list[dict[str, Any]], name: str
) -> None:
    change, field, says = FORGED[name]
    write_parquet(Path("in/a.parquet"), [{**row, "id": f"r{i}"} for i, row in enumerate(rows[:200])])
    Path("in/b.jsonl").unlink()
    assert curate(*MIX).code == 0
    assert curate("verify", "out", "--inputs", "in", "-q").code == 0
    forged(change)
    assert fields(curate("verify", "out", "--json")) == set()
    outcome = curate("verify", "out", "--inputs", "in", "--json")
    found = [one for one in outcome.json["findings"] if one["field"].startswith(field)]
    assert found, outcome.json["findings"]
    assert says in str(found[0]["found"])
