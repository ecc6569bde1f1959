"""Configs and splits of the Hub in a process of the command's own, which keeps pandas from what does not need it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from corpora import corpus_rows
from curate.corpus.remote import hub_client
from curate.errors import DependencyError
from hub_server import Hub
from own_hub import own_hub

NAME = "hf://datasets/org/name"
CARD = b"---\nconfigs:\n- config_name: en\n  data_files:\n  - {split: train, path: en/train.jsonl}\n---\n# Texts\n"


def lines(start: int, stop: int) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in corpus_rows(120)[start:stop]).encode()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with own_hub(monkeypatch) as there:
        there.add("org/name", {"data/train.jsonl": lines(0, 60), "data/test.jsonl": lines(60, 90)})
        there.add("org/cfg", {"README.md": CARD, "en/train.jsonl": lines(0, 60), "en/other.jsonl": lines(60, 90)})
        there.repositories["org/cfg"].commit({"en/train.jsonl": lines(0, 80)}, "refs/pr/7")
        yield there


CFG = "hf://datasets/org/cfg"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("scan", NAME, "--split", "train", "--json"), 60),
        (("scan", CFG, "--json"), 60),
        (("check", f"{CFG}@refs/pr/7", "--baseline", f"{CFG}@main", "--json"), None),
    ],
)
def test_the_command_loads_what_the_card_needs(hub: Hub, arguments: tuple[str, ...], wanted: int | None) -> None:
    done = subprocess.run([sys.executable, "-m", "curate", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert hub.kinds["api"]
    answer = json.loads(done.stdout)
    if wanted is not None:
        assert answer["documents"] == wanted


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModuleNotFoundError("No module named 'datasets'", name="datasets"), "paths of the Hub need datasets"),
        (ModuleNotFoundError("No module named 'pandas'", name="pandas"), "datasets needs pandas"),
        (ModuleNotFoundError("No module named 'datasets.x'", name="datasets.x"), "No module named 'datasets.x'"),
        (ImportError("libz.so.1: cannot open shared object file"), "cannot be loaded: libz.so.1: cannot open"),
    ],
)
def test_what_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch, error: ImportError, said: str) -> None:
    def fail(name: str) -> None:
        if name.startswith("datasets"):
            raise error

    monkeypatch.setattr(hub_client, "import_module", fail)
    with pytest.raises(DependencyError, match=said) as caught:
        hub_client._imported("datasets", "data_files")
    assert "pip install" in caught.value.hint
