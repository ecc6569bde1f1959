"""Honest mixes of each kind of evidence, made through the command line, for forgers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from corpora import corpus_rows, write_jsonl
from mutant_families import made
from small_detector import save_detector, texts


def _declared(place: Path) -> None:
    write_jsonl(place / "in/a.jsonl", corpus_rows(60))
    made(place, "mix", "in", "--human-ratio", "0.4", "--label-column", "origin", "--format", "jsonl", "-q", "-o", "mix")


def _audited(place: Path) -> None:
    write_jsonl(place / "in/a.jsonl", corpus_rows(40))
    made(place, "mix", "in", "--human-ratio", "0.4", "--label-column", "origin", "-q", "-o", "mix")
    for name, draws in (("one", 30), ("two", 20)):
        made(place, "audit", "draw", "mix", "-n", draws, "-o", f"{name}.jsonl")
        rows = [json.loads(line) for line in (place / f"{name}.jsonl").read_text().splitlines()]
        write_jsonl(place / f"{name}.jsonl", [{**row, "label": "human"} for row in rows])
        made(place, "audit", "apply", "mix", "--labels", f"{name}.jsonl")


def _detected(place: Path) -> Path:
    detector = save_detector(place / "own.npz", "abcdef")
    both = texts("human", 200, 41, pure=0.85) + texts("machine", 200, 42, pure=0.85)
    write_jsonl(place / "in/a.jsonl", [{"text": text} for text in both])
    made(place, "mix", "in", "--human-ratio", "0.5", "--detector", "own.npz", "-q", "-o", "mix")
    return detector


MIXES: dict[str, Callable[[Path], Path | None]] = {"declared": _declared, "audited": _audited, "detected": _detected}
