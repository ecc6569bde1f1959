"""Stdout as the shell happens to set it up: no traceback, the contract's exit code, the answer whole or not wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpora import corpus_rows, write_jsonl

SCAN = f"{sys.executable} -m curate scan in --no-progress -j 1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("streams")
    write_jsonl(made / "in/a.jsonl", corpus_rows(30))
    return made


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", [f"{SCAN} | head -1", f"{SCAN} | true", f"{SCAN} --json | true", f"{SCAN} >&-"])
def test_nobody_reads_the_answer(folder: Path, command: str) -> None:
    outcome = shell(command, folder)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_a_full_disk_under_stdout(folder: Path) -> None:
    outcome = shell(f"{SCAN} --json >/dev/full", folder)
    assert outcome.returncode == 4
    assert "No space left" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("what", ["", "--json"])
def test_an_encoding_of_few_letters(folder: Path, what: str) -> None:
    outcome = shell(f"{SCAN} {what}", folder, PYTHONIOENCODING="ascii")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert "30" in outcome.stdout


def test_narrow_colourless_and_no_terminal(folder: Path) -> None:
    plain = shell(f"{SCAN} </dev/null", folder, COLUMNS="3", NO_COLOR="1")
    assert plain.returncode == 0
    assert "\x1b" not in plain.stdout
    assert plain.stdout == shell(SCAN, folder).stdout
