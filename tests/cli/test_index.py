"""--index from outside: settings that must fit, folders that are no index, damage; each with one clear sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
OLD, NEW = corpus_rows(60)[:40], corpus_rows(60)[30:]


@pytest.fixture
def seen(curate: Curate) -> Path:
    """An index of OLD; NEW lies in `new`."""
    write_jsonl(Path("old/a.jsonl"), OLD)
    write_jsonl(Path("new/a.jsonl"), NEW)
    assert curate("scan", "old", "--index", "seen").code == 0
    return Path("seen")


@pytest.mark.usefixtures("seen")
def test_the_report_and_the_figures(curate: Curate) -> None:
    outcome = curate("scan", "new", "--index", "seen")
    assert "Known from the index" in outcome.out
    assert "1 corpus, 40 texts, in seen" in outcome.out
    assert "10 exact duplicates" in outcome.out
    assert "matches.parquet" in outcome.out
    assert curate("scan", "new", "--index", "seen", "--json").json["duplicates"]["index"]["exact"] == 10
    assert curate("scan", "new", "--json").json["duplicates"]["index"] is None
    assert not list(Path(".curate").glob("*/matches.parquet"))[1:], "the run without an index kept its matches"


def test_a_scan_that_fails_adds_nothing(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"id": f"d{i}", "text": text} for i, text in enumerate(made_up_texts(30))])
    write_jsonl(Path("labels.jsonl"), [{"id": "of nobody", "text": "", "label": "human"}])
    assert curate("scan", "in", "--index", "seen", "--labels", "labels.jsonl").code == 3
    assert not Path("seen/index.json").exists()


def test_an_index_inside_the_data_is_not_data(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), OLD)
    first = curate("scan", "in", "--index", "in/seen", "--json")
    again = curate("scan", "in", "--index", "in/seen", "--json")
    assert (first.json["files"], again.json["files"]) == (1, 1)
    left_out = again.json["left_out"]
    assert left_out["files"] == 9
    assert {one["path"].split("/")[0] for one in left_out["examples"]} == {"seen"}
    assert again.json | {"left_out": first.json["left_out"]} == first.json


@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        (("--ngram-size", "4"), 2, "--ngram-size 5"),
        (("--num-perm", "64"), 2, "--num-perm 128"),
        (("--threshold", "0.6"), 2, "--threshold 0.7"),
        (("--threshold", "0.8"), 0, ""),
    ],
)
@pytest.mark.usefixtures("seen")
def test_settings_must_fit_those_of_the_index(curate: Curate, option: tuple[str, str], code: int, said: str) -> None:
    outcome = curate("scan", "new", "--index", "seen", *option, "-q")
    assert outcome.code == code
    assert said in outcome.err
    assert ("seen" in outcome.err) == (code != 0)


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "segments.txt"])
def test_a_folder_of_the_users_is_no_index(curate: Curate, name: str) -> None:
    write_jsonl(Path("in/a.jsonl"), OLD)
    write_jsonl(Path("mine", name), [{"a": 1}])
    outcome = curate("scan", "in", "--index", "mine")
    assert outcome.code == 2
    assert "mine: is not an index" in outcome.err
    assert [path.name for path in Path("mine").iterdir()] == [name]
    assert curate("scan", "in", "--index", f"mine/{name}").code == 2
    assert curate("scan", "in", "--index", "in").code == 2


def spoilt_version(seen: Path) -> None:
    state = json.loads((seen / "index.json").read_bytes())
    (seen / "index.json").write_text(json.dumps({**state, "curate_index": 0}))


def spoilt_measure(seen: Path) -> None:
    text = (seen / "index.json").read_text().replace("num_perm=128) v", "num_perm=128) v9")
    state = json.loads(text)
    del state["checksum"]  # as earlier versions wrote it
    (seen / "index.json").write_text(json.dumps(state))


def cut(name: str) -> Callable[[Path], None]:
    def spoil(seen: Path) -> None:
        (path,) = seen.rglob(name)
        path.write_bytes(path.read_bytes()[:-7])

    return spoil


def removed(name: str) -> Callable[[Path], None]:
    def spoil(seen: Path) -> None:
        (path,) = seen.rglob(name)
        path.unlink()

    return spoil


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (spoilt_version, 2, "version 0"),
        (spoilt_measure, 2, "signatures of another curate"),
        (cut("index.json"), 3, "damaged"),
        (cut("bands.bin"), 3, "bands.bin: the index is damaged"),
        (cut("values.bin"), 3, "values.bin: the index is damaged"),
        (cut("documents.feather"), 3, "documents.feather: the index is damaged"),
        (removed("starts.bin"), 3, "starts.bin: the index is damaged"),
    ],
)
def test_old_and_damaged_indexes_are_refused_by_name(
    curate: Curate, seen: Path, spoil: Callable[[Path], None], code: int, said: str
) -> None:
    spoil(seen)
    before = {path: path.read_bytes() for path in seen.rglob("*.*")}
    outcome = curate("scan", "new", "--index", "seen", "-q")
    assert outcome.code == code
    assert said in outcome.err
    assert "try:" in outcome.err
    assert {path: path.read_bytes() for path in seen.rglob("*.*")} == before


def test_bytes_turned_over_in_an_index_crash_nothing(curate: Curate, seen: Path) -> None:
    for name in ("bands", "starts", "counts", "values", "equal"):
        spoilt = Path(shutil.copytree(seen, f"spoilt-{name}"))
        (path,) = spoilt.rglob(f"{name}.bin")
        path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))
        assert curate("scan", "new", "--index", spoilt, "-q").code in (0, 3)


def test_a_mix_leaves_out_what_the_index_has_and_adds_nothing(curate: Curate, seen: Path) -> None:
    before = {path: path.read_bytes() for path in seen.rglob("*.*")}
    mix = ("mix", "new", "--human-ratio", "0.1", "--label-column", "origin", "--index", "seen", "--json")
    first = curate(*mix, "-o", "out")
    assert first.json["removed"]["indexed-copy"] == 10
    assert {path: path.read_bytes() for path in seen.rglob("*.*")} == before
    written = pq.read_table("out/data").column("id").to_pylist()
    known = {row["id"] for row in OLD}
    assert written
    assert not known.intersection(written)
    reasons = {row["id"]: row["reason"] for row in pq.read_table("out/removed.parquet").to_pylist()}
    assert reasons["d30"].startswith("indexed-copy of d30")
    assert curate("verify", "out").code == 0
    assert curate("scan", "new", "--index", "seen", "-q").code == 0  # then it is in the index, and the mix the same
    assert curate(*mix, "-o", "again").json["digest"] == first.json["digest"]


def test_a_mix_wants_an_index_that_is_there(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), OLD)
    outcome = curate("mix", "in", "--human-ratio", "0.1", "--label-column", "origin", "--index", "none", "-o", "out")
    assert outcome.code == 2
    assert "none: there is no index" in outcome.err
    assert not Path("none").exists()
