"""The corpus that examples are run on, and the process that runs them."""

from __future__ import annotations

import json
import os
import platform
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from curate.cli.app import run

TIMED = ("scan", "mix", "verify", "check", "compare", "train")  # commands that draw progress where they take seconds
PACKAGES = ("numpy", "pyarrow", "scipy", "highspy", "rich")  # whose releases may change a digit or a line


def pages(root: Path) -> list[Path]:
    """The pages whose examples are run. Pages of docs/evidence are printed by scripts/evaluate."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md")), *sorted((root / "docs/commands").glob("*.md"))]


def make(folder: Path) -> Path:
    """A folder with what `curate demo demo` leaves there."""
    folder.mkdir(parents=True)
    told = call(folder, ["demo", "demo"])
    if not (folder / "demo/mix/certificate.json").exists():
        raise RuntimeError(told)
    return folder


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs the commands of one page in a copy of a folder that `make` made, which later commands see changed."""

    made: Path
    folder: Path

    def __call__(self, words: list[str]) -> str:
        """Output of the command: stdout, and stderr where it fails."""
        if not self.folder.exists():
            # A copied run folder belongs to nobody, and a scan would name one with the key of this machine in it.
            shutil.copytree(self.made, self.folder, ignore=shutil.ignore_patterns(".curate"))
        return call(self.folder, words)


def call(folder: Path, words: list[str]) -> str:
    """Output of a command called in a folder, with globs expanded as a shell does."""
    before, out, err = Path.cwd(), StringIO(), StringIO()
    os.chdir(folder)
    try:
        named = [name for word in words for name in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
        still = ["--no-progress"] if named[0] in TIMED and "--help" not in named else []
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*named, *still])
    finally:
        os.chdir(before)
    return out.getvalue() + (err.getvalue() if code else "")


def made_with(made: Path) -> str:
    """On which corpus and by which releases the examples were run, as JSON."""
    corpus = sorted(path.name for path in (made / ".curate").iterdir())
    releases = {name: version(name) for name in PACKAGES}
    return json.dumps({"corpus": corpus, "python": platform.python_version(), **releases}, indent=2) + "\n"
