"""The table of figures: their keys in JSON, and what reports call them."""

from __future__ import annotations

from curate.figure_names import NAMES, SHARE

FILE = "docs/figures.md"
HEAD = """# Figures

Keys of `scan.json` and `curate scan --json`, dotted, with the name that every report gives the figure. Gates take the
same keys. Shares lie between 0 and 1 in JSON; reports print them as percentages. Intervals of `diversity.*` are in
`diversity.intervals`. The figures `removed.*` are those of `curate check`.

| key | name in reports | unit | meaning |
|---|---|---|---|
"""


def page() -> str:
    """docs/figures.md."""
    rows = [
        f"| `{key}` | {one.name} | {'share of 1' if one.unit == SHARE else one.unit or 'number'} | {one.meaning} |"
        for key, one in NAMES.items()
    ]
    return HEAD + "\n".join(rows) + "\n"
