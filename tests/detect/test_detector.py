"""The detector gives log-odds where it was calibrated and nothing elsewhere; a file that is not one is refused."""

import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from curate.detect.calibration import LENGTHS, Calibration, ClassCounts, Excess, LanguageCalibration, Reach
from curate.detect.detector import Detector, load_detector
from curate.detect.score import MachineScore
from curate.errors import DataError
from curate.kernels.buffers import text_buffers
from curate.kernels.linear import SLOTS
from curate.kernels.sgd import buckets_of
from curate.kernels.tokens import tokenize
from curate.measuring.measure import annotate, stamp

ENGLISH = (
    "The committee met on Tuesday and could not agree about the roof, which has leaked since the winter before last; "
    "Mr. Hale said that he would not pay for it twice, and that was more or less the end of the evening for most of us."
)
CHINESE = "昨天下午我们去了老城的图书馆，那里的人不多，灯光很暗。我借了两本旧书，一本讲茶，一本讲河流，走回家的时候下起了小雨。"  # noqa: E501  double width
GERMAN = (
    "Der Ausschuss traf sich am Dienstag und konnte sich nicht einigen, was mit dem Dach geschehen soll, das seit dem "
    "vorletzten Winter undicht ist, und so ging man nach zwei Stunden ohne einen Beschluss wieder nach Hause."
)


def scores(texts: list[str], detector: Detector) -> list[float | None]:
    batch = pa.record_batch([pa.array(texts, pa.large_string())], ["text"])
    column = annotate(batch, (MachineScore(detector),)).column("machine_score")
    assert column.type == pa.float32()
    return column.to_pylist()


def tiny() -> Detector:
    draws = np.random.default_rng(0)
    counts = ClassCounts(("one", "two"), draws.integers(0, 9, (2, len(LENGTHS), 4)))
    calibration = Calibration(
        {"en": LanguageCalibration(np.array([-1.0, 0.0, 1.0]), counts, counts, Reach(0.1, 2.0), Excess(0.1, 0.2), 2)}
    )
    tables = draws.integers(-9, 9, (1, 1024)).astype(np.int8)
    common = draws.integers(0, 256, (1, SLOTS // 8)).astype(np.uint8)
    return Detector(("en",), tables, common, np.array([0.01]), np.array([2.0]), np.array([-0.5]), calibration)


def test_only_long_enough_texts_in_calibrated_languages_are_scored() -> None:
    short = " ".join(ENGLISH.split()[:15])
    found = scores([ENGLISH, CHINESE, GERMAN, short, "", "1 2 3 " * 40], load_detector())
    assert found[0] is not None
    assert found[1] is not None
    assert found[2:] == [None] * 4


def test_formatting_does_not_move_the_score() -> None:
    plain, dressed = scores(
        [ENGLISH, "# " + ENGLISH.upper().replace(", ", " , ").replace(" and", "\n\nand")], load_detector()
    )
    assert plain == pytest.approx(dressed, abs=1e-6)


def test_log_odds_are_the_formula_of_the_docstring() -> None:
    detector = tiny()
    (found,) = scores([ENGLISH], detector)
    one = Detector(
        ("en",), np.ones((1, 1024), np.int8), detector.common, np.ones(1), np.ones(1), np.zeros(1), detector.calibration
    )
    (weight_one,) = scores([ENGLISH], one)  # S = m, so z = m / (m + 5) * sqrt(m + 5)
    assert found is not None
    assert weight_one is not None
    grams = (weight_one**2 + (weight_one**4 + 20 * weight_one**2) ** 0.5) / 2  # z^2 (m + 5) = m^2
    assert grams == pytest.approx(round(grams), abs=1e-3)


def test_the_folded_score_is_the_trainers_own_on_ten_thousand_texts_of_every_script() -> None:
    detector, draws = load_detector(), np.random.default_rng(4)
    starts = [0x20, 0x400, 0x370, 0x590, 0x600, 0x900, 0xE00, 0x10A0, 0x3040, 0x4E00, 0xAC00, 0x1F300]
    texts = []
    for number in range(10_000):
        points = starts[number % len(starts)] + draws.integers(0, 90, int(draws.integers(0, 120)))
        texts.append("".join(chr(p) if draws.random() > 0.15 else " " for p in points))
    tokens = tokenize(*text_buffers(pa.array(texts, pa.large_string())))
    begin, end = tokens.document_start[:-1], tokens.document_start[1:]
    for row in range(len(detector.languages)):
        scores, counted = detector.log_odds(tokens, begin, end, np.full(begin.size, row, np.int8))
        weights, room = detector.tables[row].astype(np.float64), np.empty(5 * 400, np.uint64)
        assert (counted >= 25).mean() > 0.1
        for i in np.flatnonzero(counted >= 25):
            found = buckets_of(tokens.folded, tokens.kind, begin[i], end[i], detector.common[row], 22, room)
            total = float(weights[room[:found]].sum()) * detector.step[row]
            own = detector.slope[row] * total / np.sqrt(found + 5) + detector.intercept[row]
            assert scores[i] == pytest.approx(own, abs=1e-5)


def test_a_saved_detector_comes_back_with_its_fingerprint(tmp_path: Path) -> None:
    detector = tiny()
    detector.save(tmp_path / "model.npz")
    again = load_detector(tmp_path / "model.npz")
    assert again.fingerprint == detector.fingerprint
    assert detector.fingerprint in stamp((MachineScore(again),))
    assert scores([ENGLISH], again) == scores([ENGLISH], detector)
    detector.save(tmp_path / "other.npz")
    assert (tmp_path / "other.npz").read_bytes() == (tmp_path / "model.npz").read_bytes()


def test_any_change_is_another_fingerprint() -> None:
    first, second = tiny(), tiny()
    assert first.fingerprint == second.fingerprint
    changed = first.tables.copy()
    changed[0, 5] += 1
    other = Detector(
        first.languages, changed, first.common, first.step, first.slope, first.intercept, first.calibration
    )
    uncalibrated = Detector(
        first.languages, first.tables, first.common, first.step, first.slope, first.intercept, Calibration({})
    )
    others = Detector(
        first.languages, first.tables, first.common ^ 1, first.step, first.slope, first.intercept, first.calibration
    )
    assert len({d.fingerprint for d in (first, other, uncalibrated, others)}) == 4


class _Hostile:
    def __reduce__(self) -> tuple[object, ...]:
        return (pytest.fail, ("a model file was executed",))


def test_what_is_not_a_detector_is_refused_and_never_executed(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    with pytest.raises(DataError, match="no such detector"):
        load_detector(path)
    bad = [b"", b"not a model", b"PK\x03\x04 broken", pickle.dumps(_Hostile())]
    for content in bad:
        path.write_bytes(content)
        with pytest.raises(DataError, match="not a detector"):
            load_detector(path)
    np.savez(path, format=np.array(3), languages=np.array([_Hostile()], object))
    with pytest.raises(DataError, match="not a detector"):
        load_detector(path)
    np.savez(path, format=np.array(1))
    with pytest.raises(DataError, match="format 1"):
        load_detector(path)


def test_a_detector_of_a_wrong_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    tiny().save(path)
    with np.load(path) as data:
        arrays = dict(data)
    for name, value in (
        ("tables", arrays["tables"][:, :1000]),
        ("common", arrays["common"][:, :100]),
        ("step", np.array([np.nan])),
        ("en_edges", np.array([1.0, 0.0, 2.0])),
        ("en_human", -arrays["en_human"] - 1),
        ("en_excess", np.array([[0.1, 1.0], [0.0, 0.0]])),
        ("calibrated", np.array(["fr"])),
    ):
        np.savez(path, **(arrays | {name: value}))
        with pytest.raises(DataError, match="not a detector"):
            load_detector(path)


def test_the_shipped_model_is_small_and_calibrated() -> None:
    detector = load_detector()
    assert detector.languages == ("en", "zh")
    assert set(detector.calibration.languages) == {"en", "zh"}
    assert load_detector() is detector
