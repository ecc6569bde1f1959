"""A batch gives its memory back as soon as nobody holds it: the next one is measured in the same memory."""

from __future__ import annotations

import gc
import weakref

import pyarrow as pa

from curate.detect.judge import load_judge
from curate.jobs.run.measures import scan_measures
from curate.measuring.batch import Batch
from curate.measuring.measure import annotate_batch
from curate.rulebook.read import read_rule_books


def test_a_measured_batch_is_gone_when_nobody_holds_it() -> None:
    measures = scan_measures(load_judge(None), read_rule_books(), 5, 128)
    batch = Batch(pa.record_batch([pa.array(["one two three four five six"] * 3, pa.large_string())], ["text"]))
    gc.disable()
    try:
        annotate_batch(batch, measures)
        gone = weakref.ref(batch)
        del batch
        assert gone() is None
    finally:
        gc.enable()
