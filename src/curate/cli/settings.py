"""Settings settled: a flag, else curate.toml or [tool.curate] in pyproject.toml, else the default; and which it was."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from curate.errors import UsageError

Trust = Callable[[Path], Path | None]
MAY_BE_EMPTY = ("tokenizer",)  # which then is curate's own
PLACES = (
    "output", "labels", "rules", "index", "human_reference", "policy", "cache_dir", "exclude", "control", "baseline",
)  # fmt: skip  # whose text could be shown, or which are written to; of a detector or a tokenizer no text is shown
UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


@dataclass(frozen=True, slots=True)
class Settings:
    """Values by option name (dashes as underscores) and the origin of each: "flag", a file's name, "default"."""

    values: dict[str, object]
    origins: dict[str, str]
    unused: tuple[str, ...] = ()  # keys of the file that are settings of other commands

    def text(self, name: str) -> str:
        """A setting that is a string; "" if it is not set."""
        value = self.values[name]
        return "" if value is None else str(value)

    def number(self, name: str) -> float:
        """A setting that is a number; raises UsageError for anything else, NaN included."""
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise self._wrong(name, "a number")
        return float(value)

    def integer(self, name: str) -> int:
        """A setting that is a whole number."""
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "a whole number")
        return value

    def size(self, name: str) -> int:
        """A setting such as 4GB or 512MiB, in bytes."""
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?\s*", str(self.values[name]).lower(), re.ASCII)
        if not match:
            raise self._wrong(name, "a size such as 4GB")
        return int(float(match[1]) * UNITS[match[2] or ""])

    def flag(self, name: str) -> bool:
        """A setting that is on or off."""
        value = self.values[name]
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def path(self, name: str) -> Path | None:
        """A setting that names a file or folder."""
        value = self.values[name]
        return None if value in (None, "") else Path(str(value))

    def paths(self, name: str) -> tuple[Path, ...]:
        """A setting that lists files."""
        return tuple(Path(item) for item in self.texts(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A setting that lists strings; one alone need not be a list."""
        value = self.values[name]
        listed = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        return tuple(str(item) for item in listed)

    def _wrong(self, name: str, wanted: str) -> UsageError:
        where = self.origins[name]
        return UsageError(
            f"--{name.replace('_', '-')} must be {wanted}, not {self.values[name]!r}",
            where="" if where == "flag" else where,
        )


def settle(
    flags: Mapping[str, object], defaults: Mapping[str, object], config: Path | None, trust: Trust | None = None
) -> Settings:
    """Flags win over the configuration file, which wins over the defaults; None and empty lists are "not given".

    trust: where a configuration file is read instead, or None where it is not to be read.

    Raises UsageError for a missing or broken file, for a setting that no command has, and where a file that was found
    by its name, as a stranger's data set may bring it, names a place outside the repository.
    """
    configured, origin = _read_config(config, trust or (lambda path: path))
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for name, default in defaults.items():
        flag = only_file(flags.get(name)) if name == "labels" else flags.get(name)
        if name not in MAY_BE_EMPTY and (flag == "" or (isinstance(flag, list) and "" in map(str, flag))):
            raise UsageError(f"--{name.replace('_', '-')} is empty", hint="give it a value, or leave it out")
        if flag is not None and flag != []:
            values[name], origins[name] = flag, "flag"
        elif name in configured:
            values[name], origins[name] = configured[name], origin
            if config is None and name in PLACES:
                _check_inside(name, configured[name], origin)
        else:
            values[name], origins[name] = default, "default"
    unused = [f"{name.replace('_', '-')} in {origin}" for name in configured if name not in defaults]
    return Settings(values, origins, tuple(unused))


def only_file(labels: object) -> Path | None:
    """The file of --labels. Raises UsageError for several, of which the last would count alone and unasked."""
    files = list(labels) if isinstance(labels, (list, tuple)) else [labels] if labels else []
    if len(files) > 1:
        hint = f"curate audit agree {shlex.join(map(str, files))} -o both.jsonl"
        raise UsageError(f"{len(files)} files of labels", where="--labels", hint=hint)
    return Path(str(files[0])) if files else None


def weights_text(value: object) -> str:
    """Weights as the command line writes them, also where a file gives a table: weights = {web = 0.7, books = 0.3}."""
    if isinstance(value, dict):
        return ",".join(f"{name}={share}" for name, share in value.items())
    return str(value or "")


def label_entries(value: object) -> tuple[str, ...]:
    """A label map as the command line writes it, also where a file gives a table: label-map = {gpt-4 = "machine"}."""
    if isinstance(value, dict):
        return tuple(f"{word}={writer}" for word, writer in value.items())
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else (str(value),)


SCAN_DEFAULTS: dict[str, object] = {
    "output": None,
    "text_column": None,
    "role": None,
    "id_column": None,
    "source_column": None,
    "label_column": None,
    "label_map": [],
    "date_column": None,
    "human_reference": [],
    "labels": None,
    "rules": [],
    "index": None,
    "threshold": 0.7,
    "ngram_size": 5,
    "num_perm": 128,
    "detector": None,
    "confidence": 0.95,
    "engine": "threads",
    "num_proc": os.cpu_count() or 1,
    "memory": "4GB",
    "max_document_size": "64MiB",
    "seed": 42,
}
MIX_DEFAULTS: dict[str, object] = {
    **SCAN_DEFAULTS,
    "human_ratio": None,
    "budget": None,
    "trust": "detected",
    "keep": "human",
    "weights": "",
    "temperature": 1.0,
    "max_repeat": 1,
    "exclude": [],
    "tokenizer": "",
    "format": "parquet",
    "shard_size": "128MiB",
    "max_tail_loss": None,
}
COMPARE_DEFAULTS: dict[str, object] = {**SCAN_DEFAULTS, "control": [], "permutations": 499}
CHECK_DEFAULTS: dict[str, object] = {
    **SCAN_DEFAULTS,
    "baseline": None,
    "human_baseline": False,
    "policy": [],
    "fail_on": "error",
    "cache_dir": None,
}
KNOWN = tuple(MIX_DEFAULTS | COMPARE_DEFAULTS | CHECK_DEFAULTS)


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
            if _leads_out(Path(path)):
                raise UsageError(
                    f"its {name.replace('_', '-')} leads out of the repository: {path}", where=origin,
                    hint=f"name it on the command line (--{name.replace('_', '-')}), or trust the file: -c {origin}",
                )  # fmt: skip


def _leads_out(path: Path) -> bool:
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if os.path.lexists(folder / ".git")), here)
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _candidates(config: Path | None) -> list[tuple[Path, tuple[str, ...]]]:
    if config is not None:
        return [(config, ("tool", "curate") if config.name == "pyproject.toml" else ())]
    found = [(Path("curate.toml"), ()), (Path("pyproject.toml"), ("tool", "curate"))]
    return [(path, table) for path, table in found if path.is_file()]


def _known(key: str, path: Path) -> str:
    name = key.replace("-", "_")
    if name not in KNOWN:
        near = get_close_matches(name, KNOWN, n=1)
        hint = f"did you mean {near[0].replace('_', '-')}?" if near else "settings are named like options, without --"
        raise UsageError(f"no setting is called {key!r}", where=str(path), hint=hint)
    return name
