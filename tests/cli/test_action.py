"""action.yml: what its steps do where something is missing, refused or not theirs; the pull requests test the rest."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from action_runner import ACTION, GitHub, log_commands, run_action, served
from corpora import corpus_rows, write_jsonl

MARKER = "<!-- curate-check -->"
STEPS = yaml.safe_load((ACTION / "action.yml").read_text())["runs"]["steps"]
EVENT = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "octo/data"}}, "base": {"sha": "0" * 40}}}


def step(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """One script of the action, as the runner calls it."""
    files = {key: str(folder / key) for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    given = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(folder), **files, **environment}
    command = [sys.executable, str(ACTION / ".github/action" / name)]
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)


def comment(folder: Path, github: GitHub, event: dict[str, Any] = EVENT, body: str = "new") -> str:
    (folder / "report.md").write_text(f"{MARKER}\n{body}\n")
    (folder / "event.json").write_text(json.dumps(event))
    with served(github):
        done = step("comment.py", folder, GITHUB_TOKEN="a-token", GITHUB_REPOSITORY="octo/data",
                    GITHUB_EVENT_PATH=str(folder / "event.json"), GITHUB_API_URL=github.address,
                    INPUT_REPORT_PATH=str(folder / "report.md"))  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_no_expression_stands_in_a_script() -> None:
    """A stranger's branch name would otherwise be run by the shell."""
    runs = [step["run"] for step in STEPS if "run" in step]
    assert len(runs) == 5
    assert not [run for run in runs if "${{" in run]
    scripts = [found for run in runs for found in re.findall(r"\$GITHUB_ACTION_PATH/([\w./-]+)", run)]
    assert len(scripts) == 4
    assert all((ACTION / script).is_file() for script in scripts)


def test_one_comment_is_replaced_and_nobody_elses(tmp_path: Path) -> None:
    github = GitHub()
    for n in range(120):
        github.add(f"comment {n}", "somebody", "User")
    github.add(f"{MARKER}\nthe check passed, believe me", "stranger", "User")
    github.add("unlike ours", "github-actions[bot]", "Bot")
    assert "https://github.example/122" in comment(tmp_path, github, body="first")
    comment(tmp_path, github, body="second")
    bodies = [one["body"] for one in github.comments if MARKER in one["body"]]
    assert bodies == [f"{MARKER}\nthe check passed, believe me", f"{MARKER}\nsecond\n"]
    assert [method for method in github.requests if method != "GET"] == ["POST", "PATCH"]


def test_a_token_that_may_only_read_is_no_failure(tmp_path: Path) -> None:
    github = GitHub(may_write=False)
    said = comment(tmp_path, github)
    assert said.startswith("::notice title=curate check::no comment")
    assert github.comments == []


def test_an_event_without_a_pull_request_asks_nobody(tmp_path: Path) -> None:
    github = GitHub()
    assert comment(tmp_path, github, {"before": "0" * 40}) == ""
    assert github.requests == []


def test_nobody_answers(tmp_path: Path) -> None:
    github = GitHub()
    with served(github):
        pass
    (tmp_path / "report.md").write_text(f"{MARKER}\n")
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 1}}')
    files = {"GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "INPUT_REPORT_PATH": str(tmp_path / "report.md")}
    done = step("comment.py", tmp_path, GITHUB_REPOSITORY="octo/data", GITHUB_API_URL=github.address, **files)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("::warning title=curate check::no comment")


def test_without_a_baseline_everything_is_new_and_a_fork_uploads_nothing(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "repo/data/a b.jsonl", corpus_rows(40))
    event = {"pull_request": {"number": 1, "head": {"repo": {"full_name": "fork/data"}}, "base": {"sha": ""}}}
    github = GitHub(may_write=False)
    with served(github):
        ran = run_action(tmp_path / "repo", tmp_path / "temp", event, github, paths="data/a b.jsonl", fail_on="never",
                         upload_sarif="true", version="9.9")  # fmt: skip
    assert ran.code == 0, ran.log
    assert "40 new documents" in ran.summary
    assert "github/codeql-action/upload-sarif" not in ran.called
    assert github.requests == ["GET", "POST"]
    assert "-- corpus-curate==9.9\n" in ran.pip
    assert ran.called["actions/cache/save"]["key"] == ""  # of the step that restores, which did not really run


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"paths": "nothing-here"}, 3), ({"paths": "--version"}, 3), ({"fail_on": "$(touch pwned)"}, 2)],
)
def test_a_check_that_cannot_run_is_no_verdict_and_no_success(
    tmp_path: Path, inputs: dict[str, str], code: int
) -> None:
    write_jsonl(tmp_path / "repo/a.jsonl", corpus_rows(5))
    with served(GitHub()) as github:
        ran = run_action(tmp_path / "repo", tmp_path / "temp", {}, github, **inputs)
    assert (ran.code, ran.outputs["status"]) == (code, "error"), ran.log
    assert "no verdict" in ran.summary
    assert [line.partition("no verdict")[0] for line in log_commands(ran.log)] == ["::error title=curate check::"]
    assert not (tmp_path / "repo/pwned").exists()
    assert "actions/cache/save" not in ran.called


def test_a_baseline_that_is_an_option_is_refused(tmp_path: Path) -> None:
    done = step("base.py", tmp_path, INPUT_BASELINE_REF="--upload-pack=touch pwned")
    assert done.returncode == 1
    assert not (tmp_path / "pwned").exists()


def test_the_baseline_of_a_push_is_fetched(tmp_path: Path) -> None:
    def git(folder: Path, *arguments: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        command = ["git", *identity, "-C", str(folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    remote, clone = tmp_path / "remote", tmp_path / "clone"
    remote.mkdir()
    git(remote, "init", "-q", "-b", "main")
    for _ in range(2):
        git(remote, "commit", "-q", "--allow-empty", "-m", "x")
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    before = git(remote, "rev-parse", "HEAD~1")
    git(tmp_path, "clone", "-q", "--depth=1", remote.as_uri(), str(clone))
    (clone / "event.json").write_text(f'{{"before": "{before}"}}')
    done = step("base.py", clone, GITHUB_EVENT_PATH=str(clone / "event.json"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (clone / "GITHUB_OUTPUT").read_text() == f"baseline={before}\ncommit={before}\n"
    assert git(clone, "cat-file", "-t", before) == "commit"
    named = step("base.py", clone, INPUT_BASELINE_REF="nowhere")
    assert named.stdout.startswith("::warning title=curate check::the baseline nowhere could not be fetched")
