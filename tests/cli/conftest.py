"""The command line through its real entry point, in an empty working folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome
from curate.cli.app import run
from small_detector import save_detector
from web_server import forget_stores


@pytest.fixture
def curate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Calls the command as a shell would; returns exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    for module in (
        "check.baseline",
        "compare.git_revision",
        "check.baseline_settings",
    ):  # what is kept of baselines; kernels stay where they are
        monkeypatch.setattr(f"curate.jobs.{module}.cache_folder", lambda: tmp_path / ".user-cache")
    forget_stores()
    monkeypatch.setattr("curate.corpus.remote.kept.cache_folder", lambda: tmp_path / ".user-cache")

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = run([str(a) for a in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one that knows two made-up writers."""
    return save_detector(tmp_path_factory.mktemp("detector") / "detector.npz")
