"""The columns that the measure gives."""

import itertools
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import slow_neardup
from curate.errors import UsageError
from curate.measuring.counts import Fingerprint
from curate.measuring.measure import annotate, stamp
from curate.neardup.signature import Signature
from curate.neardup.sketches import Sketches


def annotations(texts: list[str], **sizes: int) -> pa.RecordBatch:
    documents = pa.record_batch([pa.array(texts, pa.large_string())], ["text"])
    return annotate(documents, (Signature(**sizes), Fingerprint()))


def test_the_columns_are_as_the_fields_say() -> None:
    found = annotations(["one two three four five six", "汉" * 9, ""], num_perm=64)
    found.validate(full=True)
    assert found.schema.field("minhash_signature").type == pa.binary(4 * 64)
    assert found.column("minhash_shingles").null_count == found.column("minhash_count").null_count == 0
    assert found.column("minhash_count").to_pylist() == [2, 1, 0]


def test_a_text_shorter_than_one_n_gram_has_the_signature_of_nothing() -> None:
    found = annotations(
        ["", " ", "one two three four", "!?!?!? ... \n\n --", "汉字汉字汉字", "a b c d e", "汉字汉字汉字汉"]
    )
    empty = b"\xff" * 4 * 128
    signatures = found.column("minhash_signature").to_pylist()
    assert [signature == empty for signature in signatures] == [True] * 5 + [False] * 2
    assert found.column("minhash_count").to_pylist() == [0] * 5 + [1] * 2


def test_the_set_is_equal_for_the_same_n_grams_and_for_no_others() -> None:
    text = "one two three four five six seven one two three four five"
    more = [f"{text} {word}" for word in ("one", "eight", "two")]
    found = annotations([text, text.upper() + "!", *more, "", "short"]).column("minhash_set").to_pylist()
    assert found[0] == found[1]
    assert len(set(found[1:5])) == 4
    assert found[5:] == [0, 0]
    long = " ".join(f"w{i}" for i in range(3000))
    first, second = annotations([long, long.replace("w2999", "x")]).column("minhash_set").to_pylist()
    assert first != second


def test_a_document_is_measured_alike_in_any_batch() -> None:
    texts = [*slow_neardup.families("english", 5, 2, random.Random(1)), "", "汉字" * 30]
    whole = annotations(texts)
    single = [annotations([text]) for text in texts]
    assert whole.to_pylist() == [row for one in single for row in one.to_pylist()]


def test_sizes_are_in_the_stamp_and_change_the_shingles() -> None:
    assert stamp((Signature(),)) != stamp((Signature(ngram_size=4),))
    text = ["one two three four five six"]
    assert annotations(text, ngram_size=2).column("minhash_count").to_pylist() == [5]
    assert [Signature(size).character_ngram_size for size in (1, 3, 5, 8)] == [1, 4, 7, 11]


@pytest.mark.parametrize("sizes", [{"ngram_size": 0}, {"num_perm": 0}])
def test_sizes_that_cannot_be_meant_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Signature(**sizes)


def test_datasketch_loads_a_signature() -> None:
    datasketch = pytest.importorskip("datasketch")
    texts = slow_neardup.families("english", 1, 1, random.Random(3), (300, 300))
    columns = annotations([*texts, "short"]).column("minhash_signature")
    scheme = {"scheme": "affine32"} if hasattr(datasketch.MinHash(num_perm=1), "scheme") else {}  # since 2.0
    loaded = [
        datasketch.MinHash(num_perm=128, hashvalues=np.frombuffer(one, "<u4"), **scheme) for one in columns.to_pylist()
    ]
    assert [one.is_empty() for one in loaded] == [False, False, True]
    truth = slow_neardup.jaccard(*(set(slow_neardup.shingles(text)) for text in texts))
    assert abs(loaded[0].jaccard(loaded[1]) - truth) < 4 * np.sqrt(0.25 / 128)
    index = datasketch.MinHashLSH(params=(64, 2), num_perm=128)
    index.insert("first", loaded[0])
    assert index.query(loaded[1]) == ["first"]


def test_clustering_reads_the_same_back_from_a_file(tmp_path) -> None:
    texts = ["", *slow_neardup.families("chinese", 4, 2, random.Random(2)), "x"]
    found = pa.Table.from_batches(
        [annotations(texts[:5]), annotations(texts[5:]).slice(1), annotations(texts).slice(3, 2)]
    )
    pq.write_table(found, tmp_path / "a.parquet", row_group_size=3)
    for table in (found, pq.read_table(tmp_path / "a.parquet"), found.slice(2, 9)):
        sketches = Sketches.from_annotations(table)
        rows = table.to_pylist()
        slots = np.concatenate([sketches.slots(part) for part in sketches.parts])
        assert all(sketches.slots(part).dtype == np.uint32 for part in sketches.parts)
        for i, row in enumerate(rows):
            assert row["minhash_signature"] == slots[i].tobytes()
            assert sketches.fingerprints[i].tolist() == [row["fingerprint_high"], row["fingerprint_low"]]
            assert (sketches.count[i], sketches.sets[i]) == (row["minhash_count"], row["minhash_set"])
        lists = [
            (values, a, b)
            for part in sketches.parts
            for values, start in [sketches.shingles(part)]
            for a, b in itertools.pairwise(start)
        ]
        assert [values[a:b].tobytes() for values, a, b in lists] == [row["minhash_shingles"] for row in rows]
        assert sketches.starts.tolist() == [0, *itertools.accumulate(map(len, table.to_batches()))]
