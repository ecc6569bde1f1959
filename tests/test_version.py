"""The version of the package is that of the tag, and changes with no other commit."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
version = runpy.run_path(str(ROOT / "scripts/version.py"))["version"]


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "tag.gpgSign=false", "-c", "commit.gpgSign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A repository after its release 3.2.1, without a tag."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 3.2.1\n")
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    return folder


def test_a_commit_without_a_tag_has_the_version_of_the_last_release(sources: Path) -> None:
    assert version(sources) == "3.2.1"
    git(sources, "tag", "v3.3.0")
    git(sources, "commit", "--allow-empty", "-m", "two")
    assert version(sources) == "3.2.1"


def test_the_highest_tag_of_the_commit_counts(sources: Path) -> None:
    for tag in ("v3.9.0", "v3.10.0", "latest", "v4.0.0rc1"):
        git(sources, "tag", tag)
    assert version(sources) == "3.10.0"


def test_a_source_distribution_says_its_version(sources: Path) -> None:
    (sources / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: corpus-curate\nVersion: 3.3.0\n")
    assert version(sources) == "3.3.0"
    git(sources, "tag", "v3.4.0")
    assert version(sources) == "3.4.0"


def test_tags_of_a_repository_around_the_sources_do_not_count(sources: Path) -> None:
    git(sources, "tag", "v9.9.9")
    inside = sources / "vendored"
    inside.mkdir()
    (inside / "CITATION.cff").write_text('version: "3.2.1"\n')
    assert version(inside) == "3.2.1"


def test_nothing_that_names_a_version_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="names a version"):
        version(tmp_path)


def test_the_build_takes_it() -> None:
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "version"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.strip() == version(ROOT)
