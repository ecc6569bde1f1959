"""Revisions and differences of real repositories: names of any bytes, shallow clones, submodules, LFS pointers."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from curate.corpus.blobs import snapshot
from curate.corpus.git import Repository, compared_with, find_repository, resolve
from curate.corpus.git_files import Difference, differences, tree
from curate.corpus.matching import data_paths, own_marks
from curate.corpus.paths import find_paths
from curate.errors import DependencyError, UsageError
from repositories import Repo, at_home, new_repo

LINE = b'{"text": "x"}\n'
HOSTILE = ('data/a "quoted" name.jsonl', "data/two\nlines.jsonl", "data/-rf $(touch x);.jsonl", "data/文本 é.jsonl")


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    at_home(tmp_path, monkeypatch)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return new_repo(tmp_path / "repo", {"data/a.jsonl": LINE, "data/b.jsonl": LINE * 2, "readme.md": "x"})


def opened(repo: Repo) -> Repository:
    found = find_repository(repo.root)
    assert found is not None
    return found


def test_a_revision_is_where_the_branch_left_it(repo: Repo) -> None:
    left = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"data/topic.jsonl": LINE})
    repo.git("checkout", "-q", "main")
    repo.commit({"data/others.jsonl": LINE})
    repo.git("checkout", "-q", "topic")
    assert compared_with(opened(repo), "main").commit == left
    repo.git("checkout", "-q", "--detach")
    found = compared_with(opened(repo), "main")
    assert (found.commit, found.note) == (left, "")
    assert [d.path for d in differences(opened(repo), found.commit)] == ["data/topic.jsonl"]


def test_folders_without_git_and_names_without_a_commit(repo: Repo, tmp_path: Path) -> None:
    assert find_repository(tmp_path) is None
    for name in ("mian", "--all", "a b", "HEAD:data", "nul\0", ""):
        with pytest.raises(UsageError, match="git knows no revision"):
            resolve(opened(repo), name)
    with pytest.raises(UsageError) as caught:
        resolve(opened(repo), "mian")
    assert "did you mean main?" in caught.value.hint


def test_without_the_program(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DependencyError, match="git is not installed") as caught:
        find_repository(repo.root)
    assert caught.value.exit_code == 4


def test_a_branch_that_only_the_remote_has_and_one_that_is_not_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"data/c.jsonl": LINE})
    Repo(tmp_path).git("clone", "-q", str(repo.root), "whole")
    whole = Repo(tmp_path / "whole")
    assert compared_with(opened(whole), "main").commit == repo.git("rev-parse", "main")
    Repo(tmp_path).git("clone", "-q", "--depth=1", "-b", "topic", f"file://{repo.root}", "shallow")
    shallow = Repo(tmp_path / "shallow")
    for name in ("main", "origin/main"):
        with pytest.raises(UsageError) as caught:
            compared_with(opened(shallow), name)
        assert caught.value.hint == "git fetch --depth=1 origin main:refs/remotes/origin/main"
    shallow.git(*caught.value.hint.split()[1:])
    found = compared_with(opened(shallow), "main")
    assert found.commit == repo.git("rev-parse", "main")
    assert "shallow" in found.note
    assert "git fetch --unshallow" in found.note
    assert [d.path for d in differences(opened(shallow), found.commit)] == ["data/c.jsonl"]


def test_every_kind_of_difference(repo: Repo) -> None:
    base = repo.commit(
        {f"data/{name}.jsonl": LINE * 9 + name.encode() for name in ("stays", "goes", "moves", "edited")}
    )
    repo.git("mv", "data/moves.jsonl", "data/moved.jsonl")
    (repo.root / "data/goes.jsonl").unlink()
    repo.write(
        {"data/edited.jsonl": LINE * 10, "data/staged.jsonl": b"1", "data/untracked.jsonl": b"2", "data/x.tmp": b"3"}
    )
    repo.git("add", "data/staged.jsonl")
    repo.write({".gitignore": "*.tmp\n"})
    os.utime(repo.root / "data/stays.jsonl")
    found = differences(opened(repo), base)
    assert sorted(found, key=lambda d: d.path) == [
        Difference(".gitignore", "added", "", False),
        Difference("data/edited.jsonl", "changed", "data/edited.jsonl", False),
        Difference("data/goes.jsonl", "deleted", "data/goes.jsonl", False),
        Difference("data/moved.jsonl", "renamed", "data/moves.jsonl", False),
        Difference("data/staged.jsonl", "added", "", False),
        Difference("data/untracked.jsonl", "added", "", False),
    ]


@pytest.mark.parametrize("hostile", [*HOSTILE, os.fsdecode(b"data/\xff\xfe.jsonl")])
def test_names_of_any_bytes(repo: Repo, hostile: str, tmp_path: Path) -> None:
    repo.write({hostile: LINE})
    base = repo.git("rev-parse", "HEAD")
    assert differences(opened(repo), base) == [Difference(hostile, "added", "", False)]
    base = repo.commit()
    repo.write({hostile: LINE * 2})
    assert differences(opened(repo), base) == [Difference(hostile, "changed", hostile, False)]
    written = snapshot(opened(repo), "HEAD", [str(repo.root / "data")], tmp_path / "cache")
    assert (written.folder / hostile).read_bytes() == LINE
    assert not (repo.root / "x").exists()


def test_a_snapshot_has_the_bytes_of_its_time(repo: Repo, tmp_path: Path) -> None:
    large = os.urandom(3 << 20)
    repo.commit(
        {"data/large.jsonl": large, "data/copy.jsonl": large, "data/empty.jsonl": b"", "data/.hidden.jsonl": LINE}
    )
    repo.commit({"data/a.jsonl": b"later", "data/large.jsonl": b"later"})
    found = snapshot(opened(repo), "HEAD~1", [str(repo.root)], tmp_path / "cache")
    expected = {"a": LINE, "b": LINE * 2, "copy": large, "empty": b"", "large": large}
    assert found.paths == tuple(f"data/{name}.jsonl" for name in expected)
    assert {name: (found.folder / f"data/{name}.jsonl").read_bytes() for name in expected} == expected
    blobs = [path for path in (tmp_path / "cache/blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 4, "one file a content"
    assert sorted(f.name for f in find_paths([str(found.folder)])) == sorted(found.paths)
    states = {path: path.stat().st_mtime_ns for path in blobs}
    assert snapshot(opened(repo), "HEAD~1", [str(repo.root)], tmp_path / "cache") == found
    assert {path: path.stat().st_mtime_ns for path in blobs} == states, "what is there is not written again"


def test_links_submodules_and_pointers_are_named_not_followed(repo: Repo, tmp_path: Path) -> None:
    content = LINE * 7
    oid = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    new_repo(tmp_path / "other", {"inner.jsonl": LINE})
    repo.git("submodule", "add", "-q", str(tmp_path / "other"), "data/sub.jsonl")
    (repo.root / "data/link.jsonl").symlink_to("/etc/passwd")
    repo.commit({"data/big file.jsonl": pointer})
    found = snapshot(opened(repo), "HEAD", [str(repo.root / "data")], tmp_path / "cache")
    assert found.paths == ("data/a.jsonl", "data/b.jsonl")
    reasons = {one.path: one.reason for one in found.skipped}
    assert "git lfs fetch origin HEAD '--include=data/big file.jsonl'" in reasons["data/big file.jsonl"]
    assert reasons["data/link.jsonl"] == "is a symbolic link"
    assert "git submodule update --init -- data/sub.jsonl" in reasons["data/sub.jsonl"]
    repo.write({f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}": content})
    again = snapshot(opened(repo), "HEAD", [str(repo.root / "data")], tmp_path / "cache")
    assert (again.folder / "data/big file.jsonl").read_bytes() == content


def test_a_submodule_that_moved_on_is_one_difference(repo: Repo, tmp_path: Path) -> None:
    other = new_repo(tmp_path / "other", {"inner.jsonl": LINE})
    repo.git("submodule", "add", "-q", str(other.root), "data/sub")
    base = repo.commit()
    Repo(repo.root / "data/sub").commit({"inner.jsonl": LINE * 2})
    assert differences(opened(repo), base) == [Difference("data/sub", "changed", "data/sub", True)]
    assert tree(opened(repo), base)["data/sub"].is_file is False


def test_arguments_mean_the_same_files_in_a_list_as_on_disk(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        "data/a.jsonl", "data/b.jsonl", "data/.h/c.jsonl", "data/deep/d.parquet", "data/notes.txt",
        "run/manifest.json", "run/annotations/00000.parquet", "mix/certificate.json", "mix/data/p.parquet",
        "mix/removed.parquet", "readme.md", "top.arrow", "data/odd[1]/e.jsonl",
    ]  # fmt: skip
    marks = {
        "run/manifest.json": '{"inputs": [], "measures": ""}',
        "mix/certificate.json": '{"human_ratio": 1, "human_tokens_at_least": 1, "outputs": []}',
    }
    repo.commit({**dict.fromkeys(names, LINE), **marks})
    monkeypatch.chdir(repo.root)
    assert own_marks(names, lambda name: (repo.root / name).read_bytes()) == marks.keys()
    for arguments in (["."], ["data"], ["data/*.jsonl"], ["**/*.parquet"], ["mix"], ["d*"], ["data/a.jsonl", "data"],
                      ["data/odd[1]"], ["data/deep", "top.arrow"]):  # fmt: skip
        on_disk = sorted(os.path.relpath(found.path) for found in find_paths(arguments))
        assert data_paths(names, arguments, repo.root, marks) == on_disk, arguments
    assert "run/annotations/00000.parquet" not in data_paths(names, ["."], repo.root, marks)
    assert "run/annotations/00000.parquet" in data_paths(names, ["."], repo.root), "nobody says that curate wrote it"
    assert data_paths(names, ["data/notes.txt"], repo.root) == ["data/notes.txt"]
    with pytest.raises(UsageError, match="outside the repository"):
        data_paths(names, ["/"], repo.root)
