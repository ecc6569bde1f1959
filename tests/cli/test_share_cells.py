"""The share on the command line is the one of the function behind it, at every share, size and kind of evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from corpora import Outcome, write_jsonl
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import finish
from curate.jobs.scan.job import scan
from small_detector import save_detector, texts

Curate = Callable[..., Outcome]
CELLS = [(size, machine) for size in (40, 80) for machine in (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 0.9, 1.0)]


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_detector(tmp_path_factory.mktemp("detector") / "small.npz", "abcdef")


def test_twenty_cells_are_the_same_through_both_doors(curate: Curate, detector: Path) -> None:
    said = set()
    for number, (size, machine) in enumerate(CELLS):
        written = round(size * machine)
        rows = texts("machine", written, 50 + number) + texts("human", size - written, 90 + number)
        folder = f"in{number}"
        write_jsonl(Path(folder) / "a.jsonl", [{"text": text} for text in rows])
        outcome = curate("scan", folder, "--detector", str(detector), "--json")
        assert outcome.code == 0, outcome.err
        shown = outcome.json["machine_share"]
        plan = ScanPlan((folder,), output=Path(f"run{number}"), detector=detector)
        found = asdict(finish(scan(plan)).figures.machine_share)
        for name in ("verdict", "estimate", "low", "high", "if_known_kinds", "confidence", "evidence", "placebo"):
            assert shown[name] == found[name], name
        assert shown["reasons"] == list(found["reasons"])
        words = [len(text.split()) for text in rows]
        known, truth = shown["if_known_kinds"], sum(words[:written]) / sum(words)
        assert shown["low"] <= known["low"]
        assert known["low"] - 1e-6 <= truth <= known["high"] + 1e-6
        assert shown["high"] == 1
        said.add(shown["verdict"])
    assert len(CELLS) == 20
    assert said <= {"recognised", "at-least", "cannot-tell"}


def test_three_words_and_one_text_many_times_are_no_answer(curate: Curate, detector: Path) -> None:
    write_jsonl(Path("short/a.jsonl"), [{"text": f"only three words{i}"} for i in range(50)])
    short = curate("scan", "short", "--detector", str(detector), "--json").json["machine_share"]
    assert (short["verdict"], short["low"], short["high"]) == ("cannot-tell", 0.0, 1.0)
    assert short["if_known_kinds"] is None
    text = texts("machine", 1, 7)[0]
    write_jsonl(Path("same/a.jsonl"), [{"text": text}] * 5000)
    same = curate("scan", "same", "--detector", str(detector), "--json").json["machine_share"]
    assert (same["verdict"], same["low"]) == ("cannot-tell", 0.0)  # however often, it is one text
    assert same["if_known_kinds"]["high"] - same["if_known_kinds"]["low"] > 0.25
