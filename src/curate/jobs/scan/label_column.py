"""Meaning of the label column of a corpus, and its unknown words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.class_labels import class_writers
from curate.corpus.label_words import (
    SILENT,
    WRITERS,
    as_scores,
    normal_labels,
    parse_label_map,
    spelling,
    unclear_labels,
)
from curate.errors import UsageError
from curate.jobs.run.plan import ScanPlan

UNCLEAR = "label_unclear"  # bool: documents whose label is a word that is not known
WORDS_KEPT, WORDS_SHOWN = 50, 4
LONGEST_ENTRY = 40  # characters of a word in an option that is shown


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """Documents by what their label says: human, machine, a word that is not known, one set aside, or nothing
    (also "unknown", "n/a" and the like).

    unknown_words: how often each word occurs that is neither known nor mapped, most frequent first, at most WORDS_KEPT.
    unused: entries of --label-map whose word occurs nowhere. scores: other numbers stand beside 0 and 1, which so say
    nothing. classes: names by number, where the tables have them; class_entries: what they say, as label map entries.
    """

    column: str
    human: int
    machine: int
    unknown: int
    set_aside: int
    empty: int
    unknown_words: dict[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    scores: bool = False
    classes: tuple[str, ...] = ()
    class_entries: tuple[str, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Sentences on what was taken, and what was not."""
        named = ", ".join(f"{number} is {name[:40]!r}" for number, name in enumerate(self.classes[:WORDS_SHOWN]))
        column = f"column {self.column!r}" + (f" ({named})" if named else "")
        aside = f", {self.set_aside:,} set aside" if self.set_aside else ""
        told = [f"labels in {column}: {self.human:,} human, {self.machine:,} machine, {self.empty:,} empty{aside}"]
        if self.unknown:
            told.append(
                f"{self.unknown:,} of {self.labelled:,} labels in column {self.column!r} are words not known. "
                f"They declare nothing, and neither score nor date makes their documents human: {self.shown_words()}; "
                "--label-map WORD=machine (or human, or unknown) says what they mean"
            )
        return tuple(told)

    def shown_words(self) -> str:
        """The most frequent unknown words with their counts."""
        shown = [f"{word[:40]!r} {count:,}" for word, count in list(self.unknown_words.items())[:WORDS_SHOWN]]
        more = len(self.unknown_words) - len(shown)
        return ", ".join(shown) + (f" and {more}{'+' * (len(self.unknown_words) == WORDS_KEPT)} more" if more else "")

    def entry(self) -> str:
        """An entry of --label-map for an unknown word, as a shell takes it."""
        word = next((word for word in self.unknown_words if len(word) <= LONGEST_ENTRY), "gpt-4")
        return f"--label-map {quote(f'{word}=machine')}"

    @property
    def labelled(self) -> int:
        """Documents whose label says anything at all."""
        return self.human + self.machine + self.unknown + self.set_aside


def label_remarks(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return remarks that ask the user for a decision, from the key `labels` of scan.json."""
    return LabelColumn(**told).sentences()[1:] if told else ()


def settle_labels(
    documents: pa.Table, plan: ScanPlan, *, declares: bool, classes: tuple[str, ...] = ()
) -> tuple[pa.Table, LabelColumn | None]:
    """The documents with `label` as human, machine or null, UNCLEAR, and what its words were taken for.

    `classes`: names of numbers, as of `class_names`; an entry of --label-map for a number comes before its name.
    `declares`: a column that was named must say something of some document; UsageError, with its words, where not.
    """
    name = plan.columns.label
    if not name:
        nothing = pa.array(np.zeros(documents.num_rows, np.bool_))
        return documents.append_column(UNCLEAR, nothing), None
    said = parse_label_map(plan.label_map)
    by_class = class_writers(classes, said)
    mapping = read = {**by_class, **said}
    raw = documents.column("label").combine_chunks()
    settled = normal_labels(raw, name, mapping)
    found = _counted(raw, settled, name, mapping, mapping)
    if not classes and any(re.fullmatch(r"[0-9]*\.?[0-9]+", word) for word in found.unknown_words):
        read = as_scores(mapping)
        settled = normal_labels(raw, name, read)
        found = replace(_counted(raw, settled, name, read, mapping), scores=True)
    found = _named(found, classes, by_class, said)
    if declares and not found.human + found.machine:
        raise UsageError(
            f"label column {name!r} declares no document human or machine: it says {found.shown_words() or 'nothing'}",
            hint=f"say what its words mean, such as {found.entry()}, or write human and machine",
        )
    place = documents.schema.get_field_index("label")
    documents = documents.set_column(place, "label", pa.chunked_array([settled]))
    return documents.append_column(UNCLEAR, unclear_labels(raw, settled, mapping)), found


def _named(
    found: LabelColumn, classes: tuple[str, ...], by_class: Mapping[str, str], said: Mapping[str, str]
) -> LabelColumn:
    """With the names of classes in place of their numbers."""
    if not classes:
        return found
    names = {str(number): name for number, name in enumerate(classes)}
    spelt = set(spelling(pa.array(classes, pa.string())).to_pylist())
    unused = (one for one in found.unused if (word := one.rpartition("=")[0]) in said and word not in spelt)
    entries = tuple(f"{number}={writer}" for number, writer in by_class.items() if number not in said)
    words = {names.get(word, word): count for word, count in found.unknown_words.items()}
    return replace(found, unknown_words=words, unused=tuple(unused), classes=classes, class_entries=entries)


def _counted(
    raw: pa.Array, settled: pa.Array, name: str, read: Mapping[str, str], mapping: Mapping[str, str]
) -> LabelColumn:
    coded = raw.dictionary_encode()
    spelt, codes = spelling(coded.dictionary), np.asarray(pc.fill_null(coded.indices, len(coded.dictionary)))
    counts = np.bincount(codes, minlength=len(spelt) + 1)
    distinct = pa.table({"word": spelt, "count": counts[:-1]}).group_by("word").aggregate([("count", "sum")])
    distinct = distinct.append_column("writer", normal_labels(distinct.column("word"), name, read))
    human, machine = (int(pc.sum(pc.equal(settled, writer)).as_py() or 0) for writer in WRITERS)
    aside = pc.is_in(distinct.column("word"), pa.array(list(mapping), pa.string()))
    said = pc.invert(pc.is_in(distinct.column("word"), pa.array(sorted(SILENT))))
    open_words = distinct.filter(pc.and_(pc.is_null(distinct.column("writer")), said))
    told = pc.is_in(open_words.column("word"), pa.array(list(mapping), pa.string()))
    ignored, unknown = open_words.filter(told), open_words.filter(pc.invert(told))
    ranked = unknown.sort_by([("count_sum", "descending"), ("word", "ascending")]).slice(0, WORDS_KEPT)
    there = set(distinct.filter(aside).column("word").to_pylist())
    sums = [int(pc.sum(part.column("count_sum")).as_py() or 0) for part in (unknown, ignored)]
    return LabelColumn(
        column=name,
        human=human,
        machine=machine,
        unknown=sums[0],
        set_aside=sums[1],
        empty=len(raw) - human - machine - sum(sums),
        unknown_words=dict(zip(ranked.column("word").to_pylist(), ranked.column("count_sum").to_pylist(), strict=True)),
        unused=tuple(f"{word}={writer}" for word, writer in mapping.items() if word not in there),
    )
