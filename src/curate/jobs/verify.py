"""Verify: everything that a certificate says of the written files, computed again from their bytes."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curate.corpus.files import DataFile, find_files
from curate.corpus.read import read_documents
from curate.detect.detector import load_detector
from curate.detect.score import MachineScore
from curate.engines.local import local_engine
from curate.errors import CurateError, DataError, VerdictError
from curate.jobs.certify import layouts
from curate.jobs.measures import compile_kernels
from curate.jobs.progress import Job, Progress
from curate.jobs.summarise import amounts
from curate.measuring.counts import TokenCount
from curate.measuring.language import Language
from curate.measuring.measure import Measure, annotate
from curate.mixing.certificate import Amount, Certificate, Output, digest, parse_certificate
from curate.mixing.classes import classify, tokens_by_class
from curate.mixing.recheck import Facts, Finding, not_rechecked, recheck
from curate.mixing.removed import reason_counts
from curate.rulebook.decide import declared
from curate.rulebook.embed import parse_book
from curate.schema import Columns, Quarantined, Shard


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a certificate holds, and every field in which it does not."""

    folder: Path
    certificate: Certificate
    digest: str
    findings: tuple[Finding, ...]
    not_rechecked: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Not one difference."""
        return not self.findings

    def to_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "holds": self.holds,
            "digest": self.digest,
            "human_ratio": self.certificate.human_ratio,
            "bound": self.certificate.bound,
            "guarantee": self.certificate.guarantee,
            "findings": [asdict(finding) for finding in self.findings],
            "not_rechecked": list(self.not_rechecked),
        }


def verify(
    folder: Path, *, digest_expected: str | None = None, detector: Path | None = None, workers: int = 1
) -> Job[Verification]:
    """Recompute the certificate in `folder`. `digest_expected`: at least 16 digits of what `mix` printed.

    Raises DataError where there is no mix, VerdictError where its certificate or rules are not ones.
    """
    yield Progress("reading the certificate")
    certificate = parse_certificate(_read(folder / "certificate.json"), where=str(folder / "certificate.json"))
    book = parse_book(_read(folder / "rules.json"), where=str(folder / "rules.json"))
    judge = load_detector(detector)
    measures: tuple[Measure, ...] = (TokenCount(), Language(), MachineScore(judge))
    yield Progress("compiling kernels (once on this machine; seconds)")
    compile_kernels(measures)
    files = _data_files(folder)
    tables: dict[str, list[pa.Table]] = {file.name: [] for file in files}
    shards = [shard for file in files for shard in file.shards]
    task = partial(_facts_of_shard, columns=layouts(certificate.settings), measures=measures)
    for done, (name, table) in enumerate(local_engine(workers).map(task, shards)):
        tables[name].append(table)
        yield Progress("recomputing", done + 1, len(shards), "pieces")
    documents = {name: pa.concat_tables(parts) for name, parts in tables.items()}
    everything = pa.concat_tables(list(documents.values()))
    label = everything.column("label") if certificate.settings["label_column"].value else None
    said, _ = declared(book, everything, label)
    threshold = certificate.detected.threshold if certificate.detected else None
    trust = str(certificate.settings["trust"].value)
    scores = everything.column("machine_score").combine_chunks()
    classes = classify(said, scores, threshold=threshold, trust=trust)  # type: ignore[arg-type]
    tokens = everything.column("tokens").to_numpy()
    has_sources = bool(certificate.settings["source_column"].value)
    facts = Facts(
        documents=everything.num_rows,
        tokens=int(tokens.sum()),
        outputs=tuple(_output(folder, file, documents[file.name]) for file in files),
        tokens_by_class=tokens_by_class(classes, tokens),
        languages=_amounts(everything, "language"),
        sources=_amounts(everything, "source") if has_sources else None,
        removed=_removed(folder / "removed.parquet"),
        rules=book.fingerprint,
        detector=judge.fingerprint,
    )
    findings = [*_pinned(certificate, digest_expected), *recheck(certificate, facts)]
    return Verification(folder, certificate, digest(certificate), tuple(findings), not_rechecked(certificate, facts))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError("is not there", where=str(path), hint="name a folder that `curate mix` wrote") from None
    except UnicodeDecodeError as error:
        raise VerdictError("is not UTF-8", where=str(path)) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _data_files(folder: Path) -> list[DataFile]:
    """The written files; raises VerdictError for one that cannot be read."""
    try:
        files, bad = find_files([str(folder / "data")])
    except CurateError as error:
        raise VerdictError(error.message, where=str(folder / "data"), hint="fetch the files again") from error
    if bad:
        raise VerdictError(bad[0].reason, where=bad[0].path, hint="fetch the file again")
    return files


def _facts_of_shard(
    shard: Shard, columns: tuple[Columns, ...], measures: tuple[Measure, ...]
) -> tuple[str, pa.Table]:
    """Declared evidence and measures of the shard's documents, each read by the first layout that it has."""
    parts: list[pa.Table] = []
    seen = np.zeros(0, np.int64)
    for layout in columns:
        for item in read_documents(shard, layout):
            if isinstance(item, Quarantined):
                continue
            new = item.filter(pa.array(~np.isin(item.column("row").to_numpy(), seen)))
            measured = annotate(new, measures)
            kept = new.drop_columns(["id", "text"])
            parts.append(pa.Table.from_arrays([*kept.columns, *measured.columns], names=[*kept.schema.names, *measured.schema.names]))
        seen = np.concatenate([seen, *(part.column("row").to_numpy() for part in parts)])
    return shard.name, pa.concat_tables(parts)


def _output(folder: Path, file: DataFile, documents: pa.Table) -> Output:
    name = Path(file.path).relative_to(folder).as_posix()
    with Path(file.path).open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Output(name, sha256, documents.num_rows, int(pc.sum(documents.column("tokens")).as_py() or 0))


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


def _pinned(certificate: Certificate, expected: str | None) -> list[Finding]:
    found = digest(certificate)
    if expected is None or (len(expected) >= 16 and found.startswith(expected.lower())):
        return []
    return [Finding("digest", expected, found)]
