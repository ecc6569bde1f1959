"""Limits of the shell and folders that are gone: the reason that is true, and a way out that helps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import curate
from corpora import corpus_rows, write_jsonl

LIMITS = {
    "ulimit -f 1": "  try: raise the limit on the size of files: ulimit -f unlimited",
    "ulimit -v 400000": "  try: raise the limit on address space, which is 390 MiB: ulimit -v unlimited",
    "ulimit -v 2000000": "  try: raise the limit on address space, which is 1,953 MiB: ulimit -v unlimited",
    "mkdir gone; cd gone; rmdir ../gone": "  try: the folder you are in has been deleted: call curate from another one",
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_named_with_what_lifts_it(tmp_path: Path, limit: str) -> None:
    data = tmp_path / "in.jsonl"
    write_jsonl(data, corpus_rows(5))
    rest = f"check {data} --baseline some" if "gone" in limit else f"scan {data} -o run"
    command = f"{limit}; exec {sys.executable} -P -m curate {rest}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == LIMITS[limit]


@pytest.mark.parametrize("rest", ["scan in.jsonl", "mix in.jsonl --human-ratio 0 -o out", "check in.jsonl"])
def test_an_installation_without_its_rules_finds_nothing_and_says_why(tmp_path: Path, rest: str) -> None:
    """It scanned with no rule at all, and told of a corpus in which no rule fires."""
    shutil.copytree(Path(curate.__file__).parent, tmp_path / "src" / "curate", ignore=shutil.ignore_patterns("rules"))
    write_jsonl(tmp_path / "in.jsonl", corpus_rows(5))
    command = [sys.executable, "-P", "-m", "curate", *rest.split()]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.splitlines()[-2:] == [
        "curate: this installation of curate lacks its rule books",
        "  try: install it anew",
    ]
