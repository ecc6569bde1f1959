"""A command that gets a signal right before its n-th change of a file: at the same point on any machine."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MARK = "changes of files: "
PROGRAM = f"""
import os, sys
import curate.cli.app

die_at, number, name, *arguments = sys.argv[1:]
here, count = os.getcwd(), 0


def before(event, values):
    global count
    if event not in ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir"):
        return
    if event == "open" and not (values[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        return
    path = values[1] if event == "os.rename" else values[0]
    if isinstance(path, int) or not os.path.abspath(os.fsdecode(path)).startswith(here):
        return
    if name in os.fsdecode(path):
        count += 1
        if count == int(die_at):
            os.kill(os.getpid(), int(number))


sys.addaudithook(before)
code = curate.cli.app.command(arguments)
print("{MARK}", count, sep="", file=sys.stderr, flush=True)
os._exit(code)
"""


def changes(arguments: Sequence[object], cwd: Path, name: str = "") -> int:
    """How many changes the command makes to files whose path holds `name`, below the working folder."""
    done = _run(arguments, cwd, 0, name)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rpartition(MARK)[2])


def kill_before(change: int, arguments: Sequence[object], cwd: Path, name: str = "") -> None:
    """Run the command and kill it before that change, counted from 1."""
    done = _run(arguments, cwd, change, name)
    assert done.returncode == -9, done.stderr


def end_before(change: int, arguments: Sequence[object], cwd: Path, name: str = "") -> int:
    """Send SIGTERM to the command before that change, counted from 1; its exit code."""
    return _run(arguments, cwd, change, name, signal.SIGTERM).returncode


def _run(
    arguments: Sequence[object], cwd: Path, change: int, name: str, number: int = signal.SIGKILL
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, str(change), str(int(number)), name, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
