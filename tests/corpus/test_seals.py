"""Seals: whatever happens to a sealed file is seen, and a seal from elsewhere proves nothing."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from curate.corpus.seals import Sealed, damaged_file, seal, sealed
from mutants import damaged, damaged_json


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """One small, one large enough to be known by its state, one absent."""
    (tmp_path / "small").write_bytes(b"some words")
    (tmp_path / "large").write_bytes(bytes(3 << 20))
    seal(tmp_path / "seal.json", [tmp_path / name for name in ("small", "large", "absent")], b"made from this")
    return [tmp_path / name for name in ("small", "large", "absent")]


def test_what_was_not_touched_is_whole(files: list[Path], tmp_path: Path) -> None:
    assert sealed(tmp_path / "seal.json", files, b"made from this") is Sealed.WHOLE
    assert sealed(tmp_path / "seal.json", files, None) is Sealed.WHOLE
    assert damaged_file(tmp_path / "seal.json", files) is None


def test_a_seal_of_something_else_is_none(files: list[Path], tmp_path: Path) -> None:
    assert sealed(tmp_path / "seal.json", files, b"made from that") is Sealed.ABSENT
    assert sealed(tmp_path / "other.json", files, b"made from this") is Sealed.ABSENT


@pytest.mark.parametrize("name", ["small", "large", "absent"])
def test_every_change_of_a_file_is_seen(files: list[Path], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for change in (b"", b"x", bytes(3 << 20)[:-1] + b"\1", None):
        if change is None:
            path.unlink()
            if name == "absent":
                continue
        else:
            path.write_bytes(change)
        assert sealed(tmp_path / "seal.json", files, b"made from this") is Sealed.DAMAGED
        assert damaged_file(tmp_path / "seal.json", files) == path


def test_every_mutant_of_a_seal_is_damage(files: list[Path], tmp_path: Path) -> None:
    path, draw = tmp_path / "seal.json", random.Random(1)
    whole = path.read_bytes()
    for number in range(300):
        content = (damaged if number % 2 else damaged_json)(whole, draw)
        try:
            same = json.loads(content) == json.loads(whole)
        except ValueError:
            same = False
        if not same:
            path.write_bytes(content)
            assert sealed(path, files, b"made from this") is Sealed.DAMAGED, content
            assert damaged_file(path, files) in (None, path, *files)  # of another machine's, only checksums count


def test_a_seal_of_another_machine_shows_damage_and_proves_nothing(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curate.corpus.seals.machine_keys", lambda: [bytes(32)])
    assert sealed(tmp_path / "seal.json", files, b"made from this") is Sealed.DAMAGED
    assert sealed(tmp_path / "seal.json", files, None, anywhere=True) is Sealed.WHOLE
    files[1].write_bytes(bytes(3 << 20)[:-1] + b"\1")
    assert damaged_file(tmp_path / "seal.json", files) == files[1]
