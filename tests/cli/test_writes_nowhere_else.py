"""curate writes, locks and deletes only in folders that it made, whatever links and look-alikes a data set holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from curate.corpus.owned import MARKER, is_owned, make_owned
from repositories import OWN, new_repo

Curate = Callable[..., Outcome]
COMMANDS = {
    "scan": ("scan", "data"),
    "scan -o": ("scan", "data", "-o", "run"),
    "scan --index": ("scan", "data", "--index", "idx"),
    "mix": ("mix", "data", "--human-ratio", "0.2", "--label-column", "origin", "-o", "mix"),
    "check": ("check", "data", "--baseline", "main", "--cache-dir", "kept"),
    "draw": ("audit", "draw", "data", "-n", "5", "-o", "labels.jsonl"),
    "compare": ("compare", "main:data", "data"),
}
PLANTED = (".mix.partial", ".curate/baseline", ".curate/revisions", "kept/runs", "kept/shards", "kept/segments")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "checkout"
    folder.mkdir()
    write_jsonl(folder / "data/a.jsonl", corpus_rows(30))
    new_repo(folder, {"readme.md": "x"})
    return folder


def made_by(folder: Path) -> list[str]:
    """Every path below the folder that is no input."""
    found = (path.relative_to(folder) for path in folder.rglob("*"))
    return sorted(str(path) for path in found if path.parts[0] not in (".git", "data", "readme.md"))


def contents(folder: Path) -> dict[str, bytes | str]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else "folder" for path in folder.rglob("*")
    }


def victims(outside: Path, copy_of: Path | None) -> Path:
    """A folder, or a file, that holds what must not be lost, under the names that curate itself would use."""
    shutil.rmtree(outside, ignore_errors=True)
    outside.mkdir()
    if copy_of is not None and copy_of.is_dir():
        target = outside / "folder"
        shutil.copytree(copy_of, target, symlinks=True)
        for path in target.rglob("*"):
            if path.is_file():
                path.write_text("precious")
        (target / MARKER).unlink(missing_ok=True)
    else:
        target = outside / "file"
        target.write_text("precious")
    return target


def links(folder: Path, model: Path, outside: Path, names: list[str], *, fresh: bool) -> Iterator[str]:
    """For each name in turn the folder with a link at it; fresh: nothing of curate's stands there but the link."""
    for name in names:
        shutil.rmtree(folder)
        shutil.copytree(model, folder, symlinks=True)
        path = folder / name
        target = victims(outside, path if os.path.lexists(path) else model)
        if fresh:
            for made in {Path(one).parts[0] for one in names} & {each.name for each in folder.iterdir()}:
                shutil.rmtree(folder / made) if (folder / made).is_dir() else (folder / made).unlink()
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        yield name


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fresh", [True, False], ids=["cloned", "pulled"])
def test_a_link_anywhere_leads_nowhere(
    curate: Curate, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, command: str, fresh: bool
) -> None:
    """cloned: the link came with the data set. pulled: it took the place of what curate had made."""
    monkeypatch.chdir(place)
    arguments = COMMANDS[command]
    assert curate(*arguments, "-q").code in (0, 1), "the command itself fails"
    model, outside = tmp_path / "model", tmp_path / "outside"
    shutil.copytree(place, model, symlinks=True)
    names = [*made_by(place), *(name for name in PLANTED if not (model / name).exists())]
    assert names
    for name in links(place, model, outside, names, fresh=fresh):
        monkeypatch.chdir(place)
        before = contents(outside)
        again = () if fresh or command in ("draw", "mix") else ("--seed", "7")
        outcome = curate(*arguments, "-q", *again)
        assert contents(outside) == before, f"{name}: {outcome.err}"
        assert "bug" not in outcome.err, f"{name}: {outcome.err}"


def test_a_folder_is_known_by_its_marker_and_a_copy_is_not(tmp_path: Path) -> None:
    make_owned(tmp_path / "mine")
    assert is_owned(tmp_path / "mine")
    shutil.copytree(tmp_path / "mine", tmp_path / "copy")
    assert not is_owned(tmp_path / "copy")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    assert not is_owned(tmp_path / "link")
    for content in (b"", b"x", b"\xff\xff \xff", b"00 00", (tmp_path / "mine" / MARKER).read_bytes()[:-2]):
        (tmp_path / "mine" / MARKER).write_bytes(content)
        assert not is_owned(tmp_path / "mine")


def test_what_a_killed_process_left_of_a_marker_goes(tmp_path: Path) -> None:
    for name in (f".{MARKER}.0a1b2c3d.tmp", f".{MARKER}.notours.tmp"):
        (tmp_path / name).write_text("half")
    make_owned(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {MARKER, f".{MARKER}.notours.tmp"}


def test_the_marker_of_another_machine_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_owned(tmp_path / "theirs")
    monkeypatch.setattr("curate.corpus.owned.machine_keys", lambda: [b"another key" * 3])
    assert not is_owned(tmp_path / "theirs")


def test_figures_that_came_with_the_data_are_not_believed(
    curate: Curate, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    honest = curate("scan", "data", "--json", "-q").json
    (run,) = Path(".curate").iterdir()
    forged = place / "forged"
    shutil.copytree(run, forged)
    write_jsonl(Path("other/a.jsonl"), corpus_rows(30)[:3])
    shutil.rmtree(run)
    forged.rename(run)
    shutil.rmtree(run / "annotations")
    (run / "annotations").mkdir()
    assert curate("scan", "data", "--json", "-q").json == honest
    assert not list((run / "annotations").iterdir()), "a folder that came with the data was written to"
    assert len(list(Path(".curate").iterdir())) == 2


@pytest.mark.parametrize("named", ["runs", "shards", "segments"])
def test_a_folder_of_the_users_is_no_cache(
    curate: Curate, place: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.chdir(place)
    precious = place.parent / named / "1"
    precious.mkdir(parents=True)
    (precious / "weights").write_text("precious")
    for config in ((), ("-c", "curate.toml")):
        if config:
            Path("curate.toml").write_text('cache-dir = ".."\n')
        flag = () if config else ("--cache-dir", "..")
        outcome = curate("check", "data", "--baseline", "main", "-q", *flag, *config)
        assert outcome.code == 2
        assert "--cache-dir" in outcome.err
    assert (precious / "weights").read_text() == "precious"


def test_a_comparison_overwrites_nothing_of_the_users(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    theirs = Path("theirs/compare.json")
    theirs.parent.mkdir()
    theirs.write_text("precious")
    Path("link").symlink_to("empty")
    Path("empty").mkdir()
    for output in ("theirs", "link", "theirs/compare.json"):
        outcome = curate("compare", "in", "in", "-o", output)
        assert outcome.code == 2, outcome.err
        assert output in outcome.err.splitlines()[0]
    assert theirs.read_text() == "precious"
    assert not list(Path("empty").iterdir())
    for output in ("empty", "empty", "new/deep"):
        assert curate("compare", "in", "in", "-o", output).code == 0
        assert (Path(output) / "compare.json").is_file()
