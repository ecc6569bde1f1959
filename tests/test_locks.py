"""The lock files hold what pyproject.toml asks for: the declared lower bounds in one, versions with hashes in all."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def declared() -> list[Requirement]:
    """Dependencies of the project, of its tools and of its build."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    lines = [*base, *extras["dev"], *extras["tokenizer"], *project["build-system"]["requires"]]
    return [Requirement(line) for line in lines]


def on(python: str) -> dict[str, str]:
    return {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux", "os_name": "posix"}


def pinned(name: str, python: str) -> dict[str, Version]:
    """Version of every package that a lock file installs on a Python, on Linux."""
    place = on(python)
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    lines = [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match(r"\w", line)]
    here = [one for one in lines if one.marker is None or one.marker.evaluate(place)]
    found = {canonicalize_name(one.name): Version(str(one.specifier).removeprefix("==")) for one in here}
    assert len(found) == len(here), "a package is pinned twice"
    return found


def wanted(python: str) -> list[Requirement]:
    return [one for one in declared() if one.marker is None or one.marker.evaluate(on(python))]


@pytest.mark.parametrize("python", PYTHONS)
def test_everything_declared_is_locked_on_every_python(python: str) -> None:
    locked = pinned("locked", python)
    for one in wanted(python):
        assert one.specifier.contains(locked[canonicalize_name(one.name)]), one


@pytest.mark.parametrize("python", PYTHONS)
def test_the_action_installs_the_releases_that_the_tests_pass_with(python: str) -> None:
    action, locked = pinned("action", python), pinned("locked", python)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {canonicalize_name(Requirement(line).name) for line in project["dependencies"]} <= action.keys()
    assert action.items() <= locked.items()
    assert "pytest" not in action


def test_a_pip_that_can_read_the_locks_is_installed_first() -> None:
    """That of Python 3.11 ends at `fsspec[http]`, for which a lock names only `fsspec`."""
    assert all(pinned("build", python)["pip"] >= Version("25.3") for python in PYTHONS)


def test_the_lowest_are_the_bounds_that_are_declared() -> None:
    lowest = pinned("lowest", "3.11")
    for one in wanted("3.11"):
        (bound,) = one.specifier
        assert bound.operator == ">="
        assert lowest[canonicalize_name(one.name)] == Version(bound.version), one


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_version_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\w)", text.strip())
    assert len(entries) > 5
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert "://" not in text
    assert "--index" not in text
