"""What the written files of a mix say, for comparison with what its certificate claims."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curate.corpus.files import DataFile
from curate.corpus.read import read_documents
from curate.detect.detector import Detector
from curate.detect.score import MachineScore
from curate.errors import VerdictError
from curate.jobs.load import numbers
from curate.jobs.summarise import amounts
from curate.measuring.counts import Language, TokenCount
from curate.measuring.measure import Measure, annotate
from curate.mixing.certificate import Amount, Certificate, Output
from curate.mixing.classes import classify, tokens_by_class
from curate.mixing.recheck import Facts
from curate.mixing.removed import reason_counts
from curate.rulebook.decide import declared
from curate.rulebook.rules import RuleBook
from curate.schema import Columns, Quarantined, Shard


def fact_measures(detector: Detector) -> tuple[Measure, ...]:
    """What a certificate can be checked by."""
    return (TokenCount(), Language(), MachineScore(detector))


def facts_of_shard(shard: Shard, columns: tuple[Columns, ...], measures: tuple[Measure, ...]) -> tuple[str, pa.Table]:
    """The file's name, and declared evidence and measures of each document, read by the first layout that it has."""
    parts: list[pa.RecordBatch] = []
    seen = np.zeros(0, np.int64)
    for layout in columns:
        for item in read_documents(shard, layout):
            if isinstance(item, Quarantined):
                continue
            new = item.filter(pa.array(~np.isin(item.column("row").to_numpy(), seen)))
            measured = annotate(new, measures)
            kept = [name for name in new.schema.names if name not in ("id", "text")]
            arrays = [*(new.column(name) for name in kept), *measured.columns]
            parts.append(pa.RecordBatch.from_arrays(arrays, names=[*kept, *measured.schema.names]))
        seen = np.concatenate([seen, *(part.column("row").to_numpy() for part in parts)])
    return shard.name, pa.Table.from_batches(parts) if parts else pa.table({})


def facts(
    folder: Path,
    files: list[DataFile],
    documents: dict[str, pa.Table],
    certificate: Certificate,
    book: RuleBook,
    detector: Detector,
) -> Facts:
    """Of the certificate only settings are used: which columns declare, which threshold, what may count."""
    everything = pa.concat_tables(list(documents.values()))
    tokens = numbers(everything, "tokens")
    has_sources = bool(certificate.settings["source_column"].value)
    return Facts(
        documents=everything.num_rows,
        tokens=int(tokens.sum()),
        outputs=tuple(_output(folder, file, documents[file.name]) for file in files),
        tokens_by_class=_by_class(everything, certificate, book),
        languages=_amounts(everything, "language"),
        sources=_amounts(everything, "source") if has_sources else None,  # else file names of the input
        removed=_removed(folder / "removed.parquet"),
        rules=book.fingerprint,
        detector=detector.fingerprint,
    )


def _by_class(documents: pa.Table, certificate: Certificate, book: RuleBook) -> dict[str, int]:
    label = documents.column("label") if certificate.settings["label_column"].value else None
    said, _ = declared(book, documents, label)
    threshold = certificate.detected.threshold if certificate.detected else None
    trust = str(certificate.settings["trust"].value)
    scores = documents.column("machine_score").combine_chunks()
    classes = classify(said, scores, threshold=threshold, trust=trust)
    return tokens_by_class(classes, numbers(documents, "tokens"))


def _output(folder: Path, file: DataFile, documents: pa.Table) -> Output:
    name = Path(file.path).relative_to(folder).as_posix()
    return Output(name, sha256(Path(file.path)), documents.num_rows, int(numbers(documents, "tokens").sum()))


def sha256(path: Path) -> str:
    """Of the whole file, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _amounts(table: pa.Table, column: str) -> dict[str, Amount]:
    return {name: Amount(a.documents, a.tokens) for name, a in amounts(table, column).items()}


def _removed(path: Path) -> dict[str, int]:
    try:
        table = pq.read_table(path)
        quarantined = pc.starts_with(table.column("reason"), "quarantine: ")
        count = int(pc.sum(quarantined).as_py() or 0)
        return reason_counts(table.filter(pc.invert(quarantined))) | ({"quarantine": count} if count else {})
    except (OSError, pa.ArrowException, KeyError) as error:
        raise VerdictError(f"cannot be read: {error}", where=str(path), hint="fetch the file again") from error
