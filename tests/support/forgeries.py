"""Forgeries of a mix: every field of its JSON files and every file of its folder edited, and what `verify` says."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.jobs.mix.bound_files import files_beside
from curate.jobs.verify.job import Verification, verify
from forging import in_every_page

CERTIFICATE = "certificate.json"
PAGES = ("README.md", "croissant.json")
OTHER = (None, True, 7, 0.5, "x", [], {"a": 1})
ADDED = (
    *("data/more.jsonl", "data/part-00001.parquet", "data/.hidden.parquet", "data/sub/a.csv", "notes.txt", "train.csv"),
    *("metadata.csv", "mix.py", "audits/round-1.json", "audits/round-9.json", "audits/round-9.jsonl"),
    *("audits/pool.csv", ".huggingface.yaml", ".cache/huggingface/x.jsonl", ".curate-owned2", "dataset_infos.json"),
)
NOTE = b'{"text": "more", "round": 9, "draws": 5}\n'
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Forgery:
    """An edit of a mix. `place`: the field or file that it says of itself; `forge` edits a copy of the folder."""

    kind: str
    place: str
    forge: Callable[[Path], None]


@dataclass(frozen=True)
class Verdict:
    """Verdict on a forgery: it passes without and with the digest, and verify says what it takes on trust."""

    plainly: bool
    pinned: bool
    told: bool


def verdict(forgery: Forgery, honest: Path, folder: Path, digest: str, detector: Path | None = None) -> Verdict | None:
    """Verify the forged copy once with the digest: without it the same findings stand but that of the digest.

    None where the edit changed nothing.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(honest, folder, symlinks=True)
    forgery.forge(folder)
    if _said(folder) == _said(honest):
        return None
    try:
        found = verified(folder, digest, detector)
    except CurateError:
        return Verdict(plainly=False, pinned=False, told=True)
    plainly = not found.is_unknown and all(finding.field == "digest" for finding in found.findings)
    trusted = any(_within(forgery.place, name) for name in found.not_rechecked)
    return Verdict(plainly, pinned=found.holds, told=not plainly or trusted)


def _said(folder: Path) -> dict[str, object]:
    """Content of each file. Spaces between the parts of the certificate say nothing, and its digest leaves them out."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        found[name] = (path.is_symlink(), path.is_dir() or path.read_bytes())
        if name == CERTIFICATE and path.is_file() and not path.is_symlink():
            with suppress(ValueError):
                found[name] = json.dumps(json.loads(path.read_bytes()), sort_keys=True)
    return found


def verified(folder: Path, digest: str, detector: Path | None = None) -> Verification:
    """The verification, without its progress."""
    job = verify(folder, digest_expected=digest, detector=detector)
    while True:
        try:
            next(job)
        except StopIteration as done:
            return done.value


def _within(place: str, name: str) -> bool:
    return place == name or place.startswith(f"{name}.") or name.startswith(f"{place}.")


def forgeries(honest: Path) -> Iterator[Forgery]:
    """Every edit of the certificate, plainly and with all pages and hashes made to fit, of the pages, of the files."""
    told = json.loads((honest / CERTIFICATE).read_text())
    for change, path, value in edits(told):
        place = _dotted(told, path)
        yield Forgery(f"certificate, field {change}", place, _edited(CERTIFICATE, path, value))
        yield Forgery(f"certificate and pages, field {change}", place, _fitted(path, value))
    for change, path, value in edits(json.loads((honest / "croissant.json").read_text())):
        yield Forgery(
            f"Croissant and its hash, field {change}",
            "files.croissant.json",
            _rehashed(_edited("croissant.json", path, value)),
        )
    card = (honest / "README.md").read_text()
    for change, new in card_edits(card):
        yield Forgery(f"card and its hash, {change}", "files.README.md", _rehashed(_replaced("README.md", new)))
    for path in sorted(path for path in honest.rglob("*") if path.is_file()):
        yield from _of_file(path.relative_to(honest).as_posix())
    for name in ADDED:
        if not (honest / name).exists():
            yield Forgery("file added", f"files.{name}", _added(name))
            yield Forgery("file added and bound", f"files.{name}", _rehashed(_added(name)))


def edits(value: Any, path: Path_ = ()) -> Iterator[tuple[str, Path_, Callable[[Any], Any] | None]]:
    """Each field edited, retyped and removed (None); lists and objects also with a part more."""
    if path:
        yield "removed", path, None
        yield from (("retyped", path, _constant(other)) for other in OTHER if type(other) is not type(value))
    if isinstance(value, bool):
        yield "edited", path, lambda old: not old
    elif isinstance(value, int | float):
        for step in (1, -1):
            yield "edited", path, lambda old, step=step: old + step
        yield "edited", path, lambda old: old * 1.001 if isinstance(old, float) else old * 2
    elif isinstance(value, str):
        yield "edited", path, lambda old: old + "x"
        yield (
            "edited",
            path,
            lambda old: re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), old, count=1) or "1",
        )
    elif isinstance(value, dict):
        yield "edited", path, lambda old: {**old, "more": 1}
        for name, inner in value.items():
            yield from edits(inner, (*path, name))
    elif isinstance(value, list):
        yield "edited", path, lambda old: [*old, *(old[-1:] or ["more"])]
        for number, inner in enumerate(value):
            yield from edits(inner, (*path, number))


def card_edits(card: str) -> Iterator[tuple[str, str]]:
    """Each number one more, each line removed, and lines that claim more or load other files."""
    for found in re.finditer(r"\d", card):
        yield "number edited", f"{card[: found.start()]}{_next(found)}{card[found.end() :]}"
    lines = card.splitlines(keepends=True)
    for number in range(len(lines)):
        yield "line removed", "".join(lines[:number] + lines[number + 1 :])
        yield "line doubled", "".join(lines[: number + 1] + lines[number:])
    yield "claim added", f"{card}\nAll of it was written by people.\n"
    yield "claim added", card.replace("configs:", "configs:\n- config_name: all\n  data_files: removed.parquet", 1)


def _next(digit: re.Match[str]) -> str:
    return str((int(digit[0]) + 1) % 10)


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda _: copy.deepcopy(value)


def _dotted(told: Any, path: Path_) -> str:
    """As findings name it: parts of a list by their name where they have one, else the list."""
    names: list[str] = []
    for part in path:
        if isinstance(part, int):
            if not (
                isinstance(told, list) and part < len(told) and isinstance(told[part], dict) and "name" in told[part]
            ):
                break
            names.append(str(told[part]["name"]))
        else:
            names.append(part)
        told = told[part]
    return ".".join(names)


def _changed(told: Any, path: Path_, value: Callable[[Any], Any] | None) -> Any:
    if not path:
        return told if value is None else value(told)
    holder = told
    for part in path[:-1]:
        holder = holder[part]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value(holder[path[-1]])
    return told


def _write(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=path.name == CERTIFICATE) + "\n")


def _edited(name: str, path: Path_, value: Callable[[Any], Any] | None) -> Callable[[Path], None]:
    def forge(folder: Path) -> None:
        _write(folder / name, _changed(json.loads((folder / name).read_text()), path, value))

    return forge


def _fitted(path: Path_, value: Callable[[Any], Any] | None) -> Callable[[Path], None]:
    """By someone who knows curate; where the pages cannot be written of it, only the certificate is edited."""

    def forge(folder: Path) -> None:
        told = _changed(json.loads((folder / CERTIFICATE).read_text()), path, value)
        try:
            if path[:1] != ("files",):
                in_every_page(told, folder)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            pass
        _write(folder / CERTIFICATE, told)

    return forge


def _rehashed(forge: Callable[[Path], None]) -> Callable[[Path], None]:
    """The certificate binds what was forged: hashes of the data too."""

    def both(folder: Path) -> None:
        forge(folder)
        told = json.loads((folder / CERTIFICATE).read_text())
        told["files"] = files_beside(folder)
        for output in told["outputs"]:
            if (folder / output["name"]).is_file():
                output["sha256"] = sha256((folder / output["name"]).read_bytes()).hexdigest()
        _write(folder / CERTIFICATE, told)

    return both


def _replaced(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: _done((folder / name).write_text(text))


def _done(_: object) -> None:
    return None


def _added(name: str) -> Callable[[Path], None]:
    def forge(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet = [*folder.glob("data/*.parquet"), folder / "removed.parquet"]
        path.write_bytes(
            parquet[0].read_bytes() if path.suffix == ".parquet" else b'{"text": "more", "round": 9, "draws": 5}\n'
        )

    return forge


def _one_byte_other(old: bytes) -> bytes:
    middle = len(old) // 2
    return old[:middle] + bytes([old[middle] ^ 1]) + old[middle + 1 :]


def _of_file(name: str) -> Iterator[Forgery]:
    """A file altered, cut, emptied, removed, linked, renamed or made a folder."""
    place = f"files.{name}"

    def edit(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
        return lambda folder: _done((folder / name).write_bytes(change((folder / name).read_bytes())))

    def linked(folder: Path) -> None:
        (folder / name).rename(folder.parent / "outside")
        (folder / name).symlink_to(folder.parent / "outside")

    def a_folder(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    whole = {
        "bytes added": edit(lambda old: old + b" "),
        "line added": edit(lambda old: old + (old.splitlines(keepends=True) or [b"{}\n"])[0]),
        "byte altered": edit(
            lambda old: old[: len(old) // 2] + bytes([old[len(old) // 2] ^ 1]) + old[len(old) // 2 + 1 :]
        ),
        "cut": edit(lambda old: old[: len(old) // 2]),
        "emptied": edit(lambda _: b""),
        "removed": lambda folder: (folder / name).unlink(),
        "linked": linked,
        "renamed": lambda folder: _done((folder / name).rename(folder / f"{name}.old")),
        "made a folder": a_folder,
    }
    for change, forge in whole.items():
        yield Forgery(f"file {change}", place, forge)
        if name != CERTIFICATE:
            yield Forgery(f"file {change} and bound", place, _rehashed(forge))
