"""Refuses a release whose tag, changelog and citation do not name one version; the package takes it from the tag.

usage: python .github/release.py vX.Y.Z
"""

import re
import sys
from pathlib import Path


def disagreements(root: Path, tag: str) -> list[str]:
    """One sentence for each place that names another version than the tag."""
    version = tag.removeprefix("v")
    changes = re.findall(r"^## (\S+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    cited = re.search(r"^version: (\S+)", (root / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    found = []
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        found.append(f"the tag {tag} is not vX.Y.Z")
    if changes[:1] != [version]:
        found.append(f"CHANGELOG.md begins with {changes[0] if changes else 'nothing'}")
    if not cited or cited[1].strip('"') != version:
        found.append(f"CITATION.cff has version {cited[1] if cited else 'none'}")
    return found


if __name__ == "__main__":
    wrong = disagreements(Path(__file__).parents[1], sys.argv[1])
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    sys.exit(bool(wrong))
