"""The floor for every ratio, budget and unit; the same bytes from any form and any workers; nothing half-written."""

from __future__ import annotations

import random
import re
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl, write_parquet, write_tokenizer

Curate = Callable[..., Outcome]
ROWS = corpus_rows(160)
DECLARED = ("--label-column", "origin", "--source-column", "site", "--trust", "declared")
UNITS: dict[str, Callable[[str], int]] = {"": lambda text: len(text.split()), "bytes": lambda text: len(text.encode())}


def test_the_floor_for_every_ratio_budget_and_unit(curate: Curate) -> None:
    write_parquet(Path("in/a.parquet"), ROWS)
    model = "tokenizer.json"
    for unit, count in {**UNITS, model: write_tokenizer(Path(model), [r["text"] for r in ROWS])}.items():
        supply = sum(count(r["text"]) for r in ROWS)
        longest = max(count(r["text"]) for r in ROWS)
        everything = curate("mix", "in", "--human-ratio", "0", *DECLARED, "--tokenizer", unit, "--dry-run", "--json")
        natural = everything.json["tokens"]
        for ratio in (0.3, 0.5, 0.7, 0.9, 1.0):
            arguments = ("mix", "in", "--human-ratio", ratio, *DECLARED, "--tokenizer", unit)
            whole = curate(*arguments, "--dry-run", "--json")
            assert whole.code == 0, whole.err
            at = whole.json["tokens"]
            for budget in sorted({at // 3, at, (at + natural + 1) // 2, supply * 2}):
                out = f"out{unit}{ratio}{budget}"
                outcome = curate(*arguments, "--budget", budget, "-o", out, "--json")
                if budget > at:
                    assert outcome.code == 1
                    said = " ".join(outcome.err.split())
                    found = re.search(r"supports ([\d,]+) tokens, ([\d,]+) too few", said)
                    assert found, said
                    supported, short = (int(number.replace(",", "")) for number in found.groups())
                    assert at <= supported < at + longest
                    assert short == budget - supported
                    ways = [
                        f"--budget {supported}",
                        *(["--human-ratio"] if budget <= natural else []),
                        "--label-column",
                    ]
                    assert not [part for part in (f"{budget:,}", f"among {natural:,}", *ways) if part not in said], said
                    assert not Path(out).exists()
                    continue
                assert outcome.code == 0, outcome.err
                rows = pq.read_table(f"{out}/data").to_pylist()
                total = sum(count(r["text"]) for r in rows)
                assert budget - longest <= total <= budget
                assert total == outcome.json["tokens"]
                assert sum(count(r["text"]) for r in rows if r["origin"] == "human") >= ratio * total


def test_the_same_bytes_from_either_form_and_any_workers(curate: Curate) -> None:
    write_parquet(Path("tables/a.parquet"), ROWS, row_group_size=50)
    write_jsonl(Path("lines/a.jsonl"), ROWS)
    written = []
    for folder, workers in (("tables", 1), ("tables", 2), ("lines", 1), ("lines", 2)):
        out = f"{folder}{workers}"
        arguments = ("mix", folder, "--human-ratio", "0.6", *DECLARED, "--budget", "5K", "-j", workers, "-o", out)
        outcome = curate(*arguments)
        assert outcome.code == 0, outcome.err
        written.append({path.name: path.read_bytes() for path in Path(out, "data").iterdir()})
    assert all(files == written[0] for files in written)


@pytest.fixture
def full_disk() -> Iterator[Callable[[], None]]:
    """No file may grow beyond 300 kB from when it is called, as on a disk that fills up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_nothing_half_written_stays_where_the_disk_is_full(
    curate: Curate, full_disk: Callable[[], None], form: str
) -> None:
    draw = random.Random(1)
    write_parquet(Path("in/a.parquet"), [{**row, "pixels": draw.randbytes(4000).hex()} for row in ROWS])
    arguments = ("mix", "in", "--human-ratio", "0.6", *DECLARED, "--format", form)
    assert curate(*arguments, "--dry-run").code == 0
    full_disk()
    outcome = curate(*arguments, "-o", "out")
    assert outcome.code == 4
    assert "cannot be written" in outcome.err
    assert "-o" in outcome.err
    assert ".curate/" not in outcome.err  # the scan fits: it is the mix that does not
    assert not [path.name for path in Path().iterdir() if "out" in path.name]


def test_no_human_evidence_and_nothing_but_human_evidence(curate: Curate) -> None:
    bare = [{key: value for key, value in row.items() if key != "origin"} for row in ROWS]
    write_jsonl(Path("bare/a.jsonl"), bare)
    refused = curate("mix", "bare", "--human-ratio", "0.3", "--trust", "declared", "-o", "out")
    assert refused.code == 1
    assert all(part in refused.err for part in ("0 tokens are declared human", "--label-column", "--rules"))
    assert not Path("out").exists()
    write_jsonl(Path("human/a.jsonl"), [{**row, "origin": "human"} for row in ROWS])
    for ratio in (0, 0.5, 1):
        outcome = curate("mix", "human", "--human-ratio", ratio, *DECLARED, "-o", f"out{ratio}", "--json")
        assert outcome.code == 0, outcome.err
        assert outcome.json["bound"] == 1
        assert outcome.json["tokens"] == outcome.json["tokens_by_class"]["declared"]
        assert set(outcome.json["removed"]) == {"near-duplicate"}
