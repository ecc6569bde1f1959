"""Tables of the options of a command, as Typer has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from curate.cli.commands import app

MARK = "<!-- Written by scripts/docs from the definitions of the options, from here to the end. -->"
NO_PANEL = "Options"


def command_names() -> list[str]:
    """Such as "scan" and "audit draw"."""
    return [name for name, _ in _walked(get_command(app), "")]


def renewed(text: str, page: str) -> str:
    """The page of a command, or of a group of commands, with its made part as the definitions are now."""
    named = [name for name in command_names() if name.split()[0] == page]
    by_hand = text.partition(MARK)[0].rstrip("\n")
    return "\n\n".join([by_hand, MARK, *map(reference, named)]) + "\n"


def reference(name: str) -> str:
    """Usage, arguments, and a table of every group of options."""
    command = dict(_walked(get_command(app), ""))[name]
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    groups: dict[str, list[Any]] = {}
    for one in command.params:
        if one.param_type_name == "option":
            groups.setdefault(getattr(one, "rich_help_panel", None) or NO_PANEL, []).append(one)
    usage = " ".join([name, *(one.metavar for one in arguments)])
    told = [f"## All options of `curate {usage}`", *(f"`{one.metavar}`: {one.help}" for one in arguments)]
    for title, options in groups.items():
        rows = [f"| {_names(one)} | {_value(one)} | {_cell(one.help)} |" for one in options]
        told.append("\n".join([f"| {title} | value | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(told)


def _walked(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _walked(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _names(option: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(option.opts, key=lambda one: (not one.startswith("--"), one)))


def _value(option: Any) -> str:
    return "" if option.is_flag else f"`{_cell(option.metavar)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
