"""curate train: a detector of one's own domain does better there, and is used; what is no detector is refused."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpora import Outcome, write_jsonl
from curate.detect.detector import load_detector
from curate.detect.own import LEAST
from small_detector import texts

Curate = Callable[..., Outcome]
TRAIN = ("train", "--human", "human", "--machine", "machine", "-o", "own.npz")


def write(folder: str, some: list[str]) -> None:
    write_jsonl(Path(folder) / "a.jsonl", [{"text": text} for text in some])


@pytest.fixture
def sides(curate: Curate) -> Curate:
    write("human", texts("human", LEAST + 20, 1, pure=0.8))
    write("machine", texts("machine", LEAST + 20, 2, pure=0.8))
    return curate


def test_its_errors_are_fewer_and_it_estimates_its_domain(sides: Curate) -> None:
    Path("mine.toml").write_text("")
    Path("curate.toml").write_text('rules = ["mine.toml"]\nhuman-ratio = 0.5\n')
    outcome = sides(*TRAIN, "--json")
    assert outcome.code == 0, outcome.err
    assert [one.partition(":")[0] for one in outcome.json["nothing_to_do"]] == ["rules in curate.toml"]
    found = outcome.json["languages"]["en"]
    assert found["own"]["auroc"] > 0.95 > found["before"]["auroc"]
    assert found["own"]["human"] + found["own"]["machine"] < 0.2
    human, machine = texts("human", 300, 3, pure=0.8), texts("machine", 100, 4, pure=0.8)
    write("in", human + machine)
    share = sides("scan", "in", "--detector", "own.npz", "--json").json["machine_share"]
    words = [sum(len(text.split()) for text in part) for part in (human, machine)]
    known = share["if_known_kinds"]
    assert share["low"] <= known["low"] <= words[1] / sum(words) <= known["high"]
    assert known["high"] - known["low"] < 0.6  # of three hundred texts of made-up words
    detector = load_detector(Path("own.npz"))
    assert detector.fingerprint == outcome.json["detector"]
    manifests = [json.loads(path.read_text()) for path in Path(".curate").glob("*/manifest.json")]
    assert any(one["detector"] == detector.fingerprint and detector.fingerprint in one["measures"] for one in manifests)
    assert sides("scan", "in", "--json").json["machine_share"] != share


def test_the_same_texts_give_the_same_detector_in_any_order(sides: Curate) -> None:
    assert sides(*TRAIN).code == 0
    write("human", texts("human", LEAST + 20, 1, pure=0.8)[::-1])
    assert sides(*TRAIN[:-1], "again.npz").code == 0
    assert Path("own.npz").read_bytes() == Path("again.npz").read_bytes()


def test_what_it_cannot_be_trained_on_is_said(sides: Curate) -> None:
    cases = [
        (("train", "--human", "human", "-o", "own.npz"), 2, "--machine is missing"),
        (TRAIN[:-1], 2, ""),
        ((*TRAIN[:-1], "own.bin"), 2, ".npz"),
        (("train", "--human", "human", "--machine", "human", "-o", "own.npz"), 3, "stand among the human ones too"),
        (("train", "--human", "human", "--machine", "nowhere", "-o", "own.npz"), 3, "nowhere"),
    ]
    for arguments, code, says in cases:
        outcome = sides(*arguments)
        assert (outcome.code, says in outcome.err) == (code, True), outcome.err
    write("few", texts("machine", 50, 9))
    few = sides("train", "--human", "human", "--machine", "few", "-o", "own.npz")
    assert few.code == 3
    assert f"{LEAST + 20} human and 50 machine in en" in few.err
    assert not Path("own.npz").exists()


class Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (Path("owned"),))  # type: ignore[return-value]


def hostile_files() -> dict[str, bytes]:
    """Files that are no detector, by what they are."""
    pickled = io.BytesIO()
    np.savez(pickled, format=np.array([Hostile()], dtype=object))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("tables.npy", "w") as member:
        for _ in range(1100):
            member.write(bytes(1 << 20))
    shipped = load_detector()
    shipped.save(Path("whole.npz"))
    spoiled = bytearray(Path("whole.npz").read_bytes())
    spoiled[len(spoiled) // 3 : len(spoiled) // 3 + 64] = bytes(64)
    return {
        "pickle": pickle.dumps(Hostile()),
        "pickled arrays": pickled.getvalue(),
        "bomb": bomb.getvalue(),
        "nothing": b"",
        "text": b"not a detector",
        "cut": Path("whole.npz").read_bytes()[: len(spoiled) // 2],
        "spoiled": bytes(spoiled),
        "empty archive": b"PK\x05\x06" + bytes(18),
    }


def test_a_file_that_is_no_detector_is_refused_and_never_run(curate: Curate) -> None:
    write("in", texts("human", 30, 1))
    for name, content in hostile_files().items():
        Path("bad.npz").write_bytes(content)
        outcome = curate("scan", "in", "--detector", "bad.npz")
        assert (name, outcome.code) == (name, 3), outcome.err
        assert "not a detector" in outcome.err
        assert "unsafe" not in outcome.err  # numpy advises to load a pickle unsafely
    assert not Path("owned").exists()
