"""Labels of several people for the same documents: where they agree, where not, and what that leaves of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np

from curate.corpus.labels import Label, read_labelled_rows
from curate.corpus.write import write_atomic
from curate.errors import DataError, UsageError
from curate.jobs.audit.corpus import check_target, write_lines
from curate.jobs.audit.draw_record import Record, key_of, read_record, record_path
from curate.settings.scan import CONFIDENCE
from curate.statistics.agreement import cohens_kappa
from curate.statistics.stratified import Interval

WRITERS = ("human", "machine")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files: documents that both label, how many of them alike; table: counts by the first's label, the second's.

    kappa: Cohen's, with its interval; None where both say one thing of all.
    """

    files: tuple[str, str]
    both: int
    agreed: int
    table: tuple[tuple[int, int], tuple[int, int]]
    kappa: Interval | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A document that not all say the same of: its id, and each file's row and label."""

    id: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of label files; `alone`, `together`: the machine share by each file, and by all.

    A disputed document may be either. The shares are known where the record of the draw lies beside a file.
    confidence: of all intervals.
    """

    documents: int
    labelled: int
    one_alone: int  # documents that one file alone labels
    pairs: tuple[Pair, ...]
    disputes: tuple[Dispute, ...]
    alone: dict[str, Interval]
    together: Interval | None
    confidence: float
    output: str | None

    def to_json(self) -> dict[str, object]:
        """For `--json`."""
        found = asdict(self)
        intervals = {name: one._asdict() for name, one in self.alone.items()}
        pairs = [{**asdict(one), "kappa": one.kappa and one.kappa._asdict()} for one in self.pairs]
        return found | {"alone": intervals, "pairs": pairs, "together": self.together and self.together._asdict()}


def agree(
    files: Sequence[Path], output: Path | None, mapping: Mapping[str, str] | None, *, confidence: float | None = None
) -> Agreement:
    """Compare files of labels; `output` gets what is agreed, disputed documents without a label.

    confidence: of all intervals; else that of the draw, or 0.95 where its record is not beside a file.

    Raises UsageError for fewer than two files, DataError for files of different draws or that contradict themselves.
    """
    _check_settings(files, output, confidence)
    read = {str(file): _keyed(file, mapping) for file in files}
    _check_draws(read)
    said = {name: _by_document(found) for name, found in read.items()}
    rows: dict[str, dict[str, Any]] = {}
    for key, _, row in chain.from_iterable(read.values()):
        rows.setdefault(key, row)
    order = tuple(rows)
    agreed = {key: _agreed(key, said) for key in order}
    place, record = _record(files, read)
    confidence = confidence or (record.confidence if record else CONFIDENCE.value)
    alone, together = _shares(record, said, agreed, confidence) if record else ({}, None)
    if output is not None:
        write_lines(output, [{**rows[key], "label": agreed[key]} for key in order])
        if place is not None:
            write_atomic(record_path(output), place.read_bytes())
    return Agreement(
        documents=len(order),
        labelled=sum(bool(_labels(key, said)) for key in order),
        one_alone=sum(len(_labels(key, said)) == 1 for key in order),
        pairs=tuple(_pair(one, other, said, confidence) for one, other in combinations(said, 2)),
        disputes=tuple(_disputes(order, said)),
        alone=alone,
        together=together,
        confidence=confidence,
        output=None if output is None else str(output),
    )


def _check_settings(files: Sequence[Path], output: Path | None, confidence: float | None) -> None:
    if confidence is not None:
        CONFIDENCE.check(confidence)
    if len(files) < 2 or len({str(file) for file in files}) < len(files):
        raise UsageError("two files of labels are compared", hint="curate audit agree a.jsonl b.jsonl")
    if output is not None:
        check_target(output)


_Said = dict[str, dict[str, Label]]
_Keyed = list[tuple[str, Label, dict[str, Any]]]


def _keyed(file: Path, mapping: Mapping[str, str] | None) -> _Keyed:
    """Rows of one file, each with its document's key and its label."""
    return [(key_of(row), label, row) for label, row in read_labelled_rows(file, mapping)]


def _by_document(rows: _Keyed) -> dict[str, Label]:
    """Labels of one file by document. Raises DataError for two that differ."""
    found: dict[str, Label] = {}
    for key, label, _ in rows:
        if not label.writer:
            continue
        first = found.setdefault(key, label)
        if first.writer != label.writer:
            raise DataError(
                f"says {label.writer} of {label.id[:60]!r}, and {first.where} says {first.writer}",
                where=label.where,
                hint="one label a document",
            )
    return found


def _check_draws(read: Mapping[str, _Keyed]) -> None:
    draws = {label.draw: label for rows in read.values() for _, label, _ in rows}
    if len(draws) > 1:
        other = list(draws.values())[1]
        raise DataError("belongs to another draw than the rows before it", where=other.where, hint="one draw a file")


def _labels(key: str, said: _Said) -> list[Label]:
    return [one[key] for one in said.values() if key in one]


def _agreed(key: str, said: _Said) -> str | None:
    writers = {label.writer for label in _labels(key, said)}
    return writers.pop() if len(writers) == 1 else None


def _disputes(order: Iterable[str], said: _Said) -> Iterator[Dispute]:
    for key in order:
        labels = _labels(key, said)
        if len({label.writer for label in labels}) > 1:
            yield Dispute(labels[0].id, tuple((label.where, str(label.writer)) for label in labels))


def _pair(one: str, other: str, said: _Said, confidence: float) -> Pair:
    table = np.zeros((2, 2), np.int64)
    for key in said[one].keys() & said[other].keys():
        table[WRITERS.index(str(said[one][key].writer)), WRITERS.index(str(said[other][key].writer))] += 1
    both = int(table.sum())
    kappa = cohens_kappa(table, confidence=confidence) if both else None
    first, second = ((int(row[0]), int(row[1])) for row in table)
    return Pair((one, other), both, int(np.trace(table)), (first, second), kappa)


def _record(files: Sequence[Path], read: Mapping[str, _Keyed]) -> tuple[Path, Record] | tuple[None, None]:
    """The first record of their draw that lies beside a file, and where."""
    name = next(label.draw for rows in read.values() for _, label, _ in rows)
    found = ((record_path(file), record) for file in files if (record := read_record(file)) is not None)
    return next(((place, record) for place, record in found if record.name == name), (None, None))


def _shares(
    record: Record, said: _Said, agreed: Mapping[str, str | None], confidence: float
) -> tuple[dict[str, Interval], Interval]:
    """The machine share by each file, and by all."""
    by_file = {file: {key: label.writer for key, label in labels.items()} for file, labels in said.items()}
    alone = {file: record.interval(labels, confidence=confidence) for file, labels in by_file.items()}
    disputed = {key for labels in said.values() for key in labels if agreed[key] is None}
    return alone, record.interval(agreed, disputed=disputed, confidence=confidence)
