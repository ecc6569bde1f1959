"""Settings settled: a flag, else curate.toml or [tool.curate] in pyproject.toml, else the default; and which it was."""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from curate.corpus.remote.hidden import hide, hide_all
from curate.errors import UsageError
from curate.settings.compare import KNOWN
from curate.settings.kinds import is_elsewhere
from curate.settings.scan import LABELS
from curate.settings.setting import Setting

T = TypeVar("T")
Trust = Callable[[Path], Path | None]


@dataclass(frozen=True, slots=True)
class Settings:
    """Values by key, as they were given, and the origin of each: "flag", a file's name, "default"."""

    values: dict[str, object]
    origins: dict[str, str]
    unused: tuple[str, ...] = ()  # keys of the file that are settings of other commands

    def __getitem__(self, of: Setting[T]) -> T:
        """The value of a setting. Raises UsageError for one of another type, NaN included."""
        value = self.values[of.key]
        try:
            return of.kind.read(value)
        except ValueError as error:
            where = self.origins[of.key]
            raise UsageError(
                f"{of.option} must be {of.kind.wanted}, not {hide_all(value)!r}", where="" if where == "flag" else where
            ) from error

    def given(self, of: Setting[T]) -> bool:
        """Return whether it is set to something, by default too."""
        return self.values[of.key] is not None


def settle(
    flags: Mapping[str, object],
    wanted: Sequence[Setting[Any]],
    config: Path | None,
    trust: Trust | None = None,
    *,
    without: Sequence[Setting[Any]] = (),
) -> Settings:
    """Flags win over the configuration file, which wins over the defaults; None and empty lists are "not given".

    flags: values by parameter, as the command line has them; others may be among them. trust: where a configuration
    file is read instead, or None where it is not to be read. without: settings whose flags mean something else here.

    Raises UsageError for a missing or broken file, for a setting that no command has, and where a file that was found
    by its name, as a stranger's data set may bring it, names a place outside the repository.
    """
    configured, origin = _read_config(config, trust or (lambda path: path))
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for setting in wanted:
        name = setting.key
        flag = None if setting in without else _flag(setting, flags.get(name))
        if flag is not None:
            values[name], origins[name] = flag, "flag"
        elif name in configured:
            values[name], origins[name] = configured[name], origin
            if config is None and setting.place:
                _check_inside(name, configured[name], origin)
        else:
            default = setting.default
            values[name], origins[name] = list(default) if isinstance(default, tuple) else default, "default"
    unused = [f"{name.replace('_', '-')} in {origin}" for name in configured if name not in values]
    return Settings(values, origins, tuple(unused))


def _flag(setting: Setting[Any], value: object) -> object:
    """None where it was not given. Raises UsageError where it is empty."""
    if setting is LABELS:
        value = only_file(value)
    several = isinstance(value, (list, tuple))
    if not setting.may_be_empty and (value == "" or (several and "" in map(str, value))):  # type: ignore[call-overload]
        raise UsageError(f"{setting.option} is empty", hint="give it a value, or leave it out")
    return (list(value) or None) if several else value  # type: ignore[call-overload]


def only_file(labels: object) -> Path | None:
    """The file of --labels. Raises UsageError for several, of which the last would count alone and unasked."""
    files = list(labels) if isinstance(labels, (list, tuple)) else [labels] if labels else []
    if len(files) > 1:
        hint = f"curate audit agree {shlex.join(map(str, files))} -o both.jsonl"
        raise UsageError(f"{len(files)} files of labels", where="--labels", hint=hint)
    return Path(str(files[0])) if files else None


def _read_config(config: Path | None, trust: Trust) -> tuple[dict[str, object], str]:
    for path, table in _candidates(config):
        read = trust(path)
        if read is None:
            continue
        if config is None and path.is_symlink() and _leads_out(path):
            raise UsageError("is a link that leads out of the repository", where=str(path), hint=f"trust it: -c {path}")
        try:
            content: dict[str, object] = tomllib.loads(read.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", where=str(path), hint="check -c/--config") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"is not TOML: {error}", where=str(path)) from error
        for key in table:
            part = content.get(key, {})
            content = part if isinstance(part, dict) else {}
        if content:
            return {_known(key, path): value for key, value in content.items()}, path.name
    return {}, ""


def _check_inside(name: str, value: object, origin: str) -> None:
    """Raises UsageError for a place outside the repository, or outside the working folder where there is none."""
    for place in value if isinstance(value, (list, tuple)) else [value]:
        beside_column = str(place).rpartition(":")[0]  # --exclude FILE:COLUMN
        for path in filter(None, (str(place), beside_column if name == "exclude" else "")):
            if is_elsewhere(path) or _leads_out(Path(path)):
                raise UsageError(
                    f"its {name.replace('_', '-')} leads out of the repository: {hide(path)}", where=origin,
                    hint=f"name it on the command line (--{name.replace('_', '-')}), or trust the file: -c {origin}",
                )  # fmt: skip


def _leads_out(path: Path) -> bool:
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if os.path.lexists(folder / ".git")), here)
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _candidates(config: Path | None) -> list[tuple[Path, tuple[str, ...]]]:
    if config is not None:
        return [(config, ("tool", "curate") if config.name == "pyproject.toml" else ())]
    return list(found_configs().items())


def found_configs() -> dict[Path, tuple[str, ...]]:
    """Configuration files that are read unasked, each with its table."""
    found = {Path("curate.toml"): (), Path("pyproject.toml"): ("tool", "curate")}
    return {path: table for path, table in found.items() if path.is_file()}


def _known(key: str, path: Path) -> str:
    name = key.replace("-", "_")
    if name not in KNOWN:
        near = get_close_matches(name, KNOWN, n=1)
        hint = f"did you mean {near[0].replace('_', '-')}?" if near else "settings are named like options, without --"
        raise UsageError(f"no setting is called {hide(key)!r}", where=str(path), hint=hint)
    return name
