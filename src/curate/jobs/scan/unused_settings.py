"""Settings that changed nothing, each in a plain sentence: a typing error must not pass for a setting."""

from __future__ import annotations

from collections.abc import Iterator, Set
from difflib import get_close_matches
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.file_schema import file_schema
from curate.corpus.label_words import parse_label_map
from curate.corpus.labels import label_words
from curate.corpus.sources import file_source
from curate.corpus.turns import EVERY, TURNS
from curate.jobs.run.column_names import kept_name
from curate.jobs.scan.corpus import Corpus
from curate.measuring.language import LANGUAGES
from curate.mixing.request import MixRequest
from curate.rulebook.rules import Evidence
from curate.schema import TEXT_UNITS

FILES_SEEN = 100  # for the names of columns that a name may have been meant for


def without_effect(found: Corpus, deciding: Set[str]) -> tuple[str, ...]:
    """Sentences, none where every setting did something.

    deciding: ids of the evidence that decided about a document.
    """
    told = [*_label_map(found), *_evidence(found, deciding), *_rules(found), *_reference(found)]
    told += [*_columns(found), *_dates(found)] if found.complete else ()
    return tuple(dict.fromkeys(told))


def mix_without_effect(found: Corpus, request: MixRequest) -> tuple[str, ...]:
    """Settings of a mix alone that had no effect."""
    told = []
    sizes = [pc.count_distinct(found.documents.column(name)).as_py() for name in ("source", "language")]
    if request.temperature != 1 and sizes == [1, 1]:
        told.append("--temperature: all documents are of one source and one language")
    if found.plan.index is not None and found.matches is not None and not found.matches.corpora:
        told.append("--index: it holds no other corpus to compare with")
    return tuple(told)


def _label_map(found: Corpus) -> Iterator[str]:
    plan, labels = found.plan, found.declared.labels
    if plan.label_map and labels is None and plan.labels is None:
        yield "--label-map: no label is read, as neither --label-column nor --labels is given"
        return
    said = label_words(plan.labels) if plan.labels and plan.label_map else frozenset()
    column = f"column {labels.column!r}" if labels else ""
    where = " or ".join(filter(None, (column, str(plan.labels or ""))))
    unused = labels.unused if labels else tuple(f"{one}={who}" for one, who in parse_label_map(plan.label_map).items())
    for entry in unused:
        if entry.rpartition("=")[0] not in said:
            yield f"--label-map {entry}: no label in {where} says that"


def _columns(found: Corpus) -> Iterator[str]:
    """A role, a unit of plain text or a column of sources that no file has."""
    role = found.plan.columns.role
    if role not in ("", EVERY) and not any(TURNS.search(task.columns.text) for task in found.tasks):
        yield f"--role {role}: no message of a chat says who speaks"
    scanned = (found, *((found.human,) if found.human else ()))
    if found.plan.origins.get("txt", "default") != "default" and not any(
        task.shard.format in TEXT_UNITS.values() for one in scanned for task in one.tasks
    ):
        yield f"--txt {found.plan.columns.txt}: no file is plain text"
    named = found.plan.columns.source
    made = {file_source(task.shard.name) for task in found.tasks}
    if named and set(pc.unique(found.documents.column("source")).to_pylist()) <= made:
        yield f"--source-column {named}: the column is empty, and each file is its own source"


def _dates(found: Corpus) -> Iterator[str]:
    for column in found.declared.dates:
        if column.named and not column.dated:
            option = f"--date-column {column.column}" if column.role == "date" else "evidence"
            yield f"{option}: column {column.column!r} declares no date: {column.reason}"


def _evidence(found: Corpus, deciding: Set[str]) -> Iterator[str]:
    for one in found.book.evidence:
        if one.id not in found.book.asked:
            continue
        if one.column == "source" and not any(task.columns.source for task in found.tasks):
            yield f"evidence {one.id}: reads the source of documents, and no --source-column is given"
        elif _is_empty(found, one):
            yield f"evidence {one.id}: column {one.column!r} is empty or in no file{_meant(found, one)}"
        elif found.complete and one.id not in deciding:
            yield f"evidence {one.id}: decided about no document"


def _is_empty(found: Corpus, one: Evidence) -> bool:
    documents = found.documents
    name = kept_name(one.column) if one.column in found.book.columns else one.column
    if name not in documents.column_names:
        return True
    column = documents.column(name)
    return bool(column.null_count == len(column))


def _meant(found: Corpus, one: Evidence) -> str:
    names = dict.fromkeys(name for file in islice(found.files, FILES_SEEN) for name in file_schema(file).names)
    close = get_close_matches(one.column, names, n=1)
    return f"; did you mean {close[0]!r}?" if close and close[0] != one.column else ""


def _reference(found: Corpus) -> Iterator[str]:
    """A human reference of which no text has a score in a language of the corpus."""
    if found.human is None:
        return
    here, there = (_scored_languages(one.documents) for one in (found, found.human))
    if here and here.isdisjoint(there):
        yield "--human-reference: none of its texts has a score in a language of the corpus"


def _scored_languages(documents: pa.Table) -> set[str]:
    scored = documents.filter(pc.is_valid(documents.column("machine_score")))
    return set(pc.unique(scored.column("language")).to_pylist())


def _rules(found: Corpus) -> Iterator[str]:
    """Rules of languages in which nothing is, in a sentence for each set of languages."""
    spoken = set(pc.unique(found.documents.column("language")).to_pylist())
    idle: dict[tuple[str, ...], list[str]] = {}
    for rule in found.book.rules:
        if rule.id in found.book.asked and rule.languages and spoken.isdisjoint(rule.languages):
            idle.setdefault(rule.languages, []).append(rule.id)
    for languages, ids in idle.items():
        strange = [code for code in languages if code not in LANGUAGES]
        which = f"rule {ids[0]}" if len(ids) == 1 else f"rule {ids[0]} and {len(ids) - 1} more"
        why = "no language has the code" if strange else "no document is in"
        yield f"{which}: {why} {', '.join(strange or languages)}"
