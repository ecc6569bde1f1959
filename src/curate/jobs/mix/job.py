"""The mix: scan (or reuse the scan), decide what may go in, write it with its certificate; or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from curate.corpus.doubled_keys import DoubledKeys, doubled_keys
from curate.corpus.dropped_names import check_dropped, check_written, column_names
from curate.corpus.layouts import written_layout
from curate.corpus.not_read import NotRead
from curate.corpus.taken_columns import TakenColumns
from curate.corpus.write import write_atomic, write_table
from curate.errors import VerdictError
from curate.jobs.mix.audit_rounds import POOL
from curate.jobs.mix.bound_files import (
    CARD,
    CERTIFICATE,
    CONFLICTS,
    CROISSANT,
    EXCLUDED,
    REMOVED,
    RULES,
    files_beside,
)
from curate.jobs.mix.certify import certify
from curate.jobs.mix.choose import Choice, choose
from curate.jobs.mix.croissant_columns import croissant_columns
from curate.jobs.mix.output import all_or_nothing, check_output
from curate.jobs.mix.tail_loss import check_tails, tails_of
from curate.jobs.mix.write_data import WRITERS, part_ends, write_data
from curate.jobs.run.background import Beside
from curate.jobs.run.columns import numbers
from curate.jobs.run.discovery import Looking
from curate.jobs.run.input_guard import unchanged
from curate.jobs.run.lost_files import refuse_mostly_lost
from curate.jobs.run.plan import MixPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.declarations import Declared
from curate.jobs.scan.excluded_found import Excluded
from curate.jobs.scan.job import corpus_for_mix
from curate.jobs.scan.second_pass import Asked, ask
from curate.memory import give_back
from curate.mixing.certificate import Certificate, Output, Setting, Tails, certificate_text, digest
from curate.mixing.request import MixRequest
from curate.report.card import dataset_card
from curate.report.croissant import croissant_text
from curate.rulebook.embed import book_text
from curate.schema import Columns, Quarantined


@dataclass(frozen=True, slots=True)
class Mix:
    """A mix as decided and, if `output` is not None, as written."""

    certificate: Certificate
    choice: Choice
    documents: int  # in the corpus
    tokens: int
    quarantined: Sequence[Quarantined]
    not_read: tuple[NotRead, ...]  # files among the data that nobody reads
    output: Path | str | None  # a text for a place in a store
    layouts: tuple[TakenColumns, ...]  # of the input
    declared: Declared = Declared()  # noqa: RUF009 - frozen
    doubled: DoubledKeys = DoubledKeys()  # noqa: RUF009 - frozen
    excluded: Excluded | None = None  # what the corpus holds of excluded texts

    def to_json(self) -> dict[str, object]:
        """The certificate, its digest where it was written, what was found of excluded texts, the columns taken."""
        written = {"digest": digest(self.certificate), "output": str(self.output)} if self.output else {"output": None}
        found = {"excluded": self.excluded.to_json()} if self.excluded else {}
        told = {**asdict(self.declared), "without_effect": list(self.choice.without_effect)}
        told["doubled_keys"] = asdict(self.doubled)
        told["nothing_to_do"] = list(self.choice.idle)
        told["doubts"] = list(self.choice.doubts)
        columns = [asdict(layout) for layout in self.layouts]
        return {**self.certificate.to_json(), **told, **written, **found, "columns": columns}


def _chosen(plan: MixPlan, held: ExitStack, looking: Looking | None) -> Job[tuple[Asked, Choice]]:
    """Scan and choose. Raises VerdictError where the floor cannot be met, DataError where most of a file is lost."""
    found = yield from corpus_for_mix(plan.scan, held, looking)
    refuse_mostly_lost(found.tasks, found.quarantined, found.files)
    if plan.request.drop_column:
        names = column_names(found.files)
        check_written(check_dropped(plan.request.drop_column, names, _columns_of(found)), found.files, names)
    asked = yield from ask(found, plan.request)
    yield Progress("choosing")
    return asked, choose_or_say(asked, plan.request)


def plan_mix(plan: MixPlan, looking: Looking | None = None) -> Job[Mix]:
    """Plan what `mix` would write; nothing is written. Raises VerdictError where it would be refused."""
    with ExitStack() as held:
        asked, choice = yield from _chosen(plan, held, looking)
        found = asked.found
        tails = tails_of(found.tasks, found.documents, choice.order)
        check_tails(tails, plan.request.max_tail_loss)
        return _mix(asked, choice, certify(plan, asked, choice, (), tails), output=None)


def mix(plan: MixPlan, looking: Looking | None = None) -> Job[Mix]:
    """Write the mix: data, certificate, removed documents, dataset card; all of it or nothing.

    looking: the look at the plan's paths, where that has begun already.

    Raises VerdictError where the floor cannot be met or too much of the tail is lost, UsageError for an output folder
    that is in use, DataError where the input is no longer what was scanned, or most rows of a file cannot be read.
    """
    assert plan.output is not None
    check_output(plan.output, plan.scan.paths)
    with ExitStack() as held:
        asked, choice = yield from _chosen(plan, held, looking)
        found = asked.found
        tails: Beside[Tails | None] | None = None
        if plan.request.max_tail_loss is not None:
            tails = _tails(found, choice)
            check_tails(tails.result(), plan.request.max_tail_loss)
        yield Progress("writing", 0, 0)
        with all_or_nothing(plan.output) as half, unchanged(found.seen):
            return (yield from _write(half, plan, asked, choice, tails))


def choose_or_say(asked: Asked, request: MixRequest) -> Choice:
    """As `choose`; a refusal says what of the evidence was not understood."""
    try:
        return choose(asked, request)
    except VerdictError as error:
        told = (*asked.found.declared.remarks(), *asked.found.declared.silent())
        hint = "; ".join(filter(None, (error.hint, *told)))
        raise VerdictError(error.message, where=error.where, hint=hint) from None


def _write(half: Path, plan: MixPlan, asked: Asked, choice: Choice, tails: Beside[Tails | None] | None) -> Job[Mix]:
    """All files of the mix. Its tails, where nobody needed them yet, are measured when a writer has nothing to do."""
    found = asked.found
    give_back()  # what choosing took
    told = Beside(partial(certify, plan, asked, choice, (), None))
    layout = written_layout(found.files, _columns_of(found), plan.format, plan.request.drop_column)
    ends = part_ends(found, choice, plan.part_bytes)
    outputs: list[Output] = []
    idle = max(0, len(ends) + 1 - WRITERS)  # files from which on a writer has nothing to do
    tails = tails or (None if idle else _tails(found, choice))
    for output in write_data(half / "data", plan, found, choice, layout, ends):
        outputs.append(output)
        yield Progress("writing", len(outputs), len(ends), "files")
        if len(outputs) == idle:
            tails = tails or _tails(found, choice)
    assert tails is not None
    certificate = replace(told.result(), outputs=tuple(outputs), tails=tails.result())
    certificate.settings["written"] = Setting(layout.changes, "data")
    result = _mix(asked, choice, certificate, plan.output)
    _keep_labels(half, result.certificate, plan)
    _write_beside(half, result, found, layout.columns)
    bound = replace(certificate, files=files_beside(half))
    write_atomic(half / CERTIFICATE, certificate_text(bound).encode())
    return replace(result, certificate=bound)


def _columns_of(found: Corpus) -> dict[str, Columns]:
    return {task.shard.name: task.columns for task in found.tasks}


def _tails(found: Corpus, choice: Choice) -> Beside[Tails | None]:
    return Beside(partial(tails_of, found.tasks, found.documents, choice.order))


def _mix(asked: Asked, choice: Choice, certificate: Certificate, output: Path | None) -> Mix:
    found = asked.found
    tokens = int(numbers(found.documents, "tokens").sum())
    doubled = doubled_keys(found.mended)
    counts = (found.documents.num_rows, tokens, found.quarantined, found.not_read)
    return Mix(certificate, choice, *counts, output, found.layouts, found.declared, doubled, asked.held)


def _write_beside(folder: Path, result: Mix, found: Corpus, schema: pa.Schema) -> None:
    write_atomic(folder / RULES, book_text(found.book).encode())
    write_table(folder / REMOVED, result.choice.removed)
    write_table(folder / CONFLICTS, result.choice.conflicts)
    if result.excluded is not None:
        write_table(folder / EXCLUDED, result.excluded.table)
    croissant = croissant_text(result.certificate.to_json(), croissant_columns(schema))
    write_atomic(folder / CROISSANT, croissant.encode())
    write_atomic(folder / CARD, dataset_card(result.certificate.to_json()).encode())


def _keep_labels(folder: Path, certificate: Certificate, plan: MixPlan) -> None:
    """Keep the labels that a threshold rests on."""
    file = plan.scan.labels
    if file is not None and certificate.detected and certificate.detected.labels:
        (folder / POOL).parent.mkdir()
        write_atomic((folder / POOL).with_suffix(file.suffix), file.read_bytes())
