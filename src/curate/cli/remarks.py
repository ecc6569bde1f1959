"""Remarks and settings on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curate.cli.plain import as_toml, visible
from curate.corpus.remote.hidden import hide_all

if TYPE_CHECKING:
    from curate.cli.settings import Settings


def say_remarks(remarks: Sequence[str], without_effect: Sequence[str], idle: Sequence[str] = ()) -> None:
    """On stderr: what of the evidence was not understood, which settings changed nothing or found nothing to do."""
    settings = (*(f"had no effect: {one}" for one in without_effect), *(f"had nothing to do: {one}" for one in idle))
    for line in (*remarks, *settings):
        print(f"curate: {visible(line)}", file=sys.stderr)


def say_settings(settings: Settings) -> None:
    """Every setting and where it came from, on stderr."""
    for name, value in settings.values.items():
        told = f"{name.replace('_', '-')} = {as_toml(hide_all(value))}  ({settings.origins[name]})"
        print(visible(told), file=sys.stderr)
    for name in settings.unused:
        print(f"{visible(name)}: not a setting of this command", file=sys.stderr)
