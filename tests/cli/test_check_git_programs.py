"""git starts no program that the repository under review names: its configuration may have come with the data."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
HOOKS = ("post-index-change", "fsmonitor-watchman", "reference-transaction")
NAMED = (
    "core.fsmonitor", "core.alternateRefsCommand", "core.askPass", "core.sshCommand", "core.pager", "core.editor",
    "credential.helper", "diff.external", "diff.own.command", "diff.own.textconv", "filter.own.clean",
    "filter.own.smudge", "filter.other.process", "gpg.program", "remote.origin.uploadpack",
)  # fmt: skip


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A change of two files with filters, in a clone that names the program `ran` wherever git would start one."""
    at_home(tmp_path, monkeypatch)
    attributes = "*.jsonl filter=own diff=own\nb.jsonl filter=other\n"
    rows = {name: lines(corpus_rows(30)[i::2]) for i, name in enumerate(("data/a.jsonl", "data/b.jsonl"))}
    made = new_repo(tmp_path / "repo", {**rows, ".gitattributes": attributes})
    for name, text in rows.items():
        made.write({name: text + lines(corpus_rows(34)[30:])})
    program = tmp_path / "ran"
    program.write_text(f"#!/bin/sh\necho $0 $* >> {tmp_path}/log\ncat 2>/dev/null\n")
    program.chmod(0o755)
    for hook in HOOKS:
        (made.root / ".git/hooks" / hook).parent.mkdir(exist_ok=True)
        (made.root / ".git/hooks" / hook).symlink_to(program)
    with (made.root / ".git/config").open("a") as file:
        for name in NAMED:
            section, _, key = name.rpartition(".")
            head, _, inner = section.partition(".")
            place = f'{head} "{inner}"' if inner else head
            file.write(f"[{place}]\n\t{key} = {program} {name}\n")
        file.write('[filter "own"]\n\trequired = true\n[filter "other"]\n\trequired = true\n')
    monkeypatch.chdir(made.root)
    return made


def test_a_check_starts_none_of_them(curate: Curate, repo: Repo, tmp_path: Path) -> None:
    assert Path.cwd() == repo.root
    found = curate("check", "data", "--baseline", "main", "--format", "json", "-q")
    assert found.code == 0, found.err
    assert found.json["change"]["documents"] == 8
    assert not (tmp_path / "log").exists(), (tmp_path / "log").read_text()
    subprocess.run(["git", "diff", "--raw", "HEAD"], capture_output=True, check=False)
    assert (tmp_path / "log").exists()  # git by itself starts them


def test_a_file_that_the_configuration_includes_names_none(curate: Curate, repo: Repo, tmp_path: Path) -> None:
    config = repo.root / ".git/config"
    config.rename(repo.root / "included")
    config.write_text("[core]\n\trepositoryformatversion = 0\n[include]\n\tpath = ../included\n")
    assert curate("check", "data", "--baseline", "main", "--format", "json", "-q").code == 0
    assert not (tmp_path / "log").exists(), (tmp_path / "log").read_text()


def test_a_name_that_cannot_be_unset_is_refused(curate: Curate, repo: Repo, tmp_path: Path) -> None:
    with (repo.root / ".git/config").open("a") as file:
        file.write(f'[filter "a=b"]\n\tclean = {tmp_path}/ran\n')
    outcome = curate("check", "data", "--baseline", "main", "-q")
    assert outcome.code == 3
    assert "filter.a=b.clean" in outcome.err
    assert not (tmp_path / "log").exists()


def test_nothing_is_fetched_by_a_program_that_a_partial_clone_names(
    curate: Curate, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("-C", str(tmp_path), "clone", "-q", "--filter=blob:none", "--no-checkout", "-u", "git-upload-pack",
             f"file://{repo.root}", "part")  # fmt: skip
    part = Repo(tmp_path / "part")
    part.git("reset", "-q")
    part.git("config", "remote.origin.uploadpack", f"{tmp_path}/ran")
    part.write({"data/a.jsonl": lines(corpus_rows(5))})
    monkeypatch.chdir(part.root)
    outcome = curate("check", "data", "--baseline", "main", "-q")
    assert (outcome.code, "git fetch --refetch --no-filter" in outcome.err) == (3, True), outcome.err
    assert not (tmp_path / "log").exists()
