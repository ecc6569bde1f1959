"""Columns that seem to say who wrote a text and that nobody named: they are told of, and never used unasked."""

from __future__ import annotations

import re
from collections.abc import Collection

import pyarrow as pa

from curate.corpus.column_paths import leads_to_value
from curate.corpus.file_sample import Sample
from curate.corpus.label_words import normal_labels

Unnamed = tuple[str, tuple[str, ...]]  # a column and some of its words
_LABELS = frozenset(("label", "labels"))  # whatever they hold
_WORDS = frozenset(
    ("label", "labels", "human", "machine", "ai", "llm", "gpt", "bot", "generated", "generator", "synthetic", "model",
     "writer", "written", "author", "authorship", "origin", "class", "type", "kind", "source", "real", "fake")
)  # fmt: skip
_KNOWN = 0.5  # of the values, at least, must be known words where the name alone is not enough
_MOST, _KEPT, _LONG = 8, 4, 24  # columns of a file; words of a column, and their characters


def unnamed_labels(sample: Sample, taken: Collection[str]) -> tuple[Unnamed, ...]:
    """The columns of a file, without those that are taken for something else."""
    found = []
    for field in sample.schema:
        words = frozenset(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field.name).lower()))
        if not words & _WORDS or field.name in taken or not leads_to_value(field.type, ()):
            continue
        values = sorted({value for value in sample.values(field.name) if value})
        if values and (words & _LABELS == words - {""} or _says_who(values, field.name)):
            found.append((field.name, tuple(value[:_LONG] for value in values[:_KEPT])))
    return tuple(found[:_MOST])


def _says_who(values: list[str], name: str) -> bool:
    known = normal_labels(pa.array(values, pa.string()), name)
    return bool(len(values) - known.null_count >= _KNOWN * len(values))
