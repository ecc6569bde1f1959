"""A second reading of a corpus, for what only this mix asks of its texts: one more column a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.read import read_documents
from curate.diversity.rarity import RareWords
from curate.diversity.reference import reference
from curate.diversity.tail import LEAST_TOKENS
from curate.engines.local import local_engine
from curate.errors import DataError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import numbers
from curate.jobs.run.input_guard import unchanged
from curate.jobs.run.prefetch import BATCH_BYTES
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.excluded_found import Excluded, what_is_found
from curate.jobs.scan.excluded_texts import read_excluded
from curate.jobs.scan.judged_turns import in_judged_tokens
from curate.jobs.scan.summary import amounts
from curate.measuring.judged import JudgedTokens
from curate.measuring.measure import Measure, annotate
from curate.measuring.units import token_measure, unit_name
from curate.mixing.removed import Reason
from curate.mixing.request import MixRequest
from curate.schema import Columns, Quarantined


@dataclass(frozen=True, slots=True)
class Asked:
    """A scan whose `tokens` are in the unit asked for, of chats those that are judged; what is excluded and why.

    `measured`: the scan as it is, in our own tokens.

    `rare` int64[n] counts rare words, None where nothing is left to choice. `excluded_files`: name and fingerprint.
    `held`: what the corpus holds of excluded texts, None where none are.
    """

    found: Corpus
    measured: pa.Table
    unit: str
    excluded: Reason
    excluded_files: tuple[str, ...]
    rare: NDArray[np.int64] | None
    held: Excluded | None


def ask(found: Corpus, request: MixRequest) -> Job[Asked]:
    """Reads the texts once more for what the scan does not know, and not at all where it knows everything."""
    unit = token_measure(request.tokenizer)
    measures: list[Measure] = [JudgedTokens(unit)] if request.tokenizer else []
    texts = yield from read_excluded(request.exclude)
    measures += [texts.overlap] if texts else []
    sampled = request.budget is not None or bool(request.weights)
    languages = tail_languages(found) if sampled else ()
    measures += [RareWords(languages)] if languages else []
    columns = yield from measured_again(found, tuple(measures))
    documents, rows = found.documents, found.documents.num_rows
    documents = in_judged_tokens(documents)
    if request.tokenizer:
        documents = documents.set_column(documents.schema.get_field_index("tokens"), "tokens", columns.column("tokens"))
    held = None
    if texts is not None:
        held = what_is_found(texts, columns.column("excluded_runs"), documents, found.clusters.representative)
    by = held.names if held else pa.nulls(rows, pa.string())
    excluded = Reason("excluded-text", np.asarray(by.is_valid()), by)
    rare = numbers(columns, "rare_words").astype(np.int64) if languages else None
    files = texts.fingerprints if texts else ()
    return Asked(found.with_documents(documents), found.documents, unit_name(unit), excluded, files, rare, held)


def tail_languages(found: Corpus) -> tuple[str, ...]:
    """Languages with enough text for a tail."""
    languages = amounts(found.documents, "language").items()
    return tuple(sorted(name for name, a in languages if a.tokens >= LEAST_TOKENS and reference(name)))


def measured_again(found: Corpus, measures: tuple[Measure, ...]) -> Job[pa.Table]:
    """Columns of the measures, a row a document of the scan; one more reading of the input, none without measures.

    Raises DataError where the input is no longer what was scanned.
    """
    if not measures:
        return pa.table({})
    tables = []
    with unchanged(found.seen):
        results = local_engine(found.plan.workers).map(partial(_measure, measures), found.tasks)
        for number, table in enumerate(results, start=1):
            tables.append(table)
            yield Progress("reading again", number, len(found.tasks), "pieces")
        whole = pa.concat_tables(tables)
        if whole.num_rows != found.documents.num_rows:
            raise DataError("holds other documents than it did", where=found.tasks[0].shard.name, hint="scan again")
    return whole


def _measure(measures: tuple[Measure, ...], task: ShardTask) -> pa.Table:
    columns = Columns(text=task.columns.text, longest=task.columns.longest, judged=task.columns.judged)
    batches = read_documents(task.shard, columns, block_bytes=BATCH_BYTES)
    parts = [annotate(batch, measures) for batch in batches if not isinstance(batch, Quarantined)]
    empty = annotate(pa.record_batch([pa.array([], pa.large_string())], ["text"]), measures)
    return pa.Table.from_batches([empty, *parts])
