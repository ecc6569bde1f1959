"""A fastText classifier becomes a detector, others plug in by name; what is neither is refused, whatever it tries."""

from __future__ import annotations

import platform
import struct
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from packaging.requirements import Requirement

from corpora import Outcome, write_jsonl
from curate.detect import fasttext_model
from curate.detect.detector import load_detector
from curate.detect.fasttext_model import MAGIC
from curate.detect.own import LEAST
from small_detector import texts

Curate = Callable[..., Outcome]
ABSENT = "fasttext-wheel is not installed; no wheel of it is published for Python 3.13 and later"
CALIBRATE = ("train", "--human", "human", "--machine", "machine", "-o", "own.npz", "--calibrate-only")


@pytest.fixture
def sides(curate: Curate) -> Curate:
    for seed, writer in enumerate(("human", "machine"), 1):
        write_jsonl(Path(writer) / "a.jsonl", [{"text": text} for text in texts(writer, LEAST + 20, seed, pure=0.6)])
    return curate


@pytest.fixture
def model(curate: Curate) -> Path:  # noqa: ARG001  it makes a folder of its own
    fasttext = pytest.importorskip("fasttext", reason=ABSENT)
    lines = [
        f"__label__{name} {text}"
        for seed, (name, writer) in enumerate((("no", "human"), ("yes", "machine")), 11)
        for text in texts(writer, 300, seed, pure=0.6)
    ]
    Path("lines.txt").write_text("\n".join(lines))
    made = fasttext.train_supervised("lines.txt", dim=4, epoch=15, bucket=1000, thread=1, verbose=0)
    made.save_model("model.bin")
    return Path("model.bin")


def test_a_classifier_is_calibrated_and_scores_as_it_does_itself(sides: Curate, model: Path) -> None:
    fasttext = pytest.importorskip("fasttext_pybind", reason=ABSENT)
    outcome = sides(*CALIBRATE, str(model), "--json")
    assert outcome.code == 0, outcome.err
    own = outcome.json["languages"]["en"]["own"]
    assert own["auroc"] > 0.95  # whichever label means machine was found out
    human, machine = texts("human", 300, 3, pure=0.6), texts("machine", 100, 4, pure=0.6)
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in [*human, *machine, "too short"]])
    model.unlink()  # it stands in the detector
    scanned = sides("scan", "in", "--detector", "own.npz", "--json", "-o", "run")
    assert scanned.code == 0, scanned.err
    words = [sum(len(text.split()) for text in part) for part in (human, machine)]
    share = scanned.json["machine_share"]
    assert share["low"] <= words[1] / sum(words) <= share["high"]
    score = pq.read_table("run/annotations")["machine_score"].to_pylist()
    assert score[-1] is None
    Path("again.bin").write_bytes(np.load("own.npz")["fasttext"].tobytes())
    plain = fasttext.fasttext()
    plain.loadModel("again.bin")
    chance = [{name: p for p, name in plain.predict(t + "\n", -1, 0.0, "strict")} for t in human[:50]]
    odds = [np.log(one["__label__yes"] / one["__label__no"]) for one in chance]
    assert np.corrcoef(odds, score[:50])[0, 1] > 0.9999
    assert sides("mix", "in", "--human-ratio", "0.5", "--detector", "own.npz", "-o", "out").code in (0, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a fastText model"),
        (b"MZ" + bytes(5000), "not a fastText model"),
        (struct.pack("<ii", MAGIC, 12) + b"\xff" * 4000, "fastText"),
        (struct.pack("<ii", MAGIC, 12) + struct.pack("<12i", *[2**31 - 1] * 12) + bytes(64), "fastText"),
        (struct.pack("<ii", MAGIC, 99) + bytes(100), "not a fastText model"),
    ],
)
def test_a_file_that_is_no_model_is_refused_without_falling_over(sides: Curate, content: bytes, said: str) -> None:
    pytest.importorskip("fasttext", reason=ABSENT)
    Path("model.bin").write_bytes(content)
    outcome = sides(*CALIBRATE, "model.bin")
    assert outcome.code == 3
    assert said in outcome.err
    assert "Traceback" not in outcome.err
    assert not Path("own.npz").exists()


def test_a_detector_with_a_broken_model_inside_is_refused(sides: Curate, model: Path) -> None:
    assert sides(*CALIBRATE, str(model)).code == 0
    with np.load("own.npz") as data:
        arrays = dict(data)
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in texts("human", 30, 3)])
    for name, value in (("fasttext", arrays["fasttext"][:-1]), ("odds", np.array([[np.nan, 1.0]]))):
        np.savez("broken.npz", **(arrays | {name: value}))
        outcome = sides("scan", "in", "--detector", "broken.npz")
        assert outcome.code == 3
        assert "broken.npz" in outcome.err


@pytest.mark.parametrize("last", [(99, 0), (3, 10)])
def test_without_the_package_a_line_says_how_to_get_it_or_on_which_python(
    sides: Curate, detector: Path, monkeypatch: pytest.MonkeyPatch, last: tuple[int, int]
) -> None:
    monkeypatch.setitem(sys.modules, "fasttext_pybind", None)
    monkeypatch.setattr(fasttext_model, "LAST_PYTHON", last)
    Path("model.bin").write_bytes(struct.pack("<ii", MAGIC, 12))
    calibration = load_detector(detector).calibration.to_arrays()
    odds = {"label": np.array("yes"), "odds_languages": np.array(["en"]), "odds": np.array([[1.0, 0.0]])}
    np.savez("calibrated.npz", fasttext=np.zeros(8, np.uint8), **odds, **calibration)
    for arguments in ((*CALIBRATE, "model.bin"), ("scan", "human", "--detector", "calibrated.npz")):
        outcome = sides(*arguments)
        assert outcome.code == 4
        assert "corpus-curate[fasttext]" in outcome.err
        assert ("Python 3.10 or earlier" in outcome.err) == (last == (3, 10))
        assert (f"published for Python {platform.python_version()}" in outcome.err) == (last == (3, 10))


def test_the_marker_of_the_extra_and_the_message_name_the_same_python() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = map(Requirement, project["optional-dependencies"]["fasttext"])
    assert wanted.marker
    major, minor = fasttext_model.LAST_PYTHON
    assert wanted.marker.evaluate({"python_version": f"{major}.{minor}"})
    assert not wanted.marker.evaluate({"python_version": f"{major}.{minor + 1}"})


def test_a_classifier_that_is_not_calibrated_is_told_how(sides: Curate) -> None:
    Path("model.bin").write_bytes(struct.pack("<ii", MAGIC, 12) + bytes(100))
    outcome = sides("scan", "human", "--detector", "model.bin")
    assert outcome.code == 3
    assert "fastText" in outcome.err
    assert "--calibrate-only" in outcome.err


def test_an_installed_package_brings_a_detector_by_name(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "louder-1.0.dist-info").mkdir(parents=True)
    (site / "louder-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: louder\nVersion: 1.0\n")
    (site / "louder-1.0.dist-info/entry_points.txt").write_text(
        "[curate.detectors]\nlouder = louder:detector\nempty = louder:nothing\n"
    )
    (site / "louder.py").write_text(
        "import numpy as np\n"
        "from curate.detect.detector import load_detector\n"
        "class Louder:\n"
        "    fingerprint, calibration = 'abc', load_detector().calibration\n"
        "    def __repr__(self): return 'Louder(abc)'\n"
        "    def scores(self, batch): return np.array([t.as_py().count('!') for t in batch.documents['text']], float)\n"
        "detector = Louder\n"
        "nothing = object\n"
    )
    monkeypatch.syspath_prepend(str(site))
    write_jsonl(Path("in/a.jsonl"), [{"text": "word " * 40 + "!" * (i % 4)} for i in range(30)])
    assert curate("scan", "in", "--detector", "louder", "-o", "run").code == 0
    assert pq.read_table("run/annotations")["machine_score"].to_pylist() == [float(i % 4) for i in range(30)]
    write_jsonl(Path("new.jsonl"), [{"text": "other words " * 30 + "!" * i} for i in range(3)])
    checked = curate("check", "new.jsonl", "--baseline", "in", "--detector", "louder", "--json")
    assert checked.code in (0, 1), checked.err
    assert checked.json["whole"]["documents"] == 33
    outcome = curate("scan", "in", "--detector", "empty")
    assert outcome.code == 3
    assert "calibration" in outcome.err
    assert curate("scan", "in", "--detector", "nobody").code == 3
