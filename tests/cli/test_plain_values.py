"""Values of options are those that Typer would make, with and without pydantic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main

from curate.cli.commands import app
from curate.cli.plain_values import PlainValues

VALUES = ("", "-", "text", "a/b", "résumé", "\udcff", "1", "0.5", "1e3", None)


def params() -> list[Any]:
    """Every parameter of every command."""
    group: Any = typer.main.get_command(app)
    commands = [*group.commands.values(), *group.commands["audit"].commands.values()]
    return [one for command in commands for one in command.params]


def outcome(convert: Any, value: object, param: Any) -> object:
    """The value and its type, or the error and what it says."""
    several = param.multiple or param.nargs == -1
    given = [value, value] if several and value is not None else value
    try:
        found = convert.coerce(given, param=param, ctx=None)
    except Exception as error:  # whatever it is, it must be the same
        return type(error), str(error)
    return type(found), found


def test_every_option_takes_each_value_as_typer_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is: text, numbers, paths that are there or not, values that nothing can be made of."""
    (tmp_path / "text").touch()
    monkeypatch.chdir(tmp_path)
    kinds = set()
    for param in params():
        theirs = param.get_runtime_param()
        for value in VALUES:
            assert outcome(PlainValues(), value, param) == outcome(theirs, value, param), (param.name, value)
        kinds.add(str(param.type_descriptor.annotation))
    assert len(kinds) >= 5
