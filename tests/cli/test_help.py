"""Help says what it means to say: nothing in it is swallowed as markup, and every command has an example."""

from __future__ import annotations

import re
from collections.abc import Callable

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
