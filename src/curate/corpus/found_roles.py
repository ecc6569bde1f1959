"""Columns for ids, dates and sources that nobody named: found by their usual names, or suggested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

import pyarrow as pa

from curate.corpus.column_paths import leads_to_text, leads_to_value
from curate.corpus.file_sample import Sample
from curate.corpus.taken_columns import Taken

_IDS = ("id", "doc_id", "document_id", "uuid", "_id")
_DATES = ("date", "timestamp", "created", "created_at", "published", "dump")
_SOURCES = ("source", "subset", "dataset", "domain", "site", "subreddit", "dump", "url")
_UNIQUE = 0.9  # of an id column's values, at least
_JUDGED = 20  # values from which that can be said


def found_id(sample: Sample, named: Taken) -> Taken:
    """The first column of a usual name whose values hardly ever repeat."""
    refused = ""
    for name in _usual(sample.schema, _IDS):
        every = sample.values(name)
        values = [value for value in every if value is not None]
        different = len(set(values))
        if len(values) < _JUDGED or different >= _UNIQUE * len(values):
            repeats = "; some values repeat" if different < len(values) else ""
            lacking = "; rows that lack it are numbered" if len(values) < len(every) else ""
            return Taken(name, f"found: its name{repeats}{lacking}")
        refused = refused or f"none: values of {name} repeat; rows are numbered"
    if named.why.startswith("none: --"):
        return named
    return Taken(None, refused or "none: no column is called id; rows are numbered")


def found_date(schema: pa.Schema) -> str:
    """The first column that is called as dates are; "" for none."""
    return next(_usual(schema, _DATES), "")


def possible_source(schema: pa.Schema) -> str:
    """Option that takes a column which is called as sources are, whatever it holds: files are not told apart by it."""
    name = next((name for name in _usual(schema, _SOURCES) if leads_to_text(schema.field(name).type, ())), "")
    return f"--source-column {quote(name)} names others" if name else ""


def _usual(schema: pa.Schema, candidates: Sequence[str]) -> Iterator[str]:
    """Columns of one value a row that are called so, whatever the case."""
    names: dict[str, str] = {}
    for name in schema.names:
        names.setdefault(name.lower(), name)
    for name in candidates:
        if name in names and leads_to_value(schema.field(names[name]).type, ()):
            yield names[name]
