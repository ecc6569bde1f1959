"""The public names exist, importing the package loads nothing heavy, and help answers at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import curate

HEAVY = ("numpy", "pyarrow", "numba", "scipy", "datasets", "wordfreq", "fasttext", "rich.progress")


def modules_after(code: str) -> set[str]:
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys; print(json.dumps(list(sys.modules)))"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return set(json.loads(out.splitlines()[-1]))


def test_every_public_name_is_there() -> None:
    assert sorted(curate.__all__) == sorted(set(curate.__all__))
    for name in curate.__all__:
        assert getattr(curate, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not modules_after("import curate").intersection(HEAVY)


def test_help_loads_nothing_heavy() -> None:
    for arguments in (
        ["--help"],
        ["scan", "--help"],
        ["mix", "--help"],
        ["verify", "--help"],
        ["demo", "--help"],
        ["check", "--help"],
        ["train", "--help"],
        ["audit", "draw", "--help"],
    ):
        loaded = modules_after(f"from curate.cli.app import run; assert run({arguments!r}) == 0")
        assert not loaded.intersection(HEAVY), arguments


def test_a_scan_with_compiled_kernels_loads_no_compiler_tables_and_no_scipy(tmp_path: Path) -> None:
    """A quarter of a second that no document needs: machine code that refers to array functions brings them along."""
    lines = [
        json.dumps({"text": f"The {n} of many short texts, 第{n}个中文文本。" * 9}, ensure_ascii=False)
        for n in range(40)
    ]
    (tmp_path / "texts.jsonl").write_text("\n".join(lines))
    for run in ("first", "second"):  # the first may have to compile
        arguments = ["scan", str(tmp_path / "texts.jsonl"), "-q", "-o", str(tmp_path / run)]
        loaded = modules_after(f"from curate.cli.app import run; assert run({arguments!r}) == 0")
    assert not loaded.intersection({"numba.np.arraymath", "numba.np.npyimpl", "scipy.linalg", "scipy.special"})
