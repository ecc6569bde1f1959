"""The examples of docs/ci.md say what the action, the hook and the command really take."""

from __future__ import annotations

import re
from pathlib import Path

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
    commands = [[*hooks[asked["id"]]["entry"].split(), *asked["args"]], GITLAB["curate"]["script"][1].split()]
    for _, *words in commands:
        code = run([*words, "--help"])
        outcome = Outcome(code, *capsys.readouterr())
        assert code == 0, outcome.err
    assert re.compile(hooks[asked["id"]]["files"]).search("data/a.jsonl.zst")
    assert not re.compile(hooks[asked["id"]]["files"]).search("data/a.jsonl.txt")
