"""Version of the package: the tag of the commit, else that of the source distribution, else of the last release.

It changes with releases only. Mixes and cached baselines name it, and would be of another version after each commit.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAG = re.compile(r"v(\d+\.\d+\.\d+)")


def version(root: Path = ROOT) -> str:
    """Return the version as X.Y.Z. Raises ValueError where nothing names it."""
    found = _tagged(root) or _said(root / "PKG-INFO", "Version") or _said(root / "CITATION.cff", "version")
    if not found:
        raise ValueError(f"no tag, no PKG-INFO and no CITATION.cff in {root} names a version")
    return found


def _tagged(root: Path) -> str:
    """The version that a tag gives to HEAD itself; "" without one, without git, and outside a repository."""
    if not (root / ".git").exists():  # a repository around the sources has tags of its own
        return ""
    try:
        command = ["git", "-C", str(root), "tag", "--points-at", "HEAD"]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
    tags = [match[1] for match in map(TAG.fullmatch, told.split()) if match]
    return max(tags, key=lambda tag: [int(part) for part in tag.split(".")], default="")


def _said(file: Path, key: str) -> str:
    if not file.is_file():
        return ""
    found = re.search(rf'^{key}: *"?([^"\s]+)', file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""
