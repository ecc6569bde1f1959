"""The reports as a person sees them; CURATE_GOLDEN=write rewrites them, and the diff is for reading."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl

GOLDEN = Path(__file__).parents[1] / "golden"
COMMANDS = {
    "scan": ("scan", "in", "--source-column", "site"),
    "mix": ("mix", "in", "--human-ratio", "0.9", "--label-column", "origin", "-o", "out"),
    "dry-run": ("mix", "in", "--human-ratio", "0.9", "--label-column", "origin", "--dry-run"),
    "refusal": ("mix", "in", "--human-ratio", "0.9", "--label-column", "origin", "--budget", "1M", "-o", "out"),
    "check": ("check", "in", "--baseline", "before", "--source-column", "site"),
}


def settled(text: str) -> str:
    """Without what differs from one installation to the next: digests of versions, and blanks at line ends."""
    text = re.sub(r"\b[0-9a-f]{16}(?:[0-9a-f]{48})?\b", "DIGEST", text)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_reports(curate: Callable[..., Outcome], name: str) -> None:
    rows = corpus_rows(120)
    rows[3]["text"] = f"As an AI language model, I cannot say more. {rows[3]['text']}"
    write_jsonl(Path("before/b.jsonl"), rows[60:80])
    path = write_jsonl(Path("in/a.jsonl"), rows)
    with path.open("a") as file:
        file.write('{"id": "torn", "text": "and th\n')
    outcome = curate(*COMMANDS[name], "-q")
    shown = settled(f"exit {outcome.code}\n--- stdout\n{outcome.out}--- stderr\n{outcome.err}")
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("CURATE_GOLDEN") == "write":
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")
