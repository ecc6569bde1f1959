"""Documents of which one piece of evidence says human and another machine, and which of the two was believed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.run.columns import numbers
from curate.jobs.scan.provenance import LIKELY_MACHINE, declared_apart
from curate.jobs.scan.second_pass import Asked

Mask = NDArray[np.bool_]
CONFLICTS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("conflict", pa.string(), nullable=False),
        pa.field("settled", pa.string(), nullable=False),
    ]
)
EARLY = ("dated before chat models, but holds what one leaves behind", "kept: a date outranks such a rule; look at it")
# In the order in which they are settled: a document stands under the first that it has.
RULED_OUT = ("declared human, but a rule removes its text", "left out: no declaration saves what a rule removes")
DISPUTED = ("declared human, but another row declares the same text machine", "left out: no promise rests on it")
LABEL_HUMAN = ("the label says human, a provenance rule machine", "human: a label outranks a rule")
LABEL_MACHINE = ("the label says machine, a provenance rule human", "not human: a label outranks a rule")
SCORED = ("declared human, but scores as machine", "human: a declaration outranks a score")


def conflicts(asked: Asked, said: pa.Array, ruled_out: Mask, disputed: Mask, early: Mask) -> pa.Table:
    """CONFLICTS, by path and row. `said`: who wrote each document, as it is settled; the masks are bool[n].

    early: documents that a rule would remove, were they not dated before its time.
    """
    documents = asked.found.documents
    human = _is(said, "human")
    label, rule = declared_apart(asked.found.book, documents, asked.found.tasks)
    scores = np.nan_to_num(numbers(documents, "machine_score").astype(np.float64))
    found = (
        (ruled_out & human, RULED_OUT),
        (disputed & human, DISPUTED),
        (early & ~ruled_out, EARLY),
        (_is(label, "human") & _is(rule, "machine"), LABEL_HUMAN),
        (_is(label, "machine") & _is(rule, "human"), LABEL_MACHINE),
        (human & (scores > LIKELY_MACHINE), SCORED),
    )
    which = np.full(documents.num_rows, -1)
    for number, (mask, _) in enumerate(found):
        which[mask & (which < 0)] = number
    rows = np.flatnonzero(which >= 0)
    identity = documents.select(["id", "path", "row"]).take(pa.array(rows))
    words = [pa.array([text[i] for _, text in found]).take(pa.array(which[rows])) for i in (0, 1)]
    table = pa.table([*identity.columns, *words], names=CONFLICTS.names)
    return table.cast(CONFLICTS).sort_by([("path", "ascending"), ("row", "ascending")])


def conflict_counts(table: pa.Table) -> list[tuple[str, str, int]]:
    """Conflict, how it was settled, and number of documents; most first."""
    grouped = table.group_by(["conflict", "settled"]).aggregate([("row", "count")]).to_pylist()
    counted = [(str(row["conflict"]), str(row["settled"]), int(row["row_count"])) for row in grouped]
    return sorted(counted, key=lambda one: (-one[2], one[0]))


def _is(values: pa.Array | pa.ChunkedArray, word: str) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.equal(values, word), False))
