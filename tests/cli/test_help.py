"""Help says what it means to say: nothing in it is swallowed as markup, and every command has an example."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome

COMMANDS = ["scan", "mix", "verify", "train", "compare", "check", "demo"]
AUDITS = ["audit draw", "audit label", "audit agree", "audit apply"]


@pytest.mark.parametrize("command", COMMANDS + AUDITS)
def test_every_command_has_an_example_and_whole_sentences(curate: Callable[..., Outcome], command: str) -> None:
    outcome = curate(*command.split(), "--help")
    assert outcome.code == 0
    assert f"Example:  curate {command}" in outcome.out
    assert not re.search(r"\w \.", outcome.out.replace("...", ""))


def test_the_readme_shows_every_command_and_option_it_names(curate: Callable[..., Outcome]) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme))
    offered = {o for c in COMMANDS + AUDITS for o in re.findall(r"--[a-z][a-z-]+", curate(*c.split(), "--help").out)}
    assert named - {"--data"} <= offered
    for command in COMMANDS:
        assert f"## `curate {command}" in readme
