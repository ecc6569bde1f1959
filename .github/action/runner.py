"""What GitHub's runner hands to a step and takes from it; every string reaches a step through its environment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def asked(name: str) -> str:
    """An input of the action, "" where it was not given."""
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def lines(name: str) -> list[str]:
    """An input that may hold several values, one a line."""
    return [line.strip() for line in asked(name).splitlines() if line.strip()]


def event() -> dict[str, Any]:
    """The event that started the job, {} where there is none."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    return json.loads(Path(path).read_text(encoding="utf-8")) if path else {}


def set_output(**values: str) -> None:
    """Hand values to later steps; a line break in one would begin another output."""
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        for name, value in values.items():
            if "\n" in value or "\r" in value:
                raise ValueError(f"an output of one line: {name}")
            file.write(f"{name.replace('_', '-')}={value}\n")


def say(level: str, message: str) -> None:
    """An annotation on the job: level is error, warning or notice."""
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} title=curate check::{escaped}", flush=True)
