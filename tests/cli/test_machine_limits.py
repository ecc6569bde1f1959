"""Limits of the shell and folders that are gone: the reason that is true, and a way out that helps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
