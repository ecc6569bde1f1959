"""From the paths a user types to the data files they mean; nothing is opened but folders and the lists in them."""

from __future__ import annotations

import difflib
import glob
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from curate.errors import DataError, UsageError

SUFFIXES: dict[str, tuple[str, str]] = {
    ".parquet": ("parquet", ""),
    ".arrow": ("arrow", ""),
    ".jsonl": ("jsonl", ""),
    ".ndjson": ("jsonl", ""),
    ".json.gz": ("jsonl", "gz"),
    ".jsonl.gz": ("jsonl", "gz"),
    ".ndjson.gz": ("jsonl", "gz"),
    ".jsonl.zst": ("jsonl", "zst"),
    ".ndjson.zst": ("jsonl", "zst"),
}
READ_SUFFIXES = "files read are " + " ".join(SUFFIXES)
TEXT_SUFFIXES = (".txt", ".txt.gz", ".txt.zst", ".csv", ".csv.gz", ".tsv", ".html", ".pdf")  # documents, not read
_REMOTE = ("s3://", "hf://", "gs://", "gcs://", "az://", "abfs://", "http://", "https://")


@dataclass(frozen=True, slots=True)
class Found:
    """A path, and the name reports and made ids show for it."""

    path: str
    argument: str
    name: str  # printable Unicode, even where the path is not


def data_suffix(name: str) -> str:
    """The longest suffix in SUFFIXES that ends the name, in any case; "" if none does."""
    lowered = name.lower()
    return max((suffix for suffix in SUFFIXES if lowered.endswith(suffix)), key=len, default="")


def find_paths(arguments: Sequence[str]) -> list[Found]:
    """Every data file the arguments mean, once, sorted by name.

    Raises UsageError for remote paths, DataError for a missing path or a folder without data files.
    """
    if not arguments:
        raise UsageError("no path given", hint="name a file, a folder or a glob")
    found: dict[str, Found] = {}
    for argument in arguments:
        for item in _expand(argument):
            found.setdefault(os.path.abspath(item.path), item)  # noqa: PTH100 (resolve() would follow links)
    return sorted(map(_printable, _told_apart(list(found.values()))), key=lambda item: (item.name, item.path))


def passed_over(arguments: Sequence[str]) -> Counter[str]:
    """Files by suffix that lie beside data files in the folders named, look like documents and are not read."""
    passed: Counter[str] = Counter()
    for path in map(Path, arguments):
        if path.is_dir():
            for _ in _walk(path, set(), passed):
                pass
    return passed


def printable(name: str) -> str:
    """The name as Unicode, also where the file system has other bytes for it."""
    return os.fsencode(name).decode(errors="replace")


def _printable(item: Found) -> Found:
    return replace(item, name=printable(item.name))


def _expand(argument: str) -> list[Found]:
    if argument.startswith(_REMOTE):
        raise UsageError("remote paths are not read yet", where=argument, hint="copy the data to a local folder first")
    path = Path(argument)
    if path.exists():
        return _under(path, argument)
    matches = sorted(glob.glob(argument, recursive=True)) if glob.has_magic(argument) else []  # noqa: PTH207
    if not matches:
        raise DataError("no such file or folder", where=argument, hint=_nearest(path))
    return [item for match in matches for item in _matched(match)]


def _matched(match: str) -> list[Found]:
    """A glob may hit folders without data and strangers among the files: they are passed over."""
    path = Path(match)
    if path.is_dir():
        return [Found(str(file), match, _relative(file, path)) for file in _walk(path, set())]
    return _under(path, match) if data_suffix(match) else []


def _under(path: Path, argument: str) -> list[Found]:
    if not path.is_dir():
        return [Found(argument, argument, path.name)]
    if _is_run(path):
        raise DataError("is a run of curate, not data", where=argument, hint="name the folder that was scanned")
    files = list(_walk(path, set()))
    if not files:
        raise DataError(_nothing_in(path), where=argument, hint=READ_SUFFIXES)
    return [Found(str(file), argument, _relative(file, path)) for file in files]


def _relative(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _walk(folder: Path, seen: set[str], passed: Counter[str] | None = None) -> Iterator[Path]:
    """Data files below a folder; hidden ones, runs and everything of a mix but its data are left out.

    passed: counts what looks like a document and is not read.
    """
    place = os.path.realpath(folder)
    if place in seen or _is_run(folder):
        return
    seen.add(place)
    if (folder / "certificate.json").is_file() and (folder / "data").is_dir():
        yield from _walk(folder / "data", seen, passed)
        return
    saved = _saved_files(folder)
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, seen, passed)
        elif (suffix := data_suffix(entry.name)) and (suffix != ".arrow" or entry.name in (saved or {entry.name})):
            yield entry
        elif passed is not None and entry.name.lower().endswith(TEXT_SUFFIXES):
            passed[next(kind for kind in TEXT_SUFFIXES if entry.name.lower().endswith(kind))] += 1


def _is_run(folder: Path) -> bool:
    return (folder / "manifest.json").is_file() and (folder / "annotations").is_dir()


def _saved_files(folder: Path) -> set[str]:
    """What `save_to_disk` says belongs to the data set; caches of `map` and `filter` lie beside it."""
    try:
        state = json.loads((folder / "state.json").read_bytes())
        return {str(entry["filename"]) for entry in state["_data_files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _nothing_in(folder: Path) -> str:
    kinds = Counter(
        PurePosixPath(name).suffix or name for _, _, names in os.walk(folder) for name in names
    ).most_common(5)
    if not kinds:
        return "the folder is empty"
    return "no data files in this folder, only " + ", ".join(f"{count} {kind}" for kind, count in kinds)


def _nearest(path: Path) -> str:
    """Where the first missing part has a neighbour of nearly that name, name it."""
    parents = [path, *path.parents]
    missing = next((p for p in reversed(parents) if not p.exists()), path)
    try:
        names = sorted(entry.name for entry in missing.parent.iterdir())
    except OSError:
        return ""
    close = difflib.get_close_matches(missing.name, names, n=1)
    return f"did you mean {missing.parent / close[0]}?" if close else ""


def _told_apart(items: list[Found]) -> list[Found]:
    """Where two arguments give one name, all files of these arguments carry the argument in front."""
    count = Counter(item.name for item in items)
    clashing = {item.argument for item in items if count[item.name] > 1}
    return [_prefixed(item) if item.argument in clashing else item for item in items]


def _prefixed(item: Found) -> Found:
    argument = PurePosixPath(item.argument).as_posix()
    folder = Path(item.argument).is_dir()
    return Found(item.path, item.argument, f"{argument}/{item.name}" if folder else argument)
