"""Stdout is the answer and nothing else, whatever the libraries print that a command loads."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from curate.detect.own import LEAST
from noise import loud_site
from small_detector import texts

COMMANDS = {
    "scan": "scan in",
    "scan json": "scan in --json",
    "scan verbose": "scan in --json -v",
    "mix": "mix in --human-ratio 0.9 --label-column origin -o out",
    "mix json": "mix in --human-ratio 0.9 --label-column origin -o out --json",
    "verify": "verify mixed",
    "verify json": "verify mixed --json",
    "compare": "compare in/b.jsonl in/a.jsonl",
    "compare json": "compare in/b.jsonl in/a.jsonl --json",
    "check": "check in --baseline before",
    **{f"check {name}": f"check in --baseline before --format {name}" for name in
       ("text", "json", "sarif", "junit", "markdown", "github")},
    "audit draw": "audit draw in -n 20 -o drawn.jsonl",
    "audit draw json": "audit draw in -n 20 -o drawn.jsonl --json",
    "train json": "train --human human.jsonl --machine machine.jsonl -o own.npz --json",
    "demo": "demo demo",
    "refused": "scan nowhere --json",
    "version": "--version",
    "help": "--help",
    "help of a command": "mix --help",
    "no command": "",
    "audit": "audit",
}  # fmt: skip

# Help names the program, and the last digits of a certificate's floats depend on the threads of a process.
APART = ("version", "help", "help of a command", "no command", "audit", "demo")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loud_site(tmp_path_factory.mktemp("loud") / "site")


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Input of the commands, a mix among it."""
    folder = tmp_path_factory.mktemp("stock")
    rows = corpus_rows(120)
    write_jsonl(folder / "in/a.jsonl", rows[:60])
    write_jsonl(folder / "in/b.jsonl", rows[60:])
    write_jsonl(folder / "before/b.jsonl", rows[60:80])
    for number, writer in enumerate(("human", "machine"), 1):
        made = texts(writer, LEAST + 20, number, pure=0.8)
        write_jsonl(folder / f"{writer}.jsonl", [{"text": text} for text in made])
    done = process(folder, "mix in --human-ratio 0.9 --label-column origin -o mixed")
    assert done.returncode == 0, done.stderr
    return folder


def process(folder: Path, command: str, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"PYTHONPATH": str(site)} if site else {})}
    call = [sys.executable, "-m", "curate", *command.split()]
    return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_library_adds_to_the_answer_and_none_is_silenced(
    curate: Callable[..., Outcome], stock: Path, site: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(stock, tmp_path / "loud")
    loud = process(tmp_path / "loud", COMMANDS[name], site)
    for kind in ("puts", "printf", "write", "print", "stream", "device", "child"):
        assert f"NOISE {kind}" in loud.stderr
    quiet = quietly(curate, stock, tmp_path, name)
    assert loud.returncode == quiet.code, loud.stderr
    assert loud.stdout == quiet.out
    if "json" in name:
        assert isinstance(json.loads(loud.stdout), dict)
    if name == "check sarif":
        assert json.loads(loud.stdout)["version"] == "2.1.0"
    if name == "check junit":
        ElementTree.fromstring(loud.stdout)


def quietly(curate: Callable[..., Outcome], stock: Path, tmp_path: Path, name: str) -> Outcome:
    """The same command without the loud libraries: in this process where that may be, which is faster."""
    shutil.copytree(stock, tmp_path, dirs_exist_ok=True)
    if name in APART:
        done = process(tmp_path, COMMANDS[name])
        return Outcome(done.returncode, done.stdout, done.stderr)
    return curate(*COMMANDS[name].split())


def test_what_the_command_itself_prints_is_the_answer_or_goes_to_stderr() -> None:
    """`print` and `sys.stdout` are for libraries; ours is `streams.answer`, in whatever file."""
    for path in sorted((Path(__file__).parents[2] / "src/curate").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                assert any(word.arg == "file" for word in node.keywords), where
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Console", "Answers"):
                assert {"file", "stderr"} & {word.arg for word in node.keywords}, where
            if isinstance(node, ast.Attribute) and node.attr in ("stdout", "__stdout__"):
                assert path.name == "streams.py" or ast.unparse(node.value) != "sys", where
