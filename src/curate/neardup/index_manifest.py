"""index.json, which says what belongs to an index: read and checked, and the errors for what is none."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from pathlib import Path
from typing import Any

from curate.errors import DataError, UsageError

VERSION = 1
MANIFEST = "index.json"
LOCK = ".lock"
FRESH = re.compile(rf"\{LOCK}|\.{re.escape(MANIFEST)}\..*\.tmp|segments")


def read_state(folder: Path) -> dict[str, Any] | None:
    """Content of index.json, None for a folder that is absent or empty."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        if folder.is_dir() and not all(FRESH.fullmatch(path.name) for path in folder.iterdir()):
            raise foreign(folder) from None
        return None
    except NotADirectoryError:
        raise foreign(folder) from None
    except OSError as error:
        raise DataError(f"the index cannot be read: {error.strerror}", where=str(folder)) from error
    try:
        state = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise broken(folder, "it is not JSON") from error
    if not isinstance(state, dict) or "curate_index" not in state:
        raise foreign(folder)
    if state["curate_index"] != VERSION:
        raise UsageError(
            f"this index has version {state['curate_index']!r}, and this curate reads version {VERSION}",
            where=str(folder),
            hint="--index NEW, and scan its corpora into it; or use the curate that made it",
        )
    if "checksum" in state and state["checksum"] != checksum(state):  # an earlier version wrote none
        raise broken(folder, "it is not as it was written")
    return state


def checksum(state: dict[str, Any]) -> str:
    """32 hex digits over everything but the checksum itself."""
    told = json.dumps({name: value for name, value in state.items() if name != "checksum"}, sort_keys=True)
    return blake2b(told.encode(), digest_size=16).hexdigest()


def foreign(folder: Path) -> UsageError:
    """The error for a folder that is something else."""
    return UsageError(
        "is not an index of curate, and nothing of yours is overwritten", where=str(folder), hint="--index NEW"
    )


def broken(folder: Path, why: str) -> DataError:
    """The error for an index that is not as it was written."""
    return DataError(
        f"the index is damaged: {why}", where=str(folder / MANIFEST), hint="remove the folder and scan its corpora anew"
    )
