"""A verdict as one JSON object: every field of it, by its name, as it was found."""

from __future__ import annotations

import json
from dataclasses import asdict

from curate.report.verdict import Verdict
from curate.visible import printable_json


def check_json(verdict: Verdict) -> str:
    """Texts are whole and unaltered; nothing in them can act on a terminal or a runner that prints the object."""
    return one_line_json({"version": 1, **asdict(verdict)})


def one_line_json(value: object) -> str:
    """JSON in ASCII on one line, in which a runner of jobs finds no command."""
    return printable_json(json.dumps(value)) + "\n"
