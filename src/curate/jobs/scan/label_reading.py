"""Documents of a scan that labels are of: those of a draw, or any that somebody labelled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.amounts import counted
from curate.corpus.labels import Label
from curate.detect.label_estimate import MOST_LABELS
from curate.detect.label_pool import DRAW, Population, draw_name
from curate.detect.labelled_share import FEWEST, Labelled
from curate.detect.labels import Draw, Floats, Rows
from curate.errors import DataError
from curate.jobs.run.columns import numbers
from curate.jobs.scan.label_places import places, writers
from curate.jobs.scan.label_pool import content_seed, population
from curate.jobs.scan.provenance import Said

_DRAWN = "drawn by `curate audit draw`: true of any text, whatever the detector is worth, and however often one draws"
_TAKEN = "taken to be drawn at random from all documents, as many as were planned"
_UNCHECKED = (
    "curate cannot check how these labels came to be: the answer is wrong if they were picked, or if labelling went on "
    "until it pleased; `curate audit draw` is free of both (keep its column `draw`)"
)


def read_labelled(
    documents: pa.Table, said: Said, labels: Sequence[Label], *, confidence: float
) -> tuple[Labelled, Said]:
    """Find the documents that labels are of; return them with the declarations that still count.

    Labels that contradict what their documents declare outrank it: then no declaration counts, in the whole answer.
    Raises DataError, with the row of the file, for labels that contradict each other or fit no document.
    """
    pool = population(documents, said)
    if _draw_name(labels):
        drawn, known = drawn_labels(documents, pool, labels)
        left = int(_draw_name(labels).split("-")[1]) - int(drawn.times.sum())
        early = f"{left} draws behind the last label are left out, as if fewer had been drawn"
        how = (_DRAWN, *((early,) if left else ()))
        return _labelled(documents, said, pool, drawn, drawn.rows, known, how, confidence), said
    rows = places(documents, np.arange(documents.num_rows), labels)
    told = _contradiction(said, labels, rows)
    if told:
        said = said.without_declarations()
        pool = population(documents, said)
    inside = np.isin(rows, pool.documents)
    machine = writers(labels, np.where(inside, rows, -1).tolist())
    there = np.array(sorted(machine), np.int64)
    if there.size < FEWEST:
        few = f"{there.size} labels of documents that do not declare their writer say too little"
        raise DataError(
            f"{told}; without declarations {counted(there.size, 'label')} say too little" if told else few,
            where=labels[0].where.rpartition(" row ")[0],
            hint=f"at least {FEWEST}; `curate audit draw PATH -o labels.jsonl` draws them",
        )
    declared = int((~inside).sum())
    more = f"{declared} more labels are of documents that declare their writer, and count as those say"
    alone = f"{told}: no declaration counts in this answer"
    how = (_TAKEN, *((alone,) if told else ()), _UNCHECKED, *((more,) if declared else ()))
    known = np.array([machine[int(one)] for one in there])
    return _labelled(documents, said, pool, None, there, known, how, confidence), said


def _labelled(
    documents: pa.Table, said: Said, pool: Population, drawn: Draw | None, rows: Rows, known: Floats,
    how: tuple[str, ...], confidence: float,
) -> Labelled:  # fmt: skip
    tokens = numbers(documents, "tokens").astype(np.int64)
    score = numbers(documents, "machine_score").astype(np.float64)
    return Labelled(tokens, score, said.human, said.machine, pool, drawn, rows, known, how, confidence)


def _contradiction(said: Said, labels: Sequence[Label], rows: Sequence[int]) -> str:
    """How many labels contradict what their documents declare, in plain words; "" for none."""
    denied: dict[int, Label] = {}
    for label, row in zip(labels, rows, strict=True):
        if said.is_denied_by(row, label.writer):
            denied.setdefault(row, label)
    if not denied:
        return ""
    first = next(iter(denied.values()))
    verb = "contradicts what its document declares" if len(denied) == 1 else "contradict what their documents declare"
    return f"{counted(len(denied), 'label')} {verb} ({first.where} says {first.writer})"


def drawn_labels(documents: pa.Table, pool: Population, labels: Sequence[Label]) -> tuple[Draw, NDArray[np.float64]]:
    """The draw that the labels are of, and of each drawn document 1 for machine, 0 for human, nan for no label.

    Of a draw that is labelled in its order and not to its end, so many draws as have labels: a smaller draw.
    Raises DataError for labels that are of no draw, or of one from another corpus.
    """
    name = _draw_name(labels)
    if not name:
        raise DataError(
            "are of no draw",
            where=labels[0].where.rpartition(" row ")[0],
            hint="curate audit draw PATH -o labels.jsonl",
        )
    place = [int(pool.text[at]) if at >= 0 else at for at in places(documents, pool.documents, labels)]
    machine = writers(labels, place)
    drawn = _drawn_again(pool, content_seed(documents), name, labels)
    inside = set(drawn.rows.tolist())
    outside = [i for i, where in enumerate(place) if where not in inside]
    if outside:
        raise DataError("was not drawn", where=labels[outside[0]].where, hint="labels of other documents go apart")
    return drawn.labelled(machine)


def _draw_name(labels: Sequence[Label]) -> str:
    """The draw that all rows name, or "" where none does."""
    names = {label.draw: label for label in labels if label.draw}
    if len(names) > 1:
        other = list(names.values())[1]
        raise DataError("belongs to another draw than the rows before it", where=other.where, hint="one draw a file")
    return next(iter(names), "")


def _drawn_again(pool: Population, seed: bytes, name: str, labels: Sequence[Label]) -> Draw:
    parts = name.split("-")
    fits = len(parts) == 3 and parts[0] == DRAW and parts[1].isdecimal() and len(parts[1]) <= len(str(MOST_LABELS))
    if fits and 1 <= int(parts[1]) <= MOST_LABELS and pool.rows.size:
        drawn = pool.draw(int(parts[1]), seed)
        if draw_name(pool, drawn, int(parts[1]), seed) == name:
            return drawn
    raise DataError(
        "is a draw from another corpus, by another detector or with other declarations",
        where=labels[0].where,
        hint="scan what it was drawn from with the same options, or draw again",
    )
