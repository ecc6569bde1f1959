"""SIGTERM, by which systems end a job: its own exit code, no answer, nothing half-written after it or the next run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpora import made_up_texts, write_jsonl
from curate.corpus.write import write_atomic
from killer import changes, end_before

HALF = re.compile(r"(^|/)(tmp-|\.new-|\.[^/]*\.(tmp|half|partial)$|[^/]*\.(tmp|half|partial)$)")
SCAN = ["scan", "in", "--json", "-o", "run", "-j", "1"]
CHECK = ["check", "new.jsonl", "--baseline", "in", "--cache-dir", "kept", "--json", "--fail-on", "never"]


def halves(folder: Path) -> list[str]:
    """Names of unfinished work."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return sorted(name for name in names if HALF.search(name))


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-P", "-m", "curate", *command]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", [SCAN, CHECK], ids=["scan", "check"])
def test_a_command_that_is_terminated_leaves_nothing_behind_the_next(tmp_path: Path, command: list[str]) -> None:
    texts = made_up_texts(60)
    write_jsonl(tmp_path / "in/a.jsonl", [{"text": text} for text in texts])
    write_jsonl(tmp_path / "new.jsonl", [{"text": text} for text in texts[30:]])
    total = changes(command, tmp_path)
    said = run(command, tmp_path)
    for made in ("run", "kept"):
        shutil.rmtree(tmp_path / made, ignore_errors=True)
    assert end_before(total // 2, command, tmp_path) == 143
    assert run(command, tmp_path).stdout == said.stdout
    assert not halves(tmp_path)


def test_the_answer_is_empty_and_the_next_step_is_named(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in/a.jsonl", [{"text": text} for text in made_up_texts(60)])
    program = (
        "import os, signal, curate.cli.app as app, curate.jobs.scan.job as job\n"
        "job.summarise = lambda *rest: os.kill(os.getpid(), signal.SIGTERM)\n"
        f"os._exit(app.command({SCAN!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (143, "")
    assert done.stderr.splitlines()[-2:] == [
        "curate: interrupted",
        "  try: the same command goes on where this one stopped",
    ]
    assert not halves(tmp_path)


def test_what_a_killed_process_left_goes_with_the_next_and_what_a_live_one_writes_stays(tmp_path: Path) -> None:
    left, of_another = tmp_path / ".a.json.0123abcd.tmp", tmp_path / ".a.jsonl.0123abcd.tmp"
    for path in (left, of_another, tmp_path / ".a.json.0123abcd.tmp.txt"):
        path.write_text("half")
    write_atomic(tmp_path / "a.json", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.json.0123abcd.tmp.txt", of_another.name, "a.json"]
    hold = "import sys, fcntl; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(left)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        write_atomic(tmp_path / "a.json", b"whole")
        assert left.exists()
        other.communicate(b"\n")
    write_atomic(tmp_path / "a.json", b"whole")
    assert not left.exists()
