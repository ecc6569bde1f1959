"""The columns of a corpus that hold dates, each judged whole, and the days that its documents declare by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.errors import VerdictError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.column_names import dated_name, kept_name
from curate.jobs.run.plan import ScanPlan
from curate.rulebook.date_column import DateColumn, read_column
from curate.rulebook.date_reading import Reading
from curate.rulebook.rules import RuleBook

if TYPE_CHECKING:  # a scan would load what only a mix needs
    from curate.mixing.certificate import Certificate

DATE = "date"  # the column that every batch of documents has
EVIDENCE = "evidence"  # the role of other columns, which evidence names


def settle_dates(
    documents: pa.Table, tasks: Sequence[ShardTask], plan: ScanPlan, book: RuleBook
) -> tuple[pa.Table, tuple[DateColumn, ...]]:
    """The documents with a column `dated_name` for every column that evidence reads dates of, and how it was read.

    Files may have their dates in columns of different names: each name is judged over all files that have it. One that
    was guessed declares nothing where a column that nobody named may say otherwise, in any of these files.
    """
    today = np.datetime64(datetime.now(UTC).date())
    names = np.array([task.columns.date for task in tasks])
    at = np.repeat(np.arange(len(tasks)), [task.documents() for task in tasks])
    parts, found = [], []
    for name in dict.fromkeys(filter(None, names.tolist())):
        rows = pa.array(np.flatnonzero((names == name)[at]))
        rival = next((one.columns.rival for one in tasks if one.columns.date == name and one.columns.rival), "")
        doubt = f"column {rival!r} beside it seems to name machines" if rival else ""
        named = name == plan.columns.date
        column, days = read_column(documents.column(DATE).take(rows), name, today, named=named, doubt=doubt)
        parts.append((rows, days))
        found.append(column)
    documents = documents.append_column(dated_name(DATE), _put(parts, documents.num_rows))
    for name in extra_dates(book):
        column, days = read_column(documents.column(kept_name(name)), name, today, named=True)
        documents = documents.append_column(dated_name(name), pa.chunked_array([days]))
        found.append(replace(column, role=EVIDENCE))
    return documents, tuple(found)


def extra_dates(book: RuleBook) -> tuple[str, ...]:
    """Columns beside the date of a document that evidence of a book reads dates of."""
    named = dict.fromkeys(one.column for one in book.evidence if one.before is not None and one.column != DATE)
    return tuple(name for name in named if name in book.columns)


def readings(certificate: Certificate) -> dict[tuple[str, str], Reading]:
    """How a mix read its columns of dates, by role and name. Raises VerdictError where its settings do not say it."""
    setting = certificate.settings.get("dates")
    try:
        told = [json.loads(text) for text in setting.value] if setting and isinstance(setting.value, tuple) else []
        return {(one["role"], one["column"]): _reading(one["reading"]) for one in told}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise VerdictError(
            "its settings do not say how dates were read", where="certificate.json", hint="fetch the file again"
        ) from error


def settled_days(values: Mapping[str, pa.Array], read: Mapping[tuple[str, str], Reading], rows: int) -> pa.Array:
    """string[rows]: the day that each row declares by the first of these columns that it has."""
    days, seen = pa.nulls(rows, pa.string()), pa.array(np.zeros(rows, np.bool_))
    for name, raw in values.items():
        fresh = pc.and_(pc.is_valid(raw), pc.invert(seen))
        days = pc.if_else(fresh, read.get((DATE, name), Reading()).days(raw), days)
        seen = pc.or_(seen, fresh)
    return days


def reading_texts(columns: Sequence[DateColumn]) -> tuple[str, ...]:
    """For the settings of a certificate."""
    return tuple(json.dumps(asdict(column), ensure_ascii=False) for column in columns)


def _put(parts: Sequence[tuple[pa.Array, pa.Array]], rows: int) -> pa.ChunkedArray:
    """The values at their rows, null elsewhere."""
    if not parts:
        return pa.chunked_array([pa.nulls(rows, pa.string())])
    place = np.full(rows, -1, np.int64)
    place[np.concatenate([np.asarray(at) for at, _ in parts])] = np.arange(sum(len(at) for at, _ in parts))
    values = pa.concat_arrays([array for _, array in parts])
    return pa.chunked_array([values.take(pa.array(place, mask=place < 0))])


def _reading(told: Mapping[str, Any]) -> Reading:
    """Raises TypeError and ValueError for what is no reading."""
    values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in told.items()}
    found = Reading(**values)
    found.days(pa.array(["2019-01-01"]))
    return found
