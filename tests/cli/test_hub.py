"""Data sets of the Hub through the command line: figures of a local copy, few calls, refusals in plain words."""

from __future__ import annotations

import gzip
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows
from curate.corpus.files import look_into
from curate.corpus.paths import find_paths
from curate.corpus.remote.fetched import on_disk
from hub_server import Fault, Hub
from own_hub import own_hub
from web_server import forget_stores

Curate = Callable[..., Outcome]
ROWS = corpus_rows(120)
NAME = "hf://datasets/org/name"
TOKEN = "hf_right"


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(rows: list[dict[str, Any]], group: int = 20) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, row_group_size=group)
    return sink.getvalue()


FILES = {
    "README.md": b"---\nlicense: mit\n---\n# Texts\n",
    "data/train-00000-of-00002.parquet": parquet(ROWS[:40]),
    "data/train-00001-of-00002.parquet": parquet(ROWS[40:60]),
    "data/50 % + 汉字 [1].jsonl": lines(ROWS[60:90]),
    "data/more.jsonl.gz": gzip.compress(lines(ROWS[90:])),
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    forget_stores()
    monkeypatch.setattr("curate.corpus.remote.kept.cache_folder", lambda: tmp_path / ".user-cache")
    with own_hub(monkeypatch) as there:
        there.add("org/name", dict(FILES))
        yield there


def copied(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_figures_and_mix_are_those_of_a_local_copy(curate: Curate, hub: Hub, tmp_path: Path) -> None:
    local = copied(FILES, tmp_path / "local")
    found, same = curate("scan", NAME, "--json"), curate("scan", local, "--json")
    assert without_hub(found) == without_hub(same)
    asked = ("--label-column", "origin", "--human-ratio", ".6", "-q")
    for path, output in ((NAME, "there"), (local, "here")):
        assert (done := curate("mix", path, *asked, "-o", output)).code == 0, done.err
    parts = [{one.name: one.read_bytes() for one in Path(output, "data").iterdir()} for output in ("there", "here")]
    assert parts[0] == parts[1]
    assert hub.leaked == []


@pytest.mark.parametrize(
    ("path", "files"),
    [
        (f"{NAME}/data/train-00001-of-00002.parquet", ["train-00001-of-00002.parquet"]),
        (f"{NAME}/data/*.parquet", ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"]),
        (f"{NAME}/**/*.gz", ["data/more.jsonl.gz"]),
        (f"{NAME}/data", sorted(name.removeprefix("data/") for name in FILES if name.startswith("data/"))),
        (f"{NAME}/data/50 % + 汉字 [1].jsonl", ["50 % + 汉字 [1].jsonl"]),
        (f"{NAME}@refs/pr/7", ["data/new.jsonl", *sorted(name for name in FILES if name.startswith("data/"))]),
        (f"{NAME}@feature%2Fone/only", ["x.jsonl"]),
    ],
)
def test_a_path_means_a_file_a_folder_a_glob_or_a_revision(hub: Hub, path: str, files: list[str]) -> None:
    hub.repositories["org/name"].commit({"data/new.jsonl": lines(ROWS[:3])}, "refs/pr/7")
    hub.repositories["org/name"].commit({"only/x.jsonl": lines(ROWS[:3])}, "feature/one")
    assert sorted(found.name for found in find_paths([path])) == sorted(files)


def test_a_thousand_files_are_listed_with_a_handful_of_calls(hub: Hub) -> None:
    many = {f"data/{part:02}/{number:04}.parquet": b"PAR1" for part in range(10) for number in range(120)}
    hub.add("org/many", {**many, "README.md": b"# many\n"})
    assert len(find_paths(["hf://datasets/org/many"])) == 1200
    assert hub.kinds["api"] == 3  # the commit, and two pages
    assert hub.kinds["resolve"] <= 2  # the card
    hub.forget_calls()
    assert len(find_paths(["hf://datasets/org/many/data/0*/*.parquet"])) == 1200
    assert sum(hub.kinds.values()) <= 3


def test_a_branch_that_moves_meanwhile_changes_nothing(hub: Hub) -> None:
    found = find_paths([f"{NAME}/data/train-00001-of-00002.parquet"])
    hub.repositories["org/name"].commit({"data/train-00001-of-00002.parquet": parquet(ROWS[:1])})
    files, bad = look_into(found)
    assert not bad
    assert files[0].text_bytes == len(FILES["data/train-00001-of-00002.parquet"])


def test_a_scan_of_parquet_reads_the_columns_it_needs(curate: Curate, hub: Hub) -> None:
    image = "".join(f"{number * 7919 % 99991:05}" for number in range(20_000))
    wide = [{**row, "image": image[index:] + image[:index]} for index, row in enumerate(ROWS)]
    data = parquet(wide, 10)
    hub.add("org/wide", {"a.parquet": data})
    assert (done := curate("scan", "hf://datasets/org/wide", "-q")).code == 0, done.err
    assert hub.sent["a.parquet"] < len(data) / 2  # samples of all columns tell which hold text


REFUSED: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("hf://datasets/org/nothing", {}, 3, "is not on the Hub, or is private", "HF_TOKEN"),
    (f"{NAME}@v9", {}, 3, "has no such revision", "refs/pr/N"),
    (f"{NAME}@{'0' * 40}", {}, 3, "has no such revision", "commit"),
    (f"{NAME}/nowhere", {}, 3, "nothing is there", ""),
    (f"{NAME}/data/*.csv", {}, 3, "nothing", ""),
    ("hf://datasets/org/empty", {}, 3, "", ""),
    ("hf://datasets/org/scripts", {}, 3, "no data files", ".parquet"),
    ("hf://datasets/org/images", {}, 3, "no data files", ".parquet"),
    (NAME, {"is_private": True}, 3, "is not on the Hub, or is private", "HF_TOKEN"),
    (NAME, {"is_gated": True}, 3, "is gated", "ask for access at"),
    (NAME, {"is_disabled": True}, 3, "is disabled by the Hub", ""),
    ("hf://org/model", {}, 2, "is no data set of the Hub", "hf://datasets/"),
    ("hf://buckets/org/name", {}, 2, "buckets of the Hub are not read yet", "hf buckets sync"),
    ("hf://datasets/name", {}, 2, "names no data set", "ORG/NAME"),
]


@pytest.mark.parametrize(("path", "state", "code", "message", "hint"), REFUSED)
def test_what_cannot_be_read_is_said_in_plain_words(
    curate: Curate, hub: Hub, path: str, state: dict[str, Any], code: int, message: str, hint: str
) -> None:
    hub.add("org/empty")
    hub.add("org/scripts", {"README.md": b"# x\n", "load.py": b"import datasets\n", ".gitattributes": b"* text\n"})
    hub.add("org/images", {f"{number}.png": b"\x89PNG\r\n\x1a\n" for number in range(9)})
    for name, value in state.items():
        setattr(hub.repositories["org/name"], name, value)
    found = curate("scan", path)
    assert found.code == code, found.err
    assert message in found.err
    assert hint in found.err
    assert len(found.err.splitlines()) <= 2


def test_a_token_opens_what_is_private_and_is_never_shown(
    curate: Curate, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repositories["org/name"].is_private = True
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    found = curate("scan", NAME, "-v")
    assert found.code == 0, found.err
    assert hub.leaked == []
    written = [path.read_bytes() for path in Path(".curate").rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in one for one in [*written, found.out.encode(), found.err.encode()])
    monkeypatch.setenv("HF_TOKEN", "hf_old")
    found = curate("scan", NAME)
    assert found.code == 3
    assert "the token is not valid" in found.err
    assert "hf_old" not in found.err


LIMIT = {"RateLimit": '"api";r=0;t=55', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (Fault("GET /api", 429, LIMIT), [55]),
        (Fault("GET /api", 429, {"Retry-After": "7"}), [7]),
        (Fault("GET /api.*tree", 404, LIMIT, b"Not found"), [55]),
        (Fault("GET /datasets.*parquet", 429, LIMIT, times=2), [55, 55]),
        (Fault("GET /api", 503, times=2), []),
        (Fault("GET /store", 503), []),
        (Fault("GET /store", 403, body=b"<Error>Request has expired</Error>"), []),
        (Fault("GET /store", torn_after=1000), []),
        (Fault("GET /datasets", torn_after=10), []),
    ],
)
def test_what_passes_is_waited_for_and_what_limits_is_named(
    hub: Hub, caplog: pytest.LogCaptureFixture, fault: Fault, waits: list[int]
) -> None:
    hub.faults = [fault]
    with caplog.at_level(logging.WARNING):
        found = find_paths([f"{NAME}/data/*.parquet"])
        got = {one.name: Path(on_disk(one.path)).read_bytes() for one in found}
    assert got == {name.removeprefix("data/"): data for name, data in FILES.items() if name.endswith(".parquet")}
    named = [message for message in caplog.messages if "rate limit" in message]
    assert len(named) == len(waits)
    assert all(f"(429): waiting {wait} s" in message for wait, message in zip(waits, named, strict=True))
    assert hub.leaked == []


def test_a_limit_that_stays_ends_with_its_name(curate: Curate, hub: Hub) -> None:
    hub.faults = [Fault("GET /api", 429, LIMIT, times=1000)]
    found = curate("scan", NAME)
    assert found.code == 4
    assert "the rate limit of the Hub (429) still stands" in found.err
    assert "HF_TOKEN" in found.err


def test_a_revision_that_vanishes_during_the_scan_is_said(curate: Curate, hub: Hub) -> None:
    repository = hub.repositories["org/name"]
    pinned = repository.refs["main"]
    found = find_paths([NAME])
    repository.commits.clear()
    assert all(f"@{pinned}/" in one.path for one in found)
    scanned = curate("scan", f"{NAME}@{pinned}")
    assert scanned.code == 3
    assert "has no such revision" in scanned.err


def test_offline_is_said(curate: Curate, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    found = curate("scan", NAME)
    assert found.code == 4
    assert "HF_HUB_OFFLINE" in found.err
    assert not hub.calls


CARD = b"""---
configs:
- config_name: en
  data_files:
  - split: train
    path: en/train-*.parquet
  - split: test
    path: [en/test.jsonl]
- config_name: zh
  data_files: zh/*.jsonl
---
# Texts
"""
CONFIGS = {
    "README.md": CARD,
    "en/train-00000-of-00001.parquet": parquet(ROWS[:40]),
    "en/test.jsonl": lines(ROWS[40:60]),
    "en/other.jsonl": lines(ROWS[60:70]),
    "zh/train.jsonl": lines(ROWS[70:90]),
}


@pytest.mark.parametrize(
    ("options", "files"),
    [
        (("--config-name", "en"), ["en/test.jsonl", "en/train-00000-of-00001.parquet"]),
        (("--config-name", "en", "--split", "test"), ["en/test.jsonl"]),
        (("--config-name", "zh"), ["zh/train.jsonl"]),
    ],
)
def test_the_card_says_which_files_a_config_and_a_split_have(
    curate: Curate, hub: Hub, tmp_path: Path, options: tuple[str, ...], files: list[str]
) -> None:
    hub.add("org/configs", dict(CONFIGS))
    found = curate("scan", "hf://datasets/org/configs", *options, "--json")
    assert found.code == 0, found.err
    local = copied({name: CONFIGS[name] for name in files}, tmp_path / "local")
    assert without_hub(found) == without_hub(curate("scan", local, "--json"))
    told = found.json["hub"][0]
    assert told["commit"] == hub.repositories["org/configs"].refs["main"]
    assert told["config"] == options[1]


def without_hub(found: Outcome) -> dict[str, Any]:
    """Figures without the record of where they come from."""
    assert found.code == 0, found.err
    return {name: value for name, value in found.json.items() if name != "hub"}


@pytest.mark.parametrize(
    ("name", "options", "code", "message", "hint"),
    [
        ("configs", (), 2, "has 2 configs, and none is asked for", "--config-name en; there are en, zh"),
        ("configs", ("--config-name", "fr"), 2, "has no config 'fr'", "there are en, zh"),
        ("configs", ("--config-name", "zh", "--split", "dev"), 2, "has no split 'dev'", "--split train"),
        ("name/data", ("--split", "train"), 2, "chooses a part of a data set on the Hub", "hf://datasets/ORG/NAME"),
        ("broken", (), 3, "its card cannot be read", ".parquet"),
    ],
)
def test_a_config_that_is_not_there_is_said(
    curate: Curate, hub: Hub, name: str, options: tuple[str, ...], code: int, message: str, hint: str
) -> None:
    hub.add("org/configs", dict(CONFIGS))
    hub.add("org/broken", {**CONFIGS, "README.md": b"---\nconfigs:\n- {config_name: [\n---\n"})
    found = curate("scan", f"hf://datasets/org/{name}", *options)
    assert found.code == code, found.err
    assert message in found.err
    assert hint in found.err


def test_splits_come_from_the_names_of_files_without_a_card_and_are_sources(curate: Curate, hub: Hub) -> None:
    hub.repositories["org/name"].commit({"data/test-00000-of-00001.parquet": parquet(ROWS[:9])})
    for options, sources in (
        ((), {"data/train", "data/test", "data/50 % + 汉字 [1]", "data/more"}),
        (("--split", "train"), {"data/train"}),
    ):
        assert (done := curate("scan", NAME, *options, "-q", "-o", f"run{len(options)}")).code == 0, done.err
        parts = [pq.read_table(path) for path in Path(f"run{len(options)}/annotations").glob("*.parquet")]
        assert {source for part in parts for source in part.column("source").to_pylist()} == sources


def test_a_conversion_that_is_partial_is_called_partial(curate: Curate, hub: Hub) -> None:
    repository = hub.repositories["org/name"]
    repository.commits[repository.refs["main"]] = {}
    repository.commit({"default/partial-train/0000.parquet": parquet(ROWS[:40])}, "refs/convert/parquet")
    path = f"{NAME}@refs/convert/parquet"
    found = curate("scan", path, "--label-column", "origin")
    assert found.code == 0, found.err
    assert "partial, as the Hub's automatic Parquet conversion" in " ".join(found.out.split())
    commit = repository.refs["refs/convert/parquet"]
    manifest = json.loads(next(Path(".curate").glob("*/manifest.json")).read_bytes())
    assert (manifest["hub"][0]["commit"], manifest["hub"][0]["partial"]) == (commit, True)
    done = curate("mix", path, "--label-column", "origin", "--human-ratio", ".3", "-o", "m")
    assert done.code == 0, done.err
    assert f"{NAME}@{commit}" in Path("m/certificate.json").read_text()
    assert f"{NAME}@{commit}" in Path("m/croissant.json").read_text()
    assert "partial" in Path("m/certificate.json").read_text()
    assert (done := curate("verify", "m")).code == 0, done.err


def test_the_client_is_loaded_while_the_compiler_is(hub: Hub) -> None:
    """In a process of its own: numba is loaded without yaml, which the Hub's client needs in another thread."""
    code = (
        "import threading\n"
        "from curate.corpus.paths import find_paths\n"
        "from curate.kernels.yaml_lock import YAML\n"
        "import sys\n"
        "YAML.acquire()\n"
        "sys.modules['yaml'] = None\n"
        "found = []\n"
        f"thread = threading.Thread(target=lambda: found.extend(find_paths(['{NAME}'])))\n"
        "thread.start()\n"
        "thread.join(1)\n"
        "del sys.modules['yaml']\n"
        "YAML.release()\n"
        "thread.join(60)\n"
        "sys.exit(0 if found else 1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert hub.kinds["api"] == 2
