"""A batch goes when it has been measured: the collector of cycles runs so seldom that a cycle stays to the end."""

from __future__ import annotations

import gc
import weakref

import pyarrow as pa
import pytest

from corpora import made_up_texts
from curate.detect.detector import load_detector
from curate.jobs.run.measures import scan_measures
from curate.measuring.batch import Batch
from curate.measuring.measure import annotate_batch
from curate.rulebook.read import read_rule_books
from curate.schema import JUDGED


@pytest.mark.parametrize("columns", [1, 2])
def test_a_batch_is_freed_without_the_collector(columns: int) -> None:
    texts = pa.array(made_up_texts(5), pa.large_string())
    batch = Batch(pa.RecordBatch.from_arrays([texts] * columns, names=["text", JUDGED.name][:columns]))
    measures = scan_measures(load_detector(None), read_rule_books(), 5, 128)
    gc.collect()
    gc.disable()
    try:
        annotations = annotate_batch(batch, measures)
        held = weakref.ref(batch)
        assert batch.judged.text is not None
        del batch
        assert held() is None
    finally:
        gc.enable()
    assert annotations.num_rows == 5
