"""A release is refused unless tag, changelog and citation name one version."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FILES = ("CHANGELOG.md", "CITATION.cff")
disagreements = runpy.run_path(str(ROOT / ".github/release.py"))["disagreements"]


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The files of a release 3.2.1."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## 3.2.1 (2027-01-01)\n\n## 3.2.0\n")
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 3.2.1\n")
    return tmp_path


def test_one_version_everywhere_is_a_release(released: Path) -> None:
    assert disagreements(released, "v3.2.1") == []


@pytest.mark.parametrize("name", FILES)
def test_another_version_in_a_file_is_named(released: Path, name: str) -> None:
    (released / name).write_text((released / name).read_text().replace("3.2.1", "3.2.2"))
    (told,) = disagreements(released, "v3.2.1")
    assert name in told


@pytest.mark.parametrize("tag", ["3.2.1", "v3.2", "v3.2.1rc1"])
def test_a_tag_of_another_form_is_refused(released: Path, tag: str) -> None:
    assert any("is not vX.Y.Z" in sentence for sentence in disagreements(released, tag))


def test_the_citation_is_of_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert not [one for one in disagreements(ROOT, f"v{citation['version']}") if "CHANGELOG" not in one]
    assert citation["cff-version"] == "1.2.0"
    assert {"title", "authors", "message"} <= citation.keys()


def test_templates_of_issues_are_forms() -> None:
    forms = [path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"]
    assert len(forms) >= 3
    for path in forms:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {"name", "description", "body"} <= form.keys()
        ids = [part["id"] for part in form["body"]]
        assert len(ids) == len(set(ids))
        assert all(part["type"] in ("textarea", "input", "dropdown", "checkboxes") for part in form["body"])


def test_every_script_has_a_line_in_the_readme_of_scripts() -> None:
    told = (ROOT / "scripts/README.md").read_text(encoding="utf-8")
    folders = [ROOT / "scripts", ROOT / "scripts/bench", ROOT / "scripts/train"]
    scripts = [path for folder in folders for path in folder.iterdir() if path.is_file() and not path.suffix]
    assert len(scripts) > 20
    names = [path.relative_to(ROOT / "scripts").as_posix() for path in scripts]
    assert [name for name in names if f"`{name}`" not in told] == []
