"""Options that a command knows and had no use for: said on stderr and in JSON, so that none passes for a setting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from curate.cli.settings import Settings
from curate.settings.columns import LABEL_MAP
from curate.settings.setting import Setting


class IdleOptions(NamedTuple):
    """A sentence each. without_effect: given for this command; nothing_to_do: in a file, where others may need them."""

    without_effect: tuple[str, ...] = ()
    nothing_to_do: tuple[str, ...] = ()

    def and_also(self, without_effect: Iterable[str], nothing_to_do: Iterable[str] = ()) -> IdleOptions:
        """Together with others, each once."""
        told, idle = (*self.without_effect, *without_effect), (*self.nothing_to_do, *nothing_to_do)
        return IdleOptions(tuple(dict.fromkeys(told)), tuple(dict.fromkeys(idle)))

    def say(self) -> None:
        """On stderr."""
        from curate.cli.remarks import say_remarks

        say_remarks((), self.without_effect, self.nothing_to_do)

    def in_json(self, answer: dict[str, object]) -> dict[str, object]:
        """The answer with what is said here."""
        told = {"without_effect": list(self.without_effect), "nothing_to_do": list(self.nothing_to_do)}
        return {**answer, **told}


def idle_options(settings: Settings, some: Sequence[Setting[Any]], why: str) -> IdleOptions:
    """Return the given ones of these settings, with the reason why this command has no use for them."""
    given = [one for one in some if settings.origins[one.key] != "default"]
    flags = [one for one in given if settings.origins[one.key] == "flag"]
    files = [f"{one.option[2:]} in {settings.origins[one.key]}: {why}" for one in given if one not in flags]
    return IdleOptions(tuple(f"{one.option}: {why}" for one in flags), tuple(files))


def idle_words(settings: Settings, files: Sequence[Path]) -> IdleOptions:
    """Entries of --label-map that no label in these files says."""
    from curate.corpus.label_words import parse_label_map
    from curate.corpus.labels import label_words

    words = parse_label_map(settings[LABEL_MAP])
    if not words:
        return IdleOptions()
    said = frozenset[str]().union(*map(label_words, files))
    where = " or ".join(map(str, files))
    idle = [
        f"--label-map {word}={who}: no label in {where} says that" for word, who in words.items() if word not in said
    ]
    return IdleOptions(tuple(idle))
