"""Which document a label is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.label_csv import is_rewritten
from curate.corpus.labels import Label
from curate.errors import DataError

Rows = NDArray[np.int64]


def places(documents: pa.Table, rows: Rows, labels: Sequence[Label]) -> list[int]:
    """The place among these rows of each label's document, -1 where it is none of them.

    By id; where that names several documents, by file and row, if the labels give them. So too where a spreadsheet has
    rewritten the id of the document there. Raises DataError, which counts the labels of no document.
    """
    ids = documents.column("id").combine_chunks()
    wanted = pa.array([label.id for label in labels], pa.string())
    hits = np.flatnonzero(np.asarray(pc.is_in(ids, wanted)))
    named: dict[str, list[int]] = {}
    for hit, name in zip(hits.tolist(), ids.take(pa.array(hits)).to_pylist(), strict=True):
        named.setdefault(name, []).append(hit)
    inside = np.full(documents.num_rows, -1, np.int64)
    inside[rows] = np.arange(rows.size)
    there = _rewritten(documents, labels)
    strangers = [label for place, label in enumerate(labels) if label.id not in named and place not in there]
    if strangers:
        first, more = strangers[0], f"; {len(strangers):,} of {len(labels):,} labels name no document of the corpus"
        kept = "" if first.path and first.row is not None else "; keep the columns path and row of the draw"
        raise DataError(
            f"no document has the id {first.id[:60]!r}{more if len(strangers) > 1 else ''}",
            where=first.where,
            hint=f"ids are those of the corpus; --id-column names their column{kept}",
        )
    placed = _placed(documents, named)
    rows_of = (there[n] if n in there else _row_of(one, named[one.id], placed) for n, one in enumerate(labels))
    return [int(inside[row]) for row in rows_of]


def _placed(documents: pa.Table, named: Mapping[str, list[int]]) -> dict[tuple[str, str, int], list[int]]:
    """Documents by id, file and row, of ids that name several; looked up once, however many labels name them."""
    hits = [row for rows in named.values() if len(rows) > 1 for row in rows]
    if not hits:
        return {}
    found: dict[tuple[str, str, int], list[int]] = {}
    for row, one in zip(hits, documents.select(["id", "path", "row"]).take(pa.array(hits)).to_pylist(), strict=True):
        found.setdefault((one["id"], one["path"], one["row"]), []).append(row)
    return found


def _rewritten(documents: pa.Table, labels: Sequence[Label]) -> dict[int, int]:
    """Return the document of each label, by the label's place, whose id a spreadsheet has rewritten."""
    placed = {(label.path, label.row): n for n, label in enumerate(labels) if label.path and label.row is not None}
    if not placed:
        return {}
    of_rows = pc.is_in(documents.column("row"), pa.array(sorted({row for _, row in placed}), pa.int64()))
    hits = np.flatnonzero(np.asarray(of_rows))
    here = documents.select(["path", "row", "id"]).take(pa.array(hits)).to_pylist()
    found = {}
    for hit, one in zip(hits.tolist(), here, strict=True):
        place = placed.get((one["path"], one["row"]))
        if place is not None and is_rewritten(one["id"], labels[place].id):
            found[place] = hit
    return found


def _row_of(label: Label, rows: list[int], placed: Mapping[tuple[str, str, int], list[int]]) -> int:
    if len(rows) == 1:
        return rows[0]
    same = placed.get((label.id, label.path, label.row), [])
    if len(same) != 1:
        raise DataError(
            f"{len(rows)} documents have the id {label.id[:60]!r}",
            where=label.where,
            hint="ids must name one document; or keep the columns path and row of the draw",
        )
    return same[0]


def writers(labels: Sequence[Label], place: Sequence[int]) -> dict[int, float]:
    """1 for machine, 0 for human, nan for not judged, by place."""
    found: dict[int, tuple[str | None, Label]] = {}
    for label, where in zip(labels, place, strict=True):
        before, first = found.get(where, (None, label))
        if where >= 0 and before and label.writer and before != label.writer:
            raise DataError(
                f"says {label.writer} of {label.id[:60]!r}, and {first.where} says {before}",
                where=label.where,
                hint="one label a document",
            )
        if where >= 0:
            found[where] = (label.writer or before, first if before else label)
    return {where: np.nan if writer is None else float(writer == "machine") for where, (writer, _) in found.items()}
