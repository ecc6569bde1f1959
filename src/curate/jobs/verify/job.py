"""Verify: everything that a certificate says of the written files, computed again from their bytes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path

import pyarrow as pa

from curate.corpus.files import DataFile, find_files
from curate.corpus.whole_text import read_text
from curate.detect.judge import load_judge
from curate.diversity.collecting import merge
from curate.diversity.sample import Sample, empty_sample
from curate.engines.local import local_engine
from curate.errors import CurateError, DataError, VerdictError
from curate.jobs.mix.audit_rounds import POOL
from curate.jobs.mix.bound_files import RULES, claims_not_rechecked, file_findings, is_of_other_version, not_bound
from curate.jobs.mix.certify import layouts, unit_measure
from curate.jobs.run.file_hash import sha256
from curate.jobs.run.measures import compile_kernels, compiling
from curate.jobs.run.progress import Job, Progress
from curate.jobs.verify.facts import facts, without_scores
from curate.jobs.verify.recompute import Taken, fact_measures, facts_of_shard, taken
from curate.jobs.verify.replay import Again, mixed_again
from curate.jobs.verify.replay_plan import Sources
from curate.measuring.measure import Measure
from curate.mixing.certificate import Certificate, digest, parse_certificate
from curate.mixing.recheck import BASIS, Finding, not_rechecked, recheck
from curate.rulebook.embed import book_text, parse_book
from curate.rulebook.rules import RuleBook
from curate.schema import Columns

LEAST_DIGITS = 16  # of a digest that pins: 64 bits


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of a verification: the verdict, and every field that differs."""

    folder: Path
    certificate: Certificate
    digest: str
    findings: tuple[Finding, ...]
    not_rechecked: tuple[str, ...]
    pinned: bool = False  # by a digest that the caller knew
    not_bound: tuple[str, ...] = ()  # what git and the Hub's client keep in the folder, which is no part of the mix

    @property
    def fields(self) -> dict[str, str]:
        """Of each field of the certificate whether it was recomputed, or what else it rests on."""
        left = "bound by digest" if self.pinned else "taken on trust"
        names = {each.name: "recomputed" for each in fields(Certificate)}
        return names | dict.fromkeys(self.not_rechecked, left)

    @property
    def holds(self) -> bool:
        """Not one difference, and nothing that the bound rests on left unchecked."""
        return not self.findings and not self.is_unknown

    @property
    def is_unknown(self) -> bool:
        """Return whether the bound rests on scores of another version's detector, which this version cannot compute."""
        bound = self.certificate.detected
        on_scores = self.certificate.evidence == "detected" or bool(bound and bound.labels)
        return on_scores and "detector" in self.not_rechecked

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
            "not_bound": list(self.not_bound),
            "pinned": self.pinned,
            "is_unknown": self.is_unknown,
            "fields": self.fields,
        }


def verify(
    folder: Path,
    *,
    digest_expected: str | None = None,
    detector: Path | None = None,
    tokenizer: str = "",
    workers: int = 1,
    sources: Sources | None = None,
) -> Job[Verification]:
    """Recompute the certificate in `folder`. `digest_expected`: at least 16 digits of what `mix` printed.

    With `sources` the mix is decided again from what it was made of, and must come out the same, text by text.

    Raises DataError where there is no mix, VerdictError where its certificate or rules are not ones.
    """
    yield Progress("reading the certificate")
    where = str(folder / "certificate.json")
    certificate = parse_certificate(_read(folder / "certificate.json"), where=where)
    text = _read(folder / RULES)
    book, judge = parse_book(text, where=str(folder / RULES)), load_judge(detector)
    columns, unit = layouts(certificate, where=where), unit_measure(certificate, tokenizer, where=where)
    declared = taken(certificate, book)
    files, documents, sample = yield from measured(folder, columns, fact_measures(judge, unit), workers, declared)
    found = facts(folder, files, documents, sample, certificate, book, judge)
    other = is_of_other_version(certificate)
    found = without_scores(certificate, found) if other and detector is None else found
    differences = recheck(certificate, found)
    words = [one for one in differences if other and one.field == BASIS]
    findings = [
        *_pinned(certificate, digest_expected),
        *file_findings(certificate, folder),
        *_labels(certificate, folder),
        *_book(certificate, text, book),
        *(one for one in differences if one not in words),
    ]
    again = Again(())
    if sources is not None:
        again = yield from mixed_again(certificate, folder, documents, sources, detector, tokenizer, workers)
    findings += again.findings
    left = not_rechecked(certificate, found, again=sources is not None) + claims_not_rechecked(certificate, folder)
    left += again.left + ((BASIS,) if words else ())
    once = [finding for i, finding in enumerate(findings) if finding not in findings[:i]]  # both find another detector
    pinned = digest_expected is not None
    others = not_bound(certificate, folder)
    return Verification(folder, certificate, digest(certificate), tuple(once), left, pinned, others)


def measured(
    folder: Path, columns: tuple[Columns, ...], measures: tuple[Measure, ...], workers: int, declared: Taken
) -> Job[tuple[list[DataFile], dict[str, pa.Table], Sample]]:
    """The written files; facts of every document by file: what it says of itself, and these measures; their sample."""
    files = _data_files(folder)
    if told := compiling():
        yield Progress(told)
    compile_kernels(measures)
    tables: dict[str, list[pa.Table]] = {file.name: [] for file in files}
    shards = [shard for file in files for shard in file.shards]
    task = partial(facts_of_shard, columns=columns, measures=measures, declared=declared)
    sample = empty_sample()
    for done, (name, table, part) in enumerate(local_engine(workers).map(task, shards)):
        tables[name].append(table)
        sample = merge([sample, part])
        yield Progress("recomputing", done + 1, len(shards), "pieces")
    return files, {name: pa.concat_tables(parts).sort_by("row") for name, parts in tables.items()}, sample


def _read(path: Path) -> str:
    """Raises VerdictError also for a pipe or device, which might never end."""
    if path.exists() and not path.is_file():
        raise VerdictError("is no regular file", where=str(path), hint="fetch the files again")
    try:
        return read_text(path)
    except (FileNotFoundError, NotADirectoryError):
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


def _labels(certificate: Certificate, folder: Path) -> list[Finding]:
    """The labels behind a threshold stand beside the mix as they were given."""
    bound = certificate.detected
    if bound is None or not bound.labels:
        return []
    kept = [path for path in sorted((folder / POOL).parent.glob(f"{POOL.name}.*")) if path.is_file()]
    found = sha256(kept[0]) if kept else None
    return [] if found == bound.labels else [Finding("detected.labels", bound.labels, found)]


def _book(certificate: Certificate, text: str, book: RuleBook) -> list[Finding]:
    """The rules stand there as they are written, with nothing beside them."""
    if is_of_other_version(certificate) or text == book_text(book):
        return []
    return [Finding(f"files.{RULES}", certificate.files.get(RULES), "more or other text than its rules")]


def _pinned(certificate: Certificate, expected: str | None) -> list[Finding]:
    found = digest(certificate)
    if expected is None or (len(expected) >= LEAST_DIGITS and found.startswith(expected.lower())):
        return []
    return [Finding("digest", expected, found)]
