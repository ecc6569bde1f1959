"""Help says what it means to say: nothing in it is swallowed as markup, and every command has an example."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from corpora import Outcome
from curate.settings.compare import CHECK, COMPARE
from curate.settings.mix import MIX

COMMANDS = ["scan", "mix", "verify", "train", "compare", "check", "demo"]
AUDITS = ["audit draw", "audit label", "audit agree", "audit apply"]


@pytest.mark.parametrize("command", COMMANDS + AUDITS)
def test_every_command_has_an_example_and_whole_sentences(curate: Callable[..., Outcome], command: str) -> None:
    outcome = curate(*command.split(), "--help")
    assert outcome.code == 0
    assert f"Example:  curate {command}" in outcome.out
    assert not re.search(r"\w \.", outcome.out.replace("...", ""))


SETTINGS = {one.option: one for one in (*MIX, *COMPARE, *CHECK)}
UNBOUNDED = "--seed"  # any number of 64 bits


@pytest.mark.parametrize("option", [name for name, one in SETTINGS.items() if one.high and name != UNBOUNDED])
def test_the_help_of_an_option_with_bounds_names_one(option: str) -> None:
    setting = SETTINGS[option]
    assert "{high}" in setting.help or "{low}" in setting.help
    assert "{" not in setting.text


@pytest.mark.parametrize("option", [name for name, one in SETTINGS.items() if one.choices])
def test_the_help_of_an_option_with_choices_names_them(option: str) -> None:
    assert all(choice in SETTINGS[option].text for choice in SETTINGS[option].choices)


@pytest.mark.parametrize("option", [name for name, one in SETTINGS.items() if one.default not in (None, (), False, "")])
def test_the_help_of_an_option_with_a_default_says_it(option: str) -> None:
    setting = SETTINGS[option]
    assert "default" in setting.text or f"{setting.default}" in setting.text
