"""verify --inputs of mixes that rest on the detector, and of mixes that leave out what an index has."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl, write_parquet
from forging import in_every_page
from small_detector import save_detector, texts

Curate = Callable[..., Outcome]
HUMANS, MACHINES = 240, 240
LEFT = [
    "settings",
    "versions",
    "files.removed.parquet",
    "files.conflicts.parquet",
]  # of the certificate, where the mix was decided again


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A detector calibrated on collections enough to be believed, as the shipped one is."""
    return save_detector(tmp_path_factory.mktemp("tested") / "detector.npz", "abcdef")


@pytest.fixture
def undeclared(curate: Curate, tested: Path) -> list[dict[str, Any]]:  # noqa: ARG001 (it makes the working folder)
    """Writes `in`, half of it human and no word about it, and curate.toml; the rows."""
    both = texts("human", HUMANS, 41, pure=0.85) + texts("machine", MACHINES, 42, pure=0.85)
    rows = [{"id": f"d{i}", "text": text, "site": "ab"[i % 3 == 0]} for i, text in enumerate(both)]
    write_parquet(Path("in/a.parquet"), rows[::2])
    write_jsonl(Path("in/b.jsonl"), rows[1::2])
    Path("curate.toml").write_text(f'detector = "{tested}"\n')
    return rows


def mixed(curate: Curate, *options: str) -> dict[str, Any]:
    outcome = curate("mix", "in", "-o", "out", "--json", *options)
    assert outcome.code == 0, outcome.err
    return outcome.json


def verified(curate: Curate, *options: str) -> dict[str, Any]:
    outcome = curate("verify", "out", "--json", *options)
    assert outcome.code in (0, 1), outcome.err
    assert (outcome.code == 0) == outcome.json["holds"]
    return outcome.json


def fields(verification: dict[str, Any]) -> list[str]:
    return [finding["field"] for finding in verification["findings"]]


def edit(change: Callable[[dict[str, Any]], object]) -> None:
    told = json.loads(Path("out/certificate.json").read_text())
    change(told)
    Path("out/certificate.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--budget", "8000"),
        ("--budget", "30000", "--tokenizer", "bytes"),
        ("--weights", "a=0.5,b=0.5", "--source-column", "site"),
        ("--format", "jsonl.zst", "--shard-size", "64KiB", "--keep", "longest"),
    ],
)
def test_a_floor_on_detected_evidence_comes_out_the_same(
    curate: Curate, undeclared: list[dict[str, Any]], options: tuple[str, ...]
) -> None:
    certificate = mixed(curate, "--human-ratio", "0.5", *options)
    assert (certificate["evidence"], certificate["guarantee"]) == ("detected", "conditional")
    assert certificate["detected"]["machine_below_threshold_at_most"] > 0
    assert len(undeclared) > certificate["documents"] > 0
    plain = verified(curate)
    assert plain["holds"], plain
    assert {"inputs", "detected.machine_below_threshold_at_most", "detected.pool_tokens"} <= set(plain["not_rechecked"])
    Path("in").rename("elsewhere")
    again = verified(curate, "--inputs", "elsewhere")
    untyped = ["files.croissant.json.recordSet"] if "jsonl.zst" in options else []  # lines state no types
    assert (again["findings"], again["not_rechecked"]) == ([], [*LEFT, *untyped])


@pytest.mark.usefixtures("undeclared")
def test_a_bound_that_only_the_inputs_give_is_found_out_by_them_alone(curate: Curate) -> None:
    """Fewer machine tokens told than there may be, and all that follows from it told alike."""
    bound = mixed(curate, "--human-ratio", "0.5")["detected"]
    fewer = bound["machine_below_threshold_at_most"] - 100
    edit(lambda told: told.update(detected={**bound, "machine_below_threshold_at_most": fewer}))
    follows = {one["field"]: one["found"] for one in verified(curate)["findings"]}
    assert set(follows) == {"bound", "basis", "human_tokens_at_least"}
    edit(lambda told: told.update(follows))
    edit(in_every_page)
    assert fields(verified(curate)) == []
    assert "detected.machine_below_threshold_at_most" in fields(verified(curate, "--inputs", "in"))


def test_inputs_of_another_corpus_and_another_detector_do_not_give_the_mix(
    curate: Curate, undeclared: list[dict[str, Any]]
) -> None:
    mixed(curate, "--human-ratio", "0.5")
    write_jsonl(Path("other/b.jsonl"), [row for row in undeclared if int(row["id"][1:]) >= HUMANS])
    assert {name.split(".")[0] for name in fields(verified(curate, "--inputs", "other"))} == {"inputs"}
    Path("curate.toml").unlink()  # which named it
    found = verified(curate, "--inputs", "in")
    (told,) = [one for one in found["findings"] if one["field"] == "detector"]
    assert told["certified"] != told["found"]


OLD, NEW = corpus_rows(60)[:40], corpus_rows(60)[30:]
MIX = ("--human-ratio", "0.1", "--label-column", "origin", "--index", "seen")


@pytest.fixture
def indexed(curate: Curate) -> dict[str, Any]:
    """A mix of NEW without what an index of OLD has; its certificate."""
    write_jsonl(Path("old/a.jsonl"), OLD)
    write_jsonl(Path("in/a.jsonl"), NEW)
    assert curate("scan", "old", "--index", "seen", "-q").code == 0
    certificate = mixed(curate, *MIX)
    assert certificate["removed"]["indexed-copy"] == 10
    return certificate


@pytest.mark.usefixtures("indexed")
def test_a_mix_beside_an_index_comes_out_the_same(curate: Curate) -> None:
    asked = curate("verify", "out", "--inputs", "in")
    assert (asked.code, "--index" in asked.err) == (2, True)
    before = {path: path.read_bytes() for path in Path("seen").rglob("*.*")}
    Path("seen").rename("moved")
    again = verified(curate, "--inputs", "in", "--index", "moved")
    assert (again["findings"], again["not_rechecked"]) == ([], LEFT)
    assert {Path("seen", *path.parts[1:]): path.read_bytes() for path in Path("moved").rglob("*.*")} == before
    assert curate("verify", "out", "--inputs", "in", "--index", "nowhere").code == 2


@pytest.mark.usefixtures("indexed")
def test_an_index_that_has_grown_since_still_gives_the_mix(curate: Curate) -> None:
    write_jsonl(Path("later/a.jsonl"), NEW[15:])
    assert curate("scan", "later", "--index", "seen", "-q").code == 0
    assert verified(curate, "--inputs", "in", "--index", "seen")["findings"] == []
    assert curate("scan", "in", "--index", "seen", "-q").code == 0
    assert verified(curate, "--inputs", "in", "--index", "seen")["findings"] == []


def test_another_index_is_named_and_not_only_what_comes_of_it(curate: Curate, indexed: dict[str, Any]) -> None:
    write_jsonl(Path("far/a.jsonl"), corpus_rows(120)[90:])
    for other in ("far", "in"):
        assert curate("scan", other, "--index", f"seen-{other}", "-q").code == 0
        (told,) = [
            one
            for one in verified(curate, "--inputs", "in", "--index", f"seen-{other}")["findings"]
            if one["field"] == "settings.index"
        ]
        assert told["certified"] == indexed["settings"]["index"]["value"]
    assert "seen" not in json.dumps(indexed["settings"])  # a certificate knows what was in it, not where it lay


def test_a_copy_of_an_indexed_text_put_into_the_mix_is_found(curate: Curate, indexed: dict[str, Any]) -> None:
    (path,) = Path("out/data").glob("*.parquet")
    table = pq.read_table(path)
    rows = [row for row in NEW if row["id"] == "d30"] + table.to_pylist()[1:]
    write_parquet(path, rows)

    def honest(told: dict[str, Any]) -> None:
        told["outputs"][0]["sha256"] = sha256(path.read_bytes()).hexdigest()

    edit(honest)
    found = fields(verified(curate, "--inputs", "in", "--index", "seen"))
    assert "texts" in found
    assert indexed["documents"] == len(rows)
