"""The examples of docs/ci.md say what the action, the hook and the command really take."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from corpora import Outcome
from curate.cli.app import run

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
WORKFLOW, HOOK, GITLAB = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_page_names_all_inputs_and_outputs_and_no_other() -> None:
    named = re.search(r"Inputs: (.*?)\. Outputs: (.*?)\.\n", PAGE, re.DOTALL)
    assert named
    for listed, defined in zip(named.groups(), (ACTION["inputs"], ACTION["outputs"]), strict=True):
        outside = re.sub(r"\([^)]*\)", "", listed)
        assert set(re.findall(r"`([\w-]+)`", outside)) == set(defined)
    (step,) = [one for one in WORKFLOW["jobs"]["check"]["steps"] if "curate" in one["uses"]]
    assert step["with"].keys() <= ACTION["inputs"].keys()


def test_the_hooks_exist_and_their_commands_parse(capsys) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (asked,) = HOOK["repos"][0]["hooks"]
    commands = [[*hooks[asked["id"]]["entry"].split(), *asked["args"]], GITLAB["curate"]["script"][-1].split()]
    for _, *words in commands:
        code = run([*words, "--help"])
        outcome = Outcome(code, *capsys.readouterr())
        assert code == 0, outcome.err
    assert re.compile(hooks[asked["id"]]["files"]).search("data/a.jsonl.zst")
    assert not re.compile(hooks[asked["id"]]["files"]).search("data/a.jsonl.txt")


def test_every_action_is_pinned_by_its_commit() -> None:
    pages = [ROOT / "action.yml", ROOT / "docs/ci.md", *(ROOT / ".github").rglob("*.yml")]
    used = [one for page in pages for one in re.findall(r"uses: *(\S+.*)", page.read_text(encoding="utf-8"))]
    foreign = [one for one in used if one != "OWNER/curate@REF"]
    assert len(foreign) >= 8
    assert [one for one in foreign if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
    pins: dict[str, set[str]] = {}
    for one in foreign:
        owner, _, pin = one.partition("@")
        pins.setdefault("/".join(owner.split("/")[:2]), set()).add(pin)
    assert all(len(each) == 1 for each in pins.values()), "one action, one commit"


INSTALLS = """#!/bin/sh
echo "$@" >>"$RUNNER_TEMP/calls"
if [ "$3" = venv ]; then mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; fi
"""


@pytest.mark.parametrize("version", ["", "1.2"])
def test_the_action_installs_only_what_is_locked(tmp_path: Path, version: str) -> None:
    python = tmp_path / "python"
    python.write_text(INSTALLS)
    python.chmod(0o755)
    given = {"PYTHON": str(python), "INPUT_VERSION": version, "GITHUB_ACTION_PATH": str(ROOT)}
    places = {"RUNNER_TEMP": str(tmp_path), "GITHUB_PATH": str(tmp_path / "path"), "PATH": os.environ["PATH"]}
    subprocess.run(["bash", ROOT / ".github/action/install.sh"], env=given | places, check=True)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert all(call.startswith("-I -m ") for call in calls)
    installs = [call for call in calls if "pip install" in call]
    assert all("--require-hashes" in call or "--no-deps --no-build-isolation" in call for call in installs)
    assert any("requirements/action.lock" in call for call in installs)
    assert installs[-1].endswith(f"-- corpus-curate=={version}" if version else f"-- {ROOT}")


def test_the_gitlab_job_installs_only_what_is_locked() -> None:
    installs = [line for line in GITLAB["curate"]["script"] if "pip install" in line]
    assert all(line.startswith("python -I -m pip install") for line in installs)
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in installs)
