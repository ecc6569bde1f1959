"""Rows that left a held-out split, as places for a reviewer."""

from __future__ import annotations

from collections.abc import Iterator

from curate.jobs.check.change import Change
from curate.jobs.check.spot import lined
from curate.report.verdict import Place
from curate.rulebook.judge import Judged


def held_out_places(change: Change, judged: Judged) -> Iterator[Place]:
    """Yield the place of each row that left a held-out split, with its former place in the message."""
    if judged.gate.metric not in ("held_out.rows", "held_out.moved") or judged.gate.on != "change":
        return
    for move in (one for one in change.moved if one.leaks):
        for row, was in move.places:
            line = row + 1 if lined(move.target) else None
            message = f"moved here from {_before(move.source, was)}, which is held out"
            yield Place(move.target, row, line, "copy", judged.level, message, "", judged.gate.id)


def _before(path: str, row: int) -> str:
    if row < 0:
        return path
    return f"{path}, {f'line {row + 1}' if lined(path) else f'row {row}'}"
