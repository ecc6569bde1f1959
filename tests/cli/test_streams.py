"""Stdout as the shell happens to set it up: no traceback, the contract's exit code, the answer whole or not wanted."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from corpora import corpus_rows, write_jsonl
from noise import loud_site

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


HELP = f"{sys.executable} -m curate --help"
NOBODY = [
    *(f"{SCAN} | head -1", f"{SCAN} | true", f"{SCAN} --json | true", f"{SCAN} >&-", f"{SCAN} <&- >&-"),
    *(f"{HELP} | true", f"PYTHONUNBUFFERED=1 {HELP} | true", f"PYTHONUNBUFFERED=1 {SCAN} | true", f"{HELP} >&-"),
]


@pytest.mark.parametrize("command", NOBODY)
def test_nobody_reads_the_answer(folder: Path, command: str) -> None:
    outcome = shell(command, folder)
    assert (outcome.returncode, outcome.stderr) == (0, "")


@pytest.fixture(scope="module")
def broken(folder: Path) -> Path:
    """The folder, with a mix of which a byte was changed."""
    made = shell(f"{SCAN.replace('scan in', 'mix in')} --human-ratio 0.2 --label-column origin -o mix", folder)
    assert made.returncode == 0, made.stderr
    card = folder / "mix/certificate.json"
    card.write_text(card.read_text().replace('"documents": ', '"documents": 1', 1))
    return folder


@pytest.mark.parametrize("reader", ["head -1", "true", "cat"])
@pytest.mark.parametrize("form", ["", "--json"])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_verdict_is_kept_where_nobody_reads_it(broken: Path, reader: str, form: str, buffered: str) -> None:
    outcome = shell(
        f"{sys.executable} -m curate verify mix --no-progress {form} | {reader}", broken, PYTHONUNBUFFERED=buffered
    )
    assert (outcome.returncode, outcome.stderr) == (1, "")


def test_a_full_disk_under_stdout(folder: Path) -> None:
    outcome = shell(f"{SCAN} --json >/dev/full", folder)
    assert outcome.returncode == 4
    assert "No space left" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("form", ["", "--json"])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_full_disk_takes_no_verdicts_place(broken: Path, form: str, buffered: str) -> None:
    outcome = shell(
        f"{sys.executable} -m curate verify mix --no-progress {form} >/dev/full", broken, PYTHONUNBUFFERED=buffered
    )
    assert (outcome.returncode, outcome.stderr) == (1, "curate: stdout: No space left on device\n")


@pytest.mark.parametrize("what", ["--help", "--version", "verify --help", "compare in in", "compare in in --json"])
def test_an_answer_that_was_lost_is_no_success(folder: Path, what: str) -> None:
    outcome = shell(f"{sys.executable} -m curate {what} >/dev/full", folder)
    assert (outcome.returncode, outcome.stderr.splitlines()[-1]) == (4, "curate: stdout: No space left on device")


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


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "<&-"])
def test_the_answer_is_whole_where_others_are_closed(folder: Path, closed: str) -> None:
    assert shell(f"{SCAN} --json {closed}", folder).stdout == shell(f"{SCAN} --json", folder).stdout


def test_what_libraries_print_gets_into_no_file_where_all_is_closed(folder: Path, tmp_path: Path) -> None:
    """The first file that is opened would have the number that C prints on."""
    loud = f"PYTHONPATH={loud_site(tmp_path / 'site')}"
    outcome = shell(f"{loud} {SCAN} -o {tmp_path}/run <&- >&- 2>&-", folder)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
    written = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if b"NOISE" in path.read_bytes()]


@pytest.mark.parametrize("command", [SCAN, HELP])
def test_width_and_colours_are_of_the_terminal_that_stdout_is(folder: Path, command: str) -> None:
    """Also where stdin and stderr are none."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 63, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    child = subprocess.Popen(
        command.split(), cwd=folder, env=environment | {"TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # what Linux says at the end
        while chunk := os.read(ours, 65536):
            shown += chunk
    os.close(ours)
    assert child.wait() == 0
    assert b"\x1b[" in shown
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert max(map(len, lines)) == 63
