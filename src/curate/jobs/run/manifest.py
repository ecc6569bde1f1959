"""manifest.json: what a run was asked for and made from. It is written first and marks the folder as curate's own."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from curate.corpus.remote.hub_origins import hub_origins

if TYPE_CHECKING:  # this is read while they are loaded
    from curate.corpus.files import DataFile
    from curate.corpus.taken_columns import TakenColumns
    from curate.detect.judge import Judge
    from curate.jobs.run.plan import ScanPlan
    from curate.rulebook.rules import RuleBook
from curate.visible import printable_json

PACKAGES = ("corpus-curate", "numpy", "pyarrow", "numba")
ELSEWHERE = (
    "origins",
    "workers",
    "memory",
    "output",
    "add_to_index",
    "index_corpora",
    "follow_links",
    "crosscheck",
    "book",
)  # no figure depends on them


def manifest(
    plan: ScanPlan,
    files: Sequence[DataFile],
    book: RuleBook,
    detector: Judge,
    measured: str,
    layouts: Sequence[TakenColumns],
) -> dict[str, object]:
    """Settings, inputs, the columns taken of them, and versions; measured: the stamp of the measures."""
    settings = {k: v for k, v in asdict(replace(plan, book=None)).items() if k not in ELSEWHERE}
    return {
        "version": 1,
        "inputs": [
            {"name": f.name, "fingerprint": f.fingerprint, "bytes": f.text_bytes, "shards": len(f.shards)}
            for f in files
        ],
        "hub": [asdict(one) for one in hub_origins(plan.paths, (file.path for file in files))],
        "columns": [asdict(layout) for layout in layouts],
        "settings": settings,
        "origins": plan.origins,
        "measures": measured,
        "rules": book.fingerprint,
        "detector": detector.fingerprint,
        "versions": versions() | {"python": platform.python_version()},
    }


def versions() -> dict[str, str]:
    """Of the packages on which figures may depend."""
    return {name: version(name) for name in PACKAGES}


def json_bytes(value: dict[str, object]) -> bytes:
    """As the files of a run hold it; paths are text, and what of them is no Unicode is escaped."""
    text = printable_json(json.dumps(value, ensure_ascii=False, indent=1, default=_plain)) + "\n"
    return text.encode(errors="backslashreplace")


def _plain(item: object) -> str:
    if isinstance(item, Path):
        return str(item)
    raise TypeError(type(item).__name__)
