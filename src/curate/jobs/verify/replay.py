"""The same mix decided again from its inputs, to set beside a certificate; nothing is written but the run of a scan."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.errors import VerdictError
from curate.jobs.mix.bound_files import is_of_other_version
from curate.jobs.mix.certify import certify, inputs_of
from curate.jobs.mix.choose import choose
from curate.jobs.mix.tail_loss import tails_of
from curate.jobs.run.columns import fingerprints
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.job import corpus_for_mix
from curate.jobs.scan.second_pass import Asked, ask
from curate.jobs.verify.replay_plan import Sources, names_of, plan_of
from curate.jobs.verify.row_columns import columns_again
from curate.jobs.verify.row_values import values_again
from curate.mixing.certificate import Certificate
from curate.mixing.recheck import Finding, differences_of, other_inputs


@dataclass(frozen=True, slots=True)
class Again:
    """Differences of a mix that was decided again, and fields that this version cannot compare."""

    findings: tuple[Finding, ...]
    left: tuple[str, ...] = ()


def mixed_again(
    certificate: Certificate,
    folder: Path,
    documents: dict[str, pa.Table],
    sources: Sources,
    detector: Path | None,
    tokenizer: str,
    workers: int,
) -> Job[Again]:
    """Repeat a mix from `sources`; return every difference from its certificate and its files in `folder`.

    `documents`: of every written file, with fingerprints. Where another version wrote it with another shipped detector
    or other built-in rules, what follows from these is left. Raises UsageError where the settings name sources that
    are not given, VerdictError where they are no settings.
    """
    plan = plan_of(certificate, folder, sources, detector, tokenizer, workers)
    with ExitStack() as held:
        found = yield from corpus_for_mix(plan.scan, held)
        if other := other_inputs(certificate, inputs_of(found)):
            return Again(tuple(other))  # of which all else comes
        asked = yield from ask(found, plan.request)
        found = asked.found
        findings = _left_out(certificate, asked)
        renewed = _renewed(certificate, found) if detector is None and is_of_other_version(certificate) else ()
        try:
            choice = choose(asked, plan.request)
        except VerdictError as error:
            if renewed:
                return _as_far_as_known(findings, (*renewed, "texts", "values"), documents, found)
            return Again((*findings, Finding("mix", "written", f"refused: {error.message}")))
        tails = tails_of(found.tasks, found.documents, choice.order)
        told = [*differences_of(certificate, certify(plan, asked, choice, (), tails))]
        told += _foreign(documents, fingerprints(found.documents)[choice.order])
        fields = dict.fromkeys((*renewed, *(one.field.split(".")[0] for one in told)))
        if renewed and len(fields) > len(renewed):
            return _as_far_as_known(findings, (*fields, "values"), documents, found)
        findings += [one for one in told if one.field not in renewed]
        yield Progress("comparing the values of all columns")
        findings += columns_again(certificate, folder, found)
        return Again((*findings, *values_again(certificate, folder, found, choice.order)), renewed)


def _renewed(certificate: Certificate, found: Corpus) -> tuple[str, ...]:
    """Which of the detector and the rules are no longer those of the version that wrote the mix."""
    now = {"rules": found.book.fingerprint, "detector": found.detector.fingerprint}
    return tuple(name for name, value in now.items() if value != getattr(certificate, name))


def _as_far_as_known(
    findings: list[Finding], left: tuple[str, ...], documents: dict[str, pa.Table], found: Corpus
) -> Again:
    """Without what this version decides otherwise; a text that is in no input stays a difference."""
    written = np.unique(fingerprints(pa.concat_tables(documents.values())), axis=0)
    foreign = _lacking(written, fingerprints(found.documents))
    told = [Finding("texts", len(written), f"{foreign:,} that the inputs do not hold")] if foreign else []
    return Again((*findings, *told), tuple(dict.fromkeys(left)))


def _left_out(certificate: Certificate, asked: Asked) -> list[Finding]:
    """Other texts and corpora to leave out than the certificate names; files may have come to be called otherwise."""
    matches = asked.found.matches
    found = {"exclude": asked.excluded_files, "index": matches.corpora if matches else ()}
    told = {name: names_of(certificate.settings.get(name)) for name in found}
    return [
        Finding(f"settings.{name}", told[name], values)
        for name, values in found.items()
        if _contents(told[name]) != _contents(values)
    ]


def _contents(names: tuple[str, ...]) -> list[str]:
    return sorted(name.rpartition(" ")[2] for name in names)


def _foreign(documents: dict[str, pa.Table], given: NDArray[np.uint64]) -> list[Finding]:
    """Texts that were written and that the same mix does not give."""
    written = fingerprints(pa.concat_tables(documents.values()))
    foreign = _lacking(written, given)
    return [Finding("texts", len(written), f"{foreign:,} that the inputs do not give")] if foreign else []


def _lacking(written: NDArray[np.uint64], given: NDArray[np.uint64]) -> int:
    """How many of the written texts, each as often as it stands there, the same mix of the inputs does not hold."""
    _, codes = np.unique(np.concatenate([written, given]), axis=0, return_inverse=True)
    codes = codes.reshape(-1)
    there, here = (np.bincount(part, minlength=codes.max(initial=0) + 1) for part in np.split(codes, [len(written)]))
    return int(np.maximum(there - here, 0).sum())
