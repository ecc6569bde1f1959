"""The check of sizes names files and functions that are too large, and exceptions that are none any more."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from scripts_loaded import script


@pytest.fixture(scope="module")
def sizes() -> ModuleType:
    return script("sizes")


def test_a_long_file_is_named_and_one_of_the_limit_is_not(sizes: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("x = 1\n" * 201)
    assert list(sizes.large(file)) == ["module.py: 201 lines, and a file has 200 at most"]
    file.write_text("x = 1\n" * 200)
    assert list(sizes.large(file)) == []


@pytest.mark.parametrize("lines", [30, 31])
def test_a_long_function_is_named_and_its_docstring_does_not_count(
    sizes: ModuleType, tmp_path: Path, lines: int
) -> None:
    file = tmp_path / "module.py"
    file.write_text('def f():\n    """One.\n\n    Two.\n    """\n' + "    x = 1\n" * lines)
    expected = [f"module.py:1: f has {lines} lines, and a function 30 at most"] if lines > 30 else []
    assert list(sizes.large(file)) == expected


def test_an_exception_that_is_none_any_more_is_named(
    sizes: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "module.py"
    file.write_text("def f():\n    pass\n")
    monkeypatch.setattr(sizes, "LARGE_FILES", {"module.py"})
    monkeypatch.setattr(sizes, "LARGE_KERNELS", {"module.py": {"f"}})
    assert list(sizes.large(file)) == ["module.py: no exception", "module.py:1: f: no exception"]
