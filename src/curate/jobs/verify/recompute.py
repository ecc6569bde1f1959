"""Figures recomputed from the written files of a mix, to compare with its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.label_words import normal_labels, unclear_labels
from curate.corpus.stretches import read_stretches
from curate.detect.judge import Judge
from curate.detect.score import MachineScore
from curate.diversity.collecting import Collector
from curate.diversity.sample import Sample
from curate.jobs.mix.certify import label_mapping
from curate.jobs.run.column_names import dated_name, kept_name
from curate.jobs.scan.date_columns import DATE, EVIDENCE, extra_dates, readings, settled_days
from curate.jobs.scan.label_column import UNCLEAR
from curate.jobs.verify.row_layouts import rows_by_layout
from curate.measuring.batch import Batch
from curate.measuring.counts import Fingerprint, Language, TokenCount
from curate.measuring.judged import JudgedTokens
from curate.measuring.measure import Measure, annotate_batch
from curate.mixing.certificate import Certificate
from curate.rulebook.date_reading import Reading
from curate.rulebook.rules import RuleBook
from curate.schema import JUDGED, Columns, Quarantined, Shard

DECLARED = ("id", "source", "label", "date")  # of Columns: what a document says of itself
SAMPLED = (TokenCount(), Language())  # what a sample needs to know of a document, whatever unit the mix is counted in
_NO_ROWS = pa.record_batch([pa.array([], pa.large_string())], ["text"])


@dataclass(frozen=True, slots=True)
class Taken:
    """How a mix read what documents declare: words of labels, columns of dates, and which of these evidence reads."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[tuple[str, str], Reading] = field(default_factory=dict)
    extra_dates: tuple[str, ...] = ()


def taken(certificate: Certificate, book: RuleBook) -> Taken:
    """Raises VerdictError where the settings do not say it."""
    return Taken(label_mapping(certificate), readings(certificate), extra_dates(book))


def fact_measures(detector: Judge, unit: Measure) -> tuple[Measure, ...]:
    """Measures that check a certificate; `unit` counts its tokens."""
    return (JudgedTokens(unit), Language(), MachineScore(detector), Fingerprint())


def facts_of_shard(
    shard: Shard, columns: tuple[Columns, ...], measures: tuple[Measure, ...], declared: Taken
) -> tuple[str, pa.Table, Sample]:
    """The file's name; by document what the data says, null where nothing, and measures; its sample for diversity.

    Files of the input may have had different columns: a row's text is that of the layout that fits it best, and what
    it declares stands in whichever column is not null.
    """
    parts = [_facts(pa.array([], pa.int64()), Batch(_NO_ROWS), columns, {}, measures, declared)]
    collector = Collector()
    pairs = dict.fromkeys((layout.text, layout.judged) for layout in columns)
    read = [_read_as(text, judged, columns) for text, judged in pairs]
    chosen = rows_by_layout(shard, read) if len(read) > 1 else [None]
    for layout, rows in zip(read, chosen, strict=True):
        for stretch in read_stretches(shard, layout, rows=rows):
            if isinstance(stretch, Quarantined):
                continue
            texts = {"text": stretch.text} | ({JUDGED.name: stretch.values[JUDGED.name]} if layout.judged else {})
            batch = Batch(pa.record_batch(texts))
            here = pa.array(stretch.rows, pa.int64())
            parts.append(_facts(here, batch, columns, stretch.values, measures, declared))
            collector.add(batch, annotate_batch(batch, SAMPLED))
    return shard.name, pa.concat_tables(parts), collector.sample()


def _read_as(text: str, judged: str, columns: tuple[Columns, ...]) -> Columns:
    longest = max(layout.longest for layout in columns)
    return Columns(text=text, extra=_all_settings(columns), longest=longest, judged=judged)


def _all_settings(columns: tuple[Columns, ...]) -> tuple[str, ...]:
    named = [getattr(layout, role) for layout in columns for role in DECLARED]
    return tuple(dict.fromkeys(name for name in (*named, *columns[0].extra) if name))


def _facts(
    rows: pa.Array,
    batch: Batch,
    columns: tuple[Columns, ...],
    values: dict[str, pa.Array],
    measures: tuple[Measure, ...],
    declared: Taken,
) -> pa.Table:
    """Rows, what they say by role, what evidence reads beside under kept names, and measures."""
    nothing = pa.nulls(len(batch), pa.string())
    said: dict[str, pa.Array] = {}
    for role in DECLARED:
        names = dict.fromkeys(getattr(layout, role) for layout in columns)
        said[role] = pc.coalesce(*(values.get(name, nothing) for name in names))
    label = next((one.label for one in columns if one.label), "")
    written = said["label"]
    said["label"] = normal_labels(written, label, declared.mapping)
    said[UNCLEAR] = unclear_labels(written, said["label"], declared.mapping)
    dates = dict.fromkeys(layout.date for layout in columns if layout.date)
    said[dated_name(DATE)] = settled_days(
        {name: values.get(name, nothing) for name in dates}, declared.readings, len(batch)
    )
    for name in declared.extra_dates:
        said[dated_name(name)] = declared.readings.get((EVIDENCE, name), Reading()).days(values.get(name, nothing))
    said |= {kept_name(name): values.get(name, nothing) for name in columns[0].extra}
    measured = annotate_batch(batch, measures)
    return pa.table({"row": rows, **said, **dict(zip(measured.schema.names, measured.columns, strict=True))})
