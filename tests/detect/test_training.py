"""Training learns what tells the classes apart, is blind to the order of rows, and never sees what is left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.detect.calibrating import calibrate, histograms
from curate.detect.calibration import LENGTHS, NO_EXCESS, NO_REACH, length_bucket
from curate.detect.coverage import Cell, estimate_reach, hull_excess, left_out_cells, made_corpus
from curate.detect.examples import COLUMNS, balanced_weights, examples_of, read_examples
from curate.detect.holdout import HeldOut
from curate.detect.training import build_detector, out_of_collection, usable_rows
from curate.detect.weights import Recipe, common_words, contrast
from curate.errors import DataError
from curate.kernels.buffers import text_buffers
from curate.kernels.hashing import mix64
from curate.kernels.tokens import tokenize

RECIPE = Recipe(bits=14, passes=3, spread=2)
COLLECTIONS = ("a", "b", "c")
COMMON = ["the", "of", "and", "to", "in", "that", "was", "for", "with", "on", "it", "he"]
HUMAN = ["anyway", "bit", "roof", "leaked", "twice", "odd"]
MACHINE = ["crucial", "furthermore", "landscape", "tapestry", "delve", "overall"]


def table(seed: int = 0) -> pa.Table:
    draws = np.random.default_rng(seed)
    rows = []
    for collection in COLLECTIONS:
        for label, own in (("human", HUMAN), ("machine", MACHINE)):
            for _ in range(120):
                words = draws.choice(COMMON + own[:4] + [f"topic{collection}{label}"], int(draws.integers(30, 300)))
                rows.append(
                    (" ".join(words), label, "en", "d", "" if label == "human" else "gpt-4", collection, collection)
                )
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)})


@pytest.fixture(scope="module")
def held() -> HeldOut:
    return HeldOut.concatenate(list(out_of_collection(examples_of(table()), "en", RECIPE)))


def test_unseen_collections_are_told_apart_and_crops_fall_into_shorter_buckets(held: HeldOut) -> None:
    assert held.collections() == list(COLLECTIONS)
    whole = held.where(held.whole)
    assert whole.score.size == 720
    assert whole.score[whole.machine].min() > whole.score[~whole.machine].max() - 1
    assert np.corrcoef(whole.score, whole.machine)[0, 1] > 0.8
    crops = held.where(~held.whole)
    assert crops.tokens.max() < LENGTHS[2] * 1.2
    assert set(length_bucket(crops.tokens)) >= {0, 1}


def test_the_same_rows_in_another_order_make_the_same_model(tmp_path: Path, held: HeldOut) -> None:
    shuffled = table().take(pa.array(np.random.default_rng(1).permutation(720)))
    models = []
    for i, examples in enumerate((examples_of(table()), examples_of(shuffled))):
        build_detector(examples, {"en": RECIPE}, held).save(tmp_path / f"{i}.npz")
        models.append((tmp_path / f"{i}.npz").read_bytes())
    assert models[0] == models[1]


def test_a_collection_left_out_leaves_no_trace(tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "train.parquet")
    without = read_examples(tmp_path, ("b",))
    assert set(without.collection) == {"a", "c"}
    alone = examples_of(table().filter(pa.array([c != "b" for c in table()["collection"].to_pylist()])))
    parts = [HeldOut.concatenate(list(out_of_collection(e, "en", RECIPE))) for e in (without, alone)]
    prints = {build_detector(e, {"en": RECIPE}, p).fingerprint for e, p in zip((without, alone), parts, strict=True)}
    assert len(prints) == 1
    with pytest.raises(DataError, match="no such collection: nowhere"):
        read_examples(tmp_path, ("nowhere",))


def test_a_second_file_is_read_without_human_text_in_a_machines_words(tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "train.parquet")
    second = table(1)
    done = ["paraphrase_dipper" if i % 2 else "typos" for i in range(second.num_rows)]
    pq.write_table(second.append_column("attack", pa.array(done)), tmp_path / "train2.parquet")
    found = read_examples(tmp_path, (), tmp_path)
    assert len(found) == 720 + 360 + 180
    assert found.later.sum() == 540
    kind, human = found.kind(), found.machine == 0
    assert set(kind[human]) == {"", "[typos]"}
    assert set(kind[~human]) == {"gpt-4", "gpt-4 [typos]", "gpt-4 [paraphrase_dipper]"}
    assert usable_rows(found, "en").sum() == 720  # English weights learn of the first file alone
    rows = np.arange(len(found))
    plain, by_kind = (balanced_weights(found, rows, by_kind=asked) for asked in (False, True))
    done_to = np.array([name.endswith("[typos]") for name in kind]) & ~human
    assert by_kind[done_to].sum() > 1.05 * plain[done_to].sum()


def test_kinds_of_machine_text_are_those_of_generators_which_together_weigh_as_a_collection(held: HeldOut) -> None:
    two = np.where(np.arange(held.score.size) % 2 == 0, "one", "two")
    many = replace(held, generator=np.where(held.machine, two, ""))
    found = histograms(many)
    assert found.machine_kinds.collections == ("a", "a", "b", "b", "c", "c")
    assert found.machine_kinds.weights().tolist() == [0.5] * 6
    assert found.machine.collections == ("a", "b", "c")
    rare = histograms(replace(many, generator=np.where(many.machine, np.arange(held.score.size).astype(str), "")))
    assert rare.machine_kinds is rare.machine  # no generator has enough texts
    assert found.without("b").machine_kinds.collections == ("a", "a", "c", "c")
    whole = found.machine.counts
    assert (found.machine_kinds.counts.reshape(3, 2, *whole.shape[1:]).sum(axis=1) <= whole).all()


def test_human_text_that_something_was_done_to_is_in_no_calibration(held: HeldOut) -> None:
    odd = ~held.machine & (np.arange(held.score.size) % 3 == 0)
    marked = replace(held, generator=np.where(odd, "[typos]", held.generator))
    plain, found = calibrate(held.where(~odd)), calibrate(marked)
    assert found.calibration.human.counts.tolist() == plain.calibration.human.counts.tolist()
    assert (found.slope, found.intercept) == (plain.slope, plain.intercept)
    kept = calibrate(held, (2.0, -1.0))
    assert (kept.slope, kept.intercept) == (2.0, -1.0)


def test_ngrams_of_too_few_collections_are_not_learned(held: HeldOut) -> None:
    examples = examples_of(table())
    wide, narrow = (
        build_detector(examples, {"en": Recipe(bits=14, passes=1, spread=spread)}, held) for spread in (3, 1)
    )
    assert np.count_nonzero(wide.tables) < np.count_nonzero(narrow.tables)


def test_contrast_prefers_what_tells_classes_apart_inside_collections() -> None:
    rows = [
        row | {"text": row["text"] + " sign" * 9} if row["label"] == "machine" else row for row in table().to_pylist()
    ]
    alone = [
        row
        | {
            "text": row["text"] + " badge" * 9,
            "set": f"{row['set']}-{row['label']}",
            "collection": f"{row['collection']}-{row['label']}",
        }
        if row["label"] == "machine"
        else row
        for row in rows
    ]
    examples = examples_of(pa.Table.from_pylist(rows + alone))
    every = np.arange(len(examples))
    common = common_words(examples, every, 4)
    scale = contrast(examples, every, common, replace(RECIPE, bits=20))
    tokens = tokenize(*text_buffers(pa.array(["the sign badge"], pa.large_string())))
    buckets = [np.int64(np.uint64(mix64(token)) >> np.uint64(64 - 20)) for token in tokens.folded]
    the, sign, badge = scale[buckets]
    assert sign > 1 > the
    assert badge == pytest.approx(0.05)


def test_common_words_are_those_of_all_collections_not_of_the_largest() -> None:
    rows = [(("the of " * 20) + f"own{c} " * 15, "human", "en", "d", "", c, c) for c in "abcdef"]
    rows += [("huge " * 90, "human", "en", "d", "", "a", "a")] * 50
    examples = examples_of(pa.table({name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}))
    flags = np.unpackbits(common_words(examples, np.arange(len(examples)), 2), bitorder="little")
    assert flags.sum() == 2
    tokens = tokenize(*text_buffers(pa.array(["the of"], pa.large_string())))
    assert flags[tokens.folded >> np.uint64(48)].all()


def test_classes_weigh_the_same_and_small_sets_are_heard() -> None:
    rows = table().to_pylist()
    few = [row for i, row in enumerate(rows) if row["collection"] != "a" or i % 4 == 0]
    examples = examples_of(pa.Table.from_pylist(few))
    weights = balanced_weights(examples, np.arange(len(examples)))
    assert weights[examples.machine == 1].sum() == pytest.approx(weights[examples.machine == 0].sum(), rel=1e-4)
    assert weights[examples.collection == "a"].mean() > weights[examples.collection == "b"].mean()


def test_models_of_before_assistants_are_scored_but_never_learned_from() -> None:
    old = [row | {"generator": "gpt2-xl"} if row["label"] == "machine" else row for row in table().to_pylist()]
    examples = examples_of(pa.Table.from_pylist(old))
    held = HeldOut.concatenate(list(out_of_collection(examples, "en", RECIPE)))
    assert (held.machine & held.whole).sum() == 360
    assert not held.assistant[held.machine].any()
    assert held.assistant[~held.machine].all()


def test_scores_are_kept_without_loss(tmp_path: Path, held: HeldOut) -> None:
    held.save(tmp_path / "held.npz")
    again = HeldOut.load(tmp_path / "held.npz")
    np.testing.assert_array_equal(again.score, held.score)
    assert again.collections() == held.collections()


def test_the_excess_is_what_all_but_the_neediest_cells_need() -> None:
    inside = Cell("c", 0.5, 0.5, (0.4, 0.6), 0.2, (0.1, 0.9))
    above, below = Cell("d", 0.5, 0.5, (0.6, 0.9), 0.2, (0.6, 0.9)), Cell("e", 0.5, 0.5, (0.2, 0.4), 0.1, (0.1, 0.4))
    assert hull_excess([]) == NO_EXCESS
    assert hull_excess([inside] * 96 + [above] * 2 + [below] * 2) == NO_EXCESS
    needy = [inside] * 92 + [above] * 4 + [below] * 4
    found = hull_excess(needy)
    assert (found.human, found.machine) == (pytest.approx(0.2), pytest.approx(0.2))
    for cell in needy:
        low, high = found.stretch(*cell.hull)
        assert low - 1e-9 <= cell.truth <= high + 1e-9
    reserved = estimate_reach(needy)
    assert (reserved.low, reserved.high) == (0.0, pytest.approx(1.0))  # what is too wide for an answer does not count
    for cell in needy[:-8] + needy[-4:]:
        low, high = reserved.around(*cell.estimate, cell.open)
        assert low <= cell.truth <= high
    assert estimate_reach([replace(cell, apart=False) for cell in needy]) == NO_REACH  # no score can be right there
    assert reserved.around(0.5, 0.6, 0.2, 0.5) == (pytest.approx(0.4), pytest.approx(0.9))
    assert estimate_reach([]) == estimate_reach([inside] * 96 + [above] * 2 + [below] * 2) == NO_REACH


def test_made_corpora_hold_the_share_of_tokens_that_was_asked_for(held: HeldOut) -> None:
    calibration = histograms(held)
    for asked in (0.0, 0.3, 1.0):
        corpus = made_corpus(held, "b", asked, calibration.without("b"), 0)
        assert corpus.truth == pytest.approx(asked, abs=0.05)
    assert made_corpus(held, "b", 0.3, calibration, 0).truth == made_corpus(held, "b", 0.3, calibration, 0).truth


def test_a_calibration_without_a_collection_forgets_it_and_its_own_cells_do_not_use_it(held: HeldOut) -> None:
    calibration = histograms(held)
    assert calibration.without("b").human.collections == ("a", "c")
    doctored = replace(calibration, human=replace(calibration.human, counts=calibration.human.counts.copy()))
    at = doctored.human.collections.index("b")
    doctored.human.counts[at] = doctored.human.counts[at][:, ::-1]
    same = [cell for cell in left_out_cells(held, calibration) if cell.collection == "b"]
    assert same == [cell for cell in left_out_cells(held, doctored) if cell.collection == "b"]
    assert same != [cell for cell in left_out_cells(held, calibration) if cell.collection == "a"]
