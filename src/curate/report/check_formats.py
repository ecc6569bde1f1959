"""The formats of a verdict that are text, by the name that `--format` gives them; the terminal's is drawn in cli."""

from __future__ import annotations

from collections.abc import Callable

from curate.report.check_github import check_github
from curate.report.check_json import check_json
from curate.report.check_junit import check_junit
from curate.report.check_markdown import check_markdown
from curate.report.check_sarif import check_sarif
from curate.report.verdict import Verdict

FORMATS: dict[str, Callable[[Verdict], str]] = {
    "json": check_json,
    "markdown": check_markdown,
    "github": check_github,
    "sarif": check_sarif,
    "junit": check_junit,
}
