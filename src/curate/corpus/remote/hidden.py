"""Addresses without their secrets: passwords and signatures stay in this process, all else sees what is shown."""

from __future__ import annotations

import os
import re

from curate.corpus.remote.store import SCHEMES, is_remote, with_plain_scheme

HIDDEN = "***"
_OPEN = frozenset(("download", "raw", "revision", "ref", "version", "versionid", "generation", "format", "alt"))
_LIKE = re.compile(r"\s*([a-z][a-z0-9+.-]+):/+", re.IGNORECASE)  # how an address begins, also a mistyped one
_OPTION = re.compile(r"--[^=]+=|-[a-zA-Z](?!$)")
_whole: dict[str, str] = {}  # what is shown, and what it stands for


def hide(path: str) -> str:
    """The path, or an option with one, as it may be shown and written; `revealed` gives the whole one back.

    What only looks like an address, such as http:/user:password@host, loses its secrets too, for errors name it.
    """
    if option := _OPTION.match(path):
        return option[0] + hide(path[option.end() :])
    path = with_plain_scheme(path)
    if path in _whole or not (begin := _LIKE.match(path)) or (not is_remote(path) and os.path.lexists(path)):
        return path
    shown = _shown(begin[1].lower(), begin[0], path[begin.end() :])
    if shown == path:
        return path
    number, first = 1, shown
    while _whole.get(shown, path) != path:  # two that differ in what is hidden
        number += 1
        shown = f"{first}&{HIDDEN}{number}"
    _whole[shown] = path
    return shown


def hide_all(value: object) -> object:
    """The value of a setting as it may be shown: its addresses hidden, those of lists and tables too."""
    if isinstance(value, dict):
        return {hide(str(key)): hide_all(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [hide_all(one) for one in value]
    return hide(value) if isinstance(value, str) else value


def revealed(path: str) -> str:
    """The path that a shown one stands for, secrets and all: for who asks the store, never for who tells."""
    return _whole.get(path, path)


def _shown(scheme: str, begin: str, rest: str) -> str:
    end = min((place for mark in "/?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    names, at, host = rest[:end].rpartition("@")
    port = host.rpartition("]")[2].partition(":")[2]
    if not at and port and not port.isdigit() and "@" in rest:  # a password with a slash in it
        names, at, host = rest.rpartition("@")
        host, rest, end = "", names + at + host, len(names + at)
    if at and (":" in names or scheme in SCHEMES):
        begin += f"{HIDDEN}@"
        rest, end = host + rest[end:], len(host)
    if scheme not in ("http", "https"):
        return begin + rest
    return (
        begin
        + rest[:end]
        + "".join(
            "&".join(map(_parameter, part.split("&"))) if number and part not in "?#" else part
            for number, part in enumerate(re.split(r"([?#])", rest[end:]))
        )
    )


def _parameter(said: str) -> str:
    name, equals, _ = said.partition("=")
    return said if not said or name.lower() in _OPEN else f"{name}={HIDDEN}" if equals else HIDDEN
