"""Mutants of what curate keeps, which are only read back: hundreds in a second, where a whole command takes one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from curate.errors import CurateError
from curate.jobs.check.baseline_state import Base, load_base
from curate.mixing.certificate import parse_certificate
from curate.neardup.index import IndexSettings, open_index
from curate.neardup.index_manifest import read_state
from mutant_families import FAMILIES

Read = Callable[[Path], str]


def kept(folder: Path) -> Iterator[tuple[str, list[Path], Read]]:
    """Name, files and reader of a baseline's cache, an index and a mix's certificate."""
    for name, made in (("baseline", _baseline), ("index", _index), ("verify", _certificate)):
        place = folder / name
        place.mkdir()
        targets = FAMILIES[name](place).targets
        yield name, [path for path in targets if name != "verify" or path.name == "certificate.json"], made(place)


def _baseline(place: Path) -> Read:
    """Read as it was, or not at all."""
    cache = place / "cache"
    (state,) = cache.glob("runs/*/base.json")
    truth = _said(load_base(state.parent, cache))

    def read(path: Path) -> str:
        del path
        found = load_base(state.parent, cache)
        return "" if found is None or _said(found) == truth else "another baseline"

    return read


def _said(base: Base | None) -> object:
    assert base is not None
    tables = (base.documents.to_pydict(), base.sample().to_table().to_pydict())
    return json.dumps([*tables, base.twin.tolist(), base.edges.tolist(), base.figures, dict(base.files)], default=str)


def _index(place: Path) -> Read:
    """Read as it was, or refused."""
    folder = place / "idx"
    state = read_state(folder)
    assert state is not None
    wanted = IndexSettings(**state["settings"])

    def said() -> object:
        index = open_index(folder, wanted)
        opened = index.open_segments()
        return repr((index.cut, index.corpora, index.segments, [one.documents.to_pydict() for one in opened]))

    truth = said()

    def read(path: Path) -> str:
        del path
        try:
            return "" if said() == truth else "another index"
        except CurateError:
            return ""

    return read


def _certificate(place: Path) -> Read:
    """Parsed or refused."""
    del place

    def read(path: Path) -> str:
        with suppress(CurateError):
            parse_certificate(path.read_bytes().decode(errors="replace"), where=str(path))
        return ""

    return read
