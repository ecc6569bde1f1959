"""Measures: a batch of documents in, columns of the same length out. They never decide."""

from __future__ import annotations

from typing import ClassVar, Protocol

import pyarrow as pa

from curate.measuring.batch import Batch


class Measure(Protocol):
    """A frozen dataclass: its fields are its parameters; its repr and version go into the stamp of what it made."""

    name: ClassVar[str]
    version: ClassVar[int]

    @property
    def fields(self) -> dict[str, pa.DataType]:
        """Columns by name; a class variable where they do not depend on the parameters."""
        ...

    def measure(self, batch: Batch) -> list[pa.Array]:
        """One array a field, each of len(batch), in the documents' order."""
        ...


def annotation_schema(measures: tuple[Measure, ...]) -> pa.Schema:
    """Column `measure_field` for every field, in the order of the measures; a field "" is named like its measure."""
    return pa.schema([(_column(m.name, f), t) for m in measures for f, t in m.fields.items()])


def annotate(documents: pa.RecordBatch, measures: tuple[Measure, ...]) -> pa.RecordBatch:
    """N documents in, n rows of annotations out, same order, no text inside."""
    return annotate_batch(Batch(documents), measures)


def annotate_batch(batch: Batch, measures: tuple[Measure, ...]) -> pa.RecordBatch:
    """`annotate` for a caller that goes on to read the same batch."""
    columns = [column for m in measures for column in m.measure(batch)]
    return pa.RecordBatch.from_arrays(columns, schema=annotation_schema(measures))


def stamp(measures: tuple[Measure, ...]) -> str:
    """Stamp of everything but the bytes that the columns depend on: each measure's repr and version."""
    return "; ".join(f"{m!r} v{m.version}" for m in measures)


def _column(name: str, field: str) -> str:
    return f"{name}_{field}" if field else name
