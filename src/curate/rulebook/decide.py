"""Rules and evidence applied to annotations and declared columns; texts are not read here."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.errors import UsageError
from curate.rulebook.dates import Days, last_day
from curate.rulebook.lists import ids_to_mask, lists_of_ids
from curate.rulebook.rules import Evidence, Rule, RuleBook, Then

Booleans = NDArray[np.bool_]
LABEL_COLUMN = "label-column"


def fired(book: RuleBook, annotations: pa.Table, *, then: Then = "remove", days: Days | None = None) -> pa.ListArray:
    """list<string>: for each document the ids of the rules with this `then` that fire, in the book's order.

    `days`: the day of which each document is known to be at latest, NaT for none; a rule leaves out those of before
    its `since`. Patterns are taken from column rules_hits, measures from theirs, languages from column language.
    Raises UsageError for a measure that is no column of `annotations`.
    """
    rules = [rule for rule in book.rules if rule.then == then]
    found = np.zeros((annotations.num_rows, len(rules)), dtype=np.bool_)
    patterns = [column for column, rule in enumerate(rules) if rule.pattern]
    if patterns:
        found[:, patterns] = ids_to_mask(annotations["rules_hits"], [rules[column].id for column in patterns])
    for column, rule in enumerate(rules):
        if rule.measure:
            found[:, column] = _outside(rule, annotations)
        if rule.languages:
            language = pc.is_in(annotations["language"], value_set=pa.array(list(rule.languages)))
            found[:, column] &= _booleans(language)
        if rule.since is not None and days is not None:
            found[:, column] &= ~(days < np.datetime64(rule.since, "D"))
    return lists_of_ids(found, [rule.id for rule in rules])


def declared(
    book: RuleBook,
    columns: pa.Table | pa.RecordBatch,
    label: pa.Array | pa.ChunkedArray | None,
    days: Mapping[str, pa.Array | pa.ChunkedArray] | None = None,
) -> tuple[pa.Array, pa.Array]:
    """Who wrote each document ("human", "machine", null) and the id of what said so ("label-column", null).

    The label column wins. After it, evidence in the book's order; where rules for both match, the first that
    says "machine" wins: a human floor must not rest on contested documents. A column that is absent, or a
    label that is neither word, declares nothing. `days`: by column, the days that its values were settled to
    mean, in ISO form, which evidence of a date reads in their place.
    """
    machine_first = sorted(book.evidence, key=lambda one: one.says != "machine")  # stable: order is kept within
    masks = [_holds(one, columns, days or {}) for one in machine_first]
    said: list[tuple[str, str]] = [(one.says, one.id) for one in machine_first]
    if label is not None:
        masks = [*(_booleans(pc.equal(label, word)) for word in ("human", "machine")), *masks]
        said = [("human", LABEL_COLUMN), ("machine", LABEL_COLUMN), *said]
    first = np.full(columns.num_rows, -1, dtype=np.int64)
    for index, mask in enumerate(masks):
        first[mask & (first < 0)] = index
    chosen = pa.array(first, mask=first < 0)
    writers = pa.array([writer for writer, _ in said], pa.string()).take(chosen)
    return writers, pa.array([name for _, name in said], pa.string()).take(chosen)


def _outside(rule: Rule, annotations: pa.Table) -> Booleans:
    names = annotations.schema.names
    if rule.measure not in names:
        near = get_close_matches(rule.measure, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"measures are {', '.join(names)}"
        raise UsageError(f"no measure is called {rule.measure!r}", where=f"rule {rule.id}", hint=hint)
    value = annotations[rule.measure]
    outside = []
    if rule.at_least is not None:
        outside.append(_booleans(pc.less(value, rule.at_least)))
    if rule.at_most is not None:
        outside.append(_booleans(pc.greater(value, rule.at_most)))
    return reduce(np.logical_or, outside)


def _holds(
    one: Evidence, columns: pa.Table | pa.RecordBatch, days: Mapping[str, pa.Array | pa.ChunkedArray]
) -> Booleans:
    if one.column not in columns.schema.names:
        return np.zeros(columns.num_rows, dtype=np.bool_)
    value = columns.column(one.column).cast(pa.large_string())
    if one.before is not None:
        return np.asarray(last_day(days.get(one.column, value)) < np.datetime64(one.before, "D"))
    if one.equals is not None:
        return _booleans(pc.equal(value, one.equals))
    if one.one_of:
        return _booleans(pc.is_in(value, value_set=pa.array(list(one.one_of), pa.large_string())))
    return _booleans(pc.match_substring_regex(value, one.matches or r"\S"))


def _booleans(values: pa.Array | pa.ChunkedArray) -> Booleans:
    """True where true; a null is no."""
    known = pc.fill_null(values, False)
    flat = known.combine_chunks() if isinstance(known, pa.ChunkedArray) else known
    mask: Booleans = flat.to_numpy(zero_copy_only=False)
    return mask
