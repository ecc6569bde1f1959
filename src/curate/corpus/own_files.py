"""The files that curate writes itself: of a run, a mix and an index, which are no data of the user's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST, CERTIFICATE = "manifest.json", "certificate.json"
MARKS = ("inputs", "measures")  # keys that no manifest.json of another tool has together
_CERTIFIED = ("human_ratio", "human_tokens_at_least", "outputs")
_MARK_BYTES = 1 << 28  # no manifest is larger
_RUN = re.compile(
    r"(clusters|matches)\.parquet|quarantine\.jsonl|"
    r"(annotations/\.?\d{5,}\.parquet|samples/\.?\d{5,}\.arrow|quarantined/\.?\d{5,}\.jsonl|"
    r"seals/\.?(\d{5,}|figures|manifest)\.json)(\.[0-9a-f]{8}\.tmp)?"
)
_MIX = re.compile(r"(removed|conflicts|excluded)\.parquet|audits/[^/]*")
_INDEX = re.compile(r"index\.json|segments/\d{6,}/([a-z]+\.bin|documents\.feather|seal\.json)")


def is_manifest(path: Path) -> bool:
    """Return whether curate wrote this manifest.json of a run."""
    return said_manifest(regular_content(path))


def is_certificate(path: Path) -> bool:
    """Return whether curate wrote this certificate.json of a mix."""
    return said_certificate(regular_content(path))


def said_manifest(content: bytes) -> bool:
    """Return whether the content is that of a run's manifest.json."""
    return all(key in _object(content) for key in MARKS)


def said_certificate(content: bytes) -> bool:
    """Return whether the content is that of a mix's certificate.json."""
    return all(key in _object(content) for key in _CERTIFIED)


def is_index(path: Path) -> bool:
    """Return whether curate wrote this index.json of earlier corpora."""
    return {"curate_index", "segments"} <= _object(regular_content(path)).keys()


def is_of_run(name: str) -> bool:
    """Return whether a path from the folder of a run is one that curate writes there."""
    return _RUN.fullmatch(name) is not None


def is_of_mix(name: str) -> bool:
    """Return whether a path from the folder of a mix is a data file beside the mix itself."""
    return _MIX.fullmatch(name) is not None


def is_of_index(name: str) -> bool:
    """Return whether a path from the folder of an index is one that curate writes there."""
    return _INDEX.fullmatch(name) is not None


def regular_content(path: Path) -> bytes:
    """The bytes of a regular file; b"" where there is none, or one larger than any manifest."""
    try:
        small = not path.is_symlink() and path.is_file() and path.stat().st_size <= _MARK_BYTES
        return path.read_bytes() if small else b""
    except OSError:
        return b""


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
