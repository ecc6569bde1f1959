"""Code is loaded from a cache folder that only this user can write in, and from no repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from curate.corpus.owned import is_owned, make_owned
from curate.errors import MachineError
from curate.kernels import user_cache
from curate.kernels.user_cache import cache_folder, machine_key


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "shared"))
    (tmp_path / "shared").mkdir()
    monkeypatch.chdir(tmp_path)
    user_cache._own_temporary.cache_clear()


def test_the_cache_is_the_users_alone(tmp_path: Path) -> None:
    assert cache_folder() == tmp_path / "cache/curate"
    assert cache_folder().stat().st_mode & 0o022 == 0
    key = machine_key()
    assert len(key) == 32
    assert machine_key() == key
    assert (cache_folder() / "key").stat().st_mode & 0o077 == 0


def test_a_cache_that_the_group_could_write_is_closed(tmp_path: Path) -> None:
    (tmp_path / "cache/curate").mkdir(parents=True)
    (tmp_path / "cache/curate").chmod(0o775)
    assert cache_folder() == tmp_path / "cache/curate"
    assert cache_folder().stat().st_mode & 0o022 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of somebody else's")
def test_a_cache_that_the_group_has_filled_is_not_used_then_or_later(tmp_path: Path) -> None:
    planted = tmp_path / "cache/curate/kernels/0/x.nbi"
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"a pickle")
    os.chown(planted, 65534, 65534)
    (tmp_path / "cache/curate").chmod(0o775)
    for _ in range(2):
        assert cache_folder() == tmp_path / "shared" / f"curate-{os.getuid()}"


@pytest.mark.parametrize("kind", ["link", "anybody's", "file", "checkout"])
def test_a_cache_that_others_could_have_filled_is_not_used(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "cache/curate"
    place.parent.mkdir()
    if kind == "link":
        (tmp_path / "theirs").mkdir()
        place.symlink_to(tmp_path / "theirs")
    elif kind == "file":
        place.write_text("")
    else:
        place.mkdir()
        place.chmod(0o777 if kind == "anybody's" else 0o700)
        if kind == "checkout":
            (tmp_path / "cache/.git").mkdir()
    assert cache_folder() == tmp_path / "shared" / f"curate-{os.getuid()}"


def test_a_temporary_folder_that_others_made_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    theirs = tmp_path / "shared" / f"curate-{os.getuid()}"
    theirs.mkdir()
    theirs.chmod(0o777)
    found = cache_folder()
    assert found != theirs
    assert found.parent == tmp_path / "shared"
    assert found.stat().st_mode & 0o077 == 0
    assert cache_folder() == found


def test_a_cut_key_is_not_used(tmp_path: Path) -> None:
    machine_key()
    (tmp_path / "cache/curate/key").write_bytes(b"short")
    assert len(machine_key()) == 32


def test_what_was_made_while_the_disk_of_the_cache_was_full_stays_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = user_cache._create

    def full(path: Path, content: bytes) -> None:
        if path.parent.parent.name == "cache":
            raise OSError(28, "No space left on device")
        create(path, content)

    monkeypatch.setattr(user_cache, "_create", full)
    key = machine_key()
    user_cache._key_of_process.cache_clear()  # as in the next process
    assert machine_key() == key
    make_owned(tmp_path / "run")
    monkeypatch.setattr(user_cache, "_create", create)
    assert machine_key() != key
    assert is_owned(tmp_path / "run")
    (tmp_path / "shared" / f"curate-{os.getuid()}").chmod(0o777)  # anybody could have put a key there
    assert not is_owned(tmp_path / "run")


@pytest.mark.parametrize("name", ["json.py", "numpy.py", "fasttext_pybind.py", "yaml.py", "pip.py"])
def test_no_module_of_the_working_folder_is_imported(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("open('executed', 'w').close()\n")
    subprocess.run([sys.executable, "-m", "curate", "--version"], check=True, capture_output=True)
    assert not (tmp_path / "executed").exists()


def test_numba_takes_no_settings_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / ".numba_config.yaml").write_text("cache_locator_classes: evil.Locator\ndisable_jit: 1\n")
    classes = "getattr(numba.config, 'CACHE_LOCATOR_CLASSES', '')"  # not in every release
    said = f"import curate.kernels.compile, numba; print(numba.config.DISABLE_JIT, {classes})"
    done = subprocess.run([sys.executable, "-P", "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["0"]
    assert done.stderr == ""


def test_a_user_without_a_home_has_a_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment nor the list of users says where the home is."""

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    assert cache_folder() == tmp_path / "shared" / f"curate-{os.getuid()}"


def test_where_nothing_can_be_written_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    (tmp_path / "file").touch()
    with pytest.raises(MachineError) as caught:
        cache_folder()
    assert "XDG_CACHE_HOME" in caught.value.hint
