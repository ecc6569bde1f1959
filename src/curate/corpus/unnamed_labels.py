"""Columns that seem to say who wrote a text and that nobody named: they are told of, and never used unasked."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import pyarrow as pa

from curate.corpus.class_labels import class_writers, named_classes
from curate.corpus.column_paths import leads_to_value
from curate.corpus.file_sample import Sample
from curate.corpus.label_words import WRITERS, normal_labels, unclear_labels


class Unnamed(NamedTuple):
    """Column that looks like labels and was not named as such, with some of its words.

    open_word: a word that needs --label-map; "" for none. reads: some words need none. denies: some word names a
    machine, and most name a writer or both do.
    """

    column: str
    words: tuple[str, ...]
    open_word: str
    reads: bool
    denies: bool


_LABELS = frozenset(("label", "labels"))  # whatever they hold
_WORDS = frozenset(
    ("label", "labels", "human", "machine", "ai", "llm", "gpt", "bot", "generated", "generator", "synthetic", "model",
     "writer", "written", "author", "authorship", "origin", "class", "type", "kind", "source", "real", "fake")
)  # fmt: skip
_KNOWN = 0.5  # of the values, at least, must be known words where neither the name is enough nor both writers are named
_MOST, _KEPT, _LONG = 8, 4, 24  # columns of a file; words of a column, and their characters


def unnamed_labels(sample: Sample, taken: Collection[str]) -> tuple[Unnamed, ...]:
    """The columns of a file, without those that are taken for something else."""
    found = []
    for field in sample.schema:
        words = frozenset(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field.name).lower()))
        if not words & _WORDS or field.name in taken or not leads_to_value(field.type, ()):
            continue
        if told := _looks(sample, field.name, of_labels=words & _LABELS == words - {""}):
            found.append(told)
    return tuple(found[:_MOST])


def _looks(sample: Sample, column: str, *, of_labels: bool) -> Unnamed | None:
    """The column by the words of its values, or by the names that the table keeps for them; None: no labels.

    of_labels: its name says so, whatever it holds.
    """
    values = sorted({value for value in sample.values(column) if value})
    classes = named_classes(sample.schema, column)
    raw = pa.array(values, pa.string())
    known = normal_labels(raw, column, class_writers(classes, {}))
    writers = set(known.to_pylist()) & set(WRITERS)
    mostly = len(values) - known.null_count >= _KNOWN * len(values)
    of_writers = mostly or len(writers) == len(WRITERS)
    if not values or not (of_labels or of_writers):
        return None
    names = {str(number): name for number, name in enumerate(classes)}
    unclear = unclear_labels(raw, known).to_pylist()
    shown = [names.get(value, value) for value in values]
    # The shortest is the one to be written in an option; a long one is none that anybody would write.
    unknown = sorted((word for word, is_open in zip(shown, unclear, strict=True) if is_open), key=len)
    open_word = unknown[0] if unknown and len(unknown[0]) <= _LONG else "WORD" if unknown else ""
    ranked = sorted(shown, key=lambda word: word != open_word)[:_KEPT]
    words = tuple(word[:_LONG] for word in ranked)
    return Unnamed(column, words, open_word, known.null_count < len(values), of_writers and "machine" in writers)
