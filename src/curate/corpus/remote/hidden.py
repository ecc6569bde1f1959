"""Addresses without their secrets: passwords and signatures stay in this process, all else sees what is shown."""

from __future__ import annotations

from curate.corpus.remote.store import is_remote

HIDDEN = "***"
_OPEN = frozenset(("download", "raw", "revision", "ref", "version", "versionid", "generation", "format", "alt"))
_whole: dict[str, str] = {}  # what is shown, and what it stands for


def hide(path: str) -> str:
    """The path, or an option with one, as it may be shown and written; `revealed` gives the whole one back."""
    if path.startswith("--") and (equals := path.find("=")) > 0:
        return path[: equals + 1] + hide(path[equals + 1 :])
    if not is_remote(path) or path in _whole:
        return path
    shown = _shown(path)
    if shown == path:
        return path
    number, first = 1, shown
    while _whole.get(shown, path) != path:  # two that differ in what is hidden
        number += 1
        shown = f"{first}&{HIDDEN}{number}"
    _whole[shown] = path
    return shown


def revealed(path: str) -> str:
    """The path that a shown one stands for, secrets and all: for who asks the store, never for who tells."""
    return _whole.get(path, path)


def _shown(path: str) -> str:
    scheme, _, rest = path.partition("://")
    end = min((place for mark in "/?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    _, at, host = rest[:end].rpartition("@")
    begin = f"{scheme}://{HIDDEN}@{host}" if at else f"{scheme}://{host}"
    if scheme not in ("http", "https"):
        return begin + rest[end:]
    before, mark, query = rest[end:].partition("?")
    return begin + before + mark + "&".join(map(_parameter, query.split("&")))


def _parameter(said: str) -> str:
    name, equals, _ = said.partition("=")
    return said if not said or name.lower() in _OPEN else f"{name}={HIDDEN}" if equals else HIDDEN
