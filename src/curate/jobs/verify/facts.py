"""Figures of a written mix, summed up from its documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.damage import DAMAGE
from curate.corpus.files import DataFile
from curate.corpus.tables import column_batches
from curate.detect.judge import Judge
from curate.diversity.sample import Sample
from curate.errors import VerdictError
from curate.jobs.mix.audit_rounds import recounted
from curate.jobs.mix.tail_loss import tails_again
from curate.jobs.run.columns import numbers
from curate.jobs.run.file_hash import sha256
from curate.jobs.scan.label_column import UNCLEAR
from curate.jobs.scan.provenance import FILLED, who_wrote
from curate.jobs.scan.summary import amounts
from curate.mixing.certificate import Certificate, Output
from curate.mixing.classes import classify, tokens_by_class
from curate.mixing.recheck import Facts
from curate.mixing.removed import reason_counts
from curate.rulebook.rules import RuleBook
from curate.schema import Amount
from curate.settings.mix import TRUST


def facts(
    folder: Path,
    files: list[DataFile],
    documents: dict[str, pa.Table],
    sample: Sample,
    certificate: Certificate,
    book: RuleBook,
    detector: Judge,
) -> Facts:
    """Of the certificate only settings are used: which columns declare, which threshold, what may count."""
    everything = pa.concat_tables(list(documents.values()))
    tokens = numbers(everything, "tokens")
    return Facts(
        documents=everything.num_rows,
        tokens=int(tokens.sum()),
        outputs=tuple(_output(folder, file, documents[file.name]) for file in files),
        tokens_by_class=_by_class(everything, certificate, book),
        languages=_amounts(everything, "language"),
        sources=None
        if everything.column("source").null_count
        else _amounts(everything, "source"),  # input files' names
        removed=_removed(folder / "removed.parquet"),
        rules=book.fingerprint,
        detector=detector.fingerprint,
        audits=recounted(folder, certificate, everything),
        tails=tails_again(certificate.tails, sample),
    )


def without_scores(certificate: Certificate, found: Facts) -> Facts:
    """The facts but for what another shipped detector scored: what is declared human, and the sum, are still held to.

    The same facts where the detector is the same, or the classes say otherwise than scores could.
    """
    told, by_class = certificate.tokens_by_class, found.tokens_by_class or {}
    same = told.get("declared") == by_class.get("declared") and sum(told.values()) == found.tokens
    if found.detector == certificate.detector or not same:
        return found
    return replace(found, detector=None, tokens_by_class=None)


def _by_class(documents: pa.Table, certificate: Certificate, book: RuleBook) -> dict[str, int]:
    said = who_wrote(book, documents, {name: documents.column(name) for name in FILLED})
    threshold = certificate.detected.threshold if certificate.detected else None
    trust = certificate.settings.get("trust")
    if trust is None or trust.value not in TRUST.choices:
        raise VerdictError("its settings do not say which evidence counts", where="certificate.json")
    scores = documents.column("machine_score")
    labelled = bool(certificate.detected and certificate.detected.labels)
    classes = classify(
        said,
        scores,
        threshold=threshold,
        trust=str(trust.value),
        labelled=labelled,
        unclear=np.asarray(documents.column(UNCLEAR)),
    )
    return tokens_by_class(classes, numbers(documents, "tokens"))


def _output(folder: Path, file: DataFile, documents: pa.Table) -> Output:
    name = Path(file.path).relative_to(folder).as_posix()
    return Output(name, sha256(Path(file.path)), documents.num_rows, int(numbers(documents, "tokens").sum()))


def _amounts(table: pa.Table, column: str) -> dict[str, Amount]:
    return {name: Amount(a.documents, a.tokens) for name, a in amounts(table, column).items()}


def _removed(path: Path) -> dict[str, int]:
    counts = Counter[str]()
    try:
        for reasons in column_batches(path, "reason"):
            quarantined = pc.starts_with(reasons, "quarantine: ")
            counts["quarantine"] += int(pc.sum(quarantined).as_py() or 0)
            counts.update(reason_counts(pa.table({"reason": reasons.filter(pc.invert(quarantined))})))
        return {kind: count for kind, count in sorted(counts.items()) if count}
    except DAMAGE as error:
        raise VerdictError(f"cannot be read: {error}", where=str(path), hint="fetch the file again") from error
