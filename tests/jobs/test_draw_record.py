"""The record of a draw beside its labels: a damaged one is none, whatever it holds."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curate.detect.label_estimate import MOST_LABELS
from curate.jobs.audit import draw_record
from curate.jobs.audit.draw_record import read_record, record_path

KEYS = ("a" * 12, "b" * 12)
CONTENT: dict[str, Any] = {
    "documents": [[KEYS[0], 0, 10], [KEYS[1], 1, 20]],
    "sequence": [0, 1, 1],
    "strata": [100, 300],
    "prior": [10, 60],
    "whole": [450, 50],
    "confidence": 0.95,
    "paths": ["in"],
}


def written(folder: Path, content: object, **outer: object) -> Path:
    packed = base64.b64encode(zlib.compress(json.dumps(content).encode())).decode()
    labels = folder / "labels.jsonl"
    record_path(labels).write_text(json.dumps({"draw": "share-3-abc", "packed": packed, **outer}))
    return labels


def test_a_sound_record_tells_an_interval(tmp_path: Path) -> None:
    record = read_record(written(tmp_path, CONTENT))
    assert record is not None
    found = record.interval({KEYS[0]: "human", KEYS[1]: "machine"})
    assert 50 / 450 <= found.low < found.estimate < found.high <= 1


@pytest.mark.parametrize(
    "damage",
    [
        {"documents": [[KEYS[0], 2**40, 10], [KEYS[1], 1, 20]]},
        {"documents": [[KEYS[0], 2, 0], [KEYS[1], 1, 20]]},
        {"documents": [[KEYS[0], -1, 10], [KEYS[1], 1, 20]]},
        {"documents": [[KEYS[0], 0, 2**62], [KEYS[1], 0, 2**62]]},
        {"documents": [[KEYS[0], 0, -5], [KEYS[1], 1, 20]]},
        {"documents": [[KEYS[0], 0, 0.5], [KEYS[1], 1, 20]]},
        {"documents": []},
        {"documents": {}},
        {"sequence": []},
        {"sequence": [[0, 1, 1]]},
        {"sequence": [0, 2]},
        {"sequence": [0] * (MOST_LABELS + 1)},
        {"strata": [2**63 - 1, 2**63 - 1]},
        {"strata": [400, 0], "documents": [[KEYS[0], 0, 10]], "sequence": [0]},
        {"strata": [[100, 300]], "prior": [[10, 60]]},
        {"strata": [1] * 400, "prior": [50] * 400},
        {"strata": [100, float("nan")]},
        {"prior": [10, 100]},
        {"prior": [10]},
        {"whole": [300, 0]},
        {"whole": [450, -1]},
        {"whole": [10**30, 50]},
        {"confidence": float("nan")},
        {"confidence": "0.95"},
        {"confidence": 1},
        {"paths": 3},
    ],
)
def test_a_record_that_cannot_be_is_none(tmp_path: Path, damage: dict[str, Any]) -> None:
    assert read_record(written(tmp_path, CONTENT | damage)) is None


@pytest.mark.parametrize("content", [[], None, 3, "x", {"documents": 3}, {**CONTENT, "paths": None}])
def test_content_of_another_kind_is_none(tmp_path: Path, content: object) -> None:
    assert read_record(written(tmp_path, content)) is None


@pytest.mark.parametrize("packed", [None, 3, "", "AAAA", "ö", [1], "\ud800"])
def test_what_does_not_unpack_is_none(tmp_path: Path, packed: object) -> None:
    assert read_record(written(tmp_path, CONTENT, packed=packed)) is None


@pytest.mark.parametrize("change", [lambda text: text + " " * 2000, lambda text: " " * 2000 + text])
def test_no_more_is_read_than_a_record_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]
) -> None:
    labels = written(tmp_path, CONTENT)
    monkeypatch.setattr(draw_record, "MOST_BYTES", 1000)
    assert read_record(labels) is not None
    record_path(labels).write_text(change(record_path(labels).read_text()))
    assert read_record(labels) is None


def test_what_unpacks_to_more_than_a_record_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_record, "MOST_BYTES", 1000)
    assert read_record(written(tmp_path, {**CONTENT, "paths": ["x" * 100_000]})) is None
