"""Damaged files and what a command makes of them: each mutant in a forked process, so that signals are seen."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.cli.app import run

SECONDS = 120  # for one command; more means that it hangs
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 40, 1 << 62, (1 << 64) - 1)


@dataclass(frozen=True)
class Ended:
    """How a command in a process of its own ended: exit code (minus a signal that killed it) and what it said."""

    code: int
    out: str
    err: str

    @property
    def crash(self) -> str:
        """Why this is no way to end: a signal, a traceback, a bug told of; "" where it is fine."""
        if self.code < 0:
            return f"signal {-self.code}"
        if "Traceback" in self.err or "bug in curate" in self.err:
            lines = [line for line in self.err.splitlines() if line and not line.startswith((" ", "curate:"))]
            return f"traceback: {lines[-1] if lines else '?'}"
        if self.code not in range(5):
            return f"exit code {self.code}"
        return "" if self.code in (0, 1) or self.err.strip() else f"exit code {self.code} without a word"


def damaged(content: bytes, draw: random.Random) -> bytes:
    """A mutant of a file: some bits, bytes, blocks or numbers of it are others."""
    data = bytearray(content)
    size = max(1, len(data))
    at, length = draw.randrange(size), draw.choice((1, 2, 4, 8, 16, 64, 256))
    kind = draw.randrange(9)
    if kind == 0:
        return bytes(data[:at])
    if kind == 1:
        data[at : at + length] = bytes(len(data[at : at + length]))
    elif kind == 2:
        other = draw.randrange(size)
        one, two = data[at : at + length], data[other : other + length]
        if len(one) == len(two):
            data[at : at + length], data[other : other + length] = two, one
    elif kind == 3:
        data[at:at] = draw.randbytes(length)
    elif kind == 4:
        del data[at : at + length]
    elif kind in (5, 6):
        width = draw.choice((1, 2, 4, 8))
        at -= at % width if draw.random() < 0.8 else 0
        number = draw.choice((*NUMBERS, len(data), len(data) + 1, draw.getrandbits(64)))
        data[at : at + width] = (number & ((1 << 8 * width) - 1)).to_bytes(width, "little")[: len(data) - at]
    else:
        for _ in range(draw.choice((1, 1, 1, 2, 8))):
            if data:
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def damaged_json(content: bytes, draw: random.Random) -> bytes:
    """A mutant of a JSON file: a field removed, retyped or said twice; other bytes where it is no JSON."""
    try:
        whole = json.loads(content)
    except ValueError:
        return damaged(content, draw)
    places = list(_places(whole))
    if not places:
        return damaged(content, draw)
    holder, key = draw.choice(places)
    kind = draw.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 5 and isinstance(key, str):
        text = json.dumps(whole)
        name = json.dumps(key) + ":"
        return text.replace(name, f"{name} {draw.choice(('null', '7', '[]'))}, {name}", 1).encode()
    else:
        holder[key] = draw.choice(
            (None, True, 0, -1, 1 << 70, 1.5, float("nan"), "", "x" * 300, "\ud800", [], {}, [1], {"a": 1}, [[]])
        )
    return json.dumps(whole).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def mutant(path: Path, content: bytes, draw: random.Random) -> bytes:
    """A damaged content for the file at a path."""
    if path.suffix in (".json", ".jsonl") and draw.random() < 0.6:
        lines = content.split(b"\n") if path.suffix == ".jsonl" else [content]
        number = draw.randrange(len(lines))
        return b"\n".join([*lines[:number], damaged_json(lines[number], draw), *lines[number + 1 :]])
    return damaged(content, draw)


def in_a_fork(arguments: list[str], folder: Path, before: Callable[[], None] = lambda: None) -> Ended:
    """Run the command in `folder` in a fork of this process, which has loaded everything already."""
    out, err = folder.parent / "stdout", folder.parent / "stderr"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # threads that have ended do not mind
        child = os.fork()
    if not child:
        os.chdir(folder)
        for descriptor, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        code = 99
        try:
            before()
            code = run(arguments)
        except BaseException:
            traceback.print_exc()
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    return Ended(_code_of(child), out.read_text(errors="replace"), err.read_text(errors="replace"))


def _code_of(child: int) -> int:
    began = time.monotonic()
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() - began > SECONDS:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def restore(folder: Path, stock: dict[Path, bytes]) -> None:
    """Make a folder hold what it held, whatever a command did; folders that went come back as others."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path not in stock:
            path.unlink()
    for path, content in stock.items():
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
