"""Compiled kernels are kept apart by everything that was compiled into them."""

import os
from pathlib import Path

from curate.kernels import compile as compiling


def test_a_change_of_any_module_asks_for_other_machine_code(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text("from callee import f")
    (tmp_path / "callee.py").write_text("f = 1")
    before = compiling.sources_digest(tmp_path)
    assert compiling.sources_digest(tmp_path) == before
    (tmp_path / "callee.py").write_text("f = 2")
    assert compiling.sources_digest(tmp_path) != before


def test_the_cache_in_use_is_that_of_these_sources() -> None:
    if os.environ["NUMBA_CACHE_DIR"].startswith(str(compiling.cache_folder())):
        digest = compiling.sources_digest(Path(compiling.__file__).parent)
        assert Path(os.environ["NUMBA_CACHE_DIR"]).name == digest
