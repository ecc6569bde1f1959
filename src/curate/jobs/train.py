"""A detector for one's own domain from texts whose writers are known, in one go."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.not_read import NotRead, unread
from curate.corpus.taken_columns import TakenColumns
from curate.detect.examples import COLUMNS, Examples, examples_of
from curate.detect.fasttext_model import read_model
from curate.detect.own import LEAST, Errors, calibrate_foreign, errors_of, part_names, train_own
from curate.errors import DataError, UsageError
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.run.lost_files import refuse
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.highlights import judged_texts
from curate.jobs.scan.job import scan
from curate.jobs.scan.judged_turns import judged

MOST = 30_000  # texts of a class: more teach little, and memory is bounded


@dataclass(frozen=True, slots=True)
class TrainPlan:
    """Settings of a training: paths of human and machine texts, and how they are read (`scan`, without its paths).

    model: a fastText classifier to calibrate on the texts; None trains a new detector.
    """

    scan: ScanPlan
    human: tuple[str, ...]
    machine: tuple[str, ...]
    output: Path
    model: Path | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for settings that cannot be meant."""
        for name, paths in (("--human", self.human), ("--machine", self.machine)):
            if not paths:
                raise UsageError(f"{name} is missing", hint="curate train --human PATH --machine PATH -o my.npz")
        if self.output.suffix != ".npz":
            raise UsageError("a detector is written as .npz", where=str(self.output), hint="-o my.npz")
        if self.output.exists():
            raise UsageError("is there already", where=str(self.output), hint="-o NEW.npz")


@dataclass(frozen=True, slots=True)
class LanguageTrained:
    """Errors on texts left out, by the new detector and by the one that was used before (None: it has no score)."""

    human: int
    machine: int
    own: Errors
    before: Errors | None


@dataclass(frozen=True, slots=True)
class TrainResult:
    """Written detector and its error rates."""

    output: Path
    fingerprint: str
    languages: dict[str, LanguageTrained]
    human: tuple[TakenColumns, ...]
    machine: tuple[TakenColumns, ...]
    not_read: tuple[NotRead, ...]  # files of both sides that nobody reads

    def to_json(self) -> dict[str, object]:
        """For `--json`."""

        def errors(one: Errors | None) -> dict[str, float] | None:
            return None if one is None else {"auroc": one.auroc, "human": one.human, "machine": one.machine}

        return {
            "output": str(self.output),
            "detector": self.fingerprint,
            "columns": {name: [asdict(one) for one in getattr(self, name)] for name in ("human", "machine")},
            "unread": asdict(unread(self.not_read)),
            "languages": {
                name: {"human": one.human, "machine": one.machine, "own": errors(one.own), "before": errors(one.before)}
                for name, one in self.languages.items()
            },
        }


def train(plan: TrainPlan) -> Job[TrainResult]:
    """Scan both sides, then train a detector or calibrate a given one, and save it.

    Raises DataError for too few texts of a class, and for a text that stands on both sides.
    """
    model = None if plan.model is None else read_model(plan.model)
    plain = replace(plan.scan.with_book(), output=None, labels=None, human_reference=())
    human = yield from scan(replace(plain, paths=plan.human))
    machine = yield from scan(replace(plain, paths=plan.machine))
    sides = [human, machine]
    refuse(human.figures.mostly_quarantined, "--human")
    refuse(machine.figures.mostly_quarantined, "--machine")
    _check_apart(sides)
    yield Progress("reading the texts")
    table = pa.concat_tables([_table(found, written) for written, found in enumerate(sides)])
    languages = _languages(table)
    examples = examples_of(table)
    yield Progress("training and calibrating" if model is None else "calibrating")
    found = train_own(examples, languages) if model is None else calibrate_foreign(model, table, languages)
    plan.output.parent.mkdir(parents=True, exist_ok=True)
    found.detector.save(plan.output)
    before = {name: _before(sides, name) for name in languages}
    told = {name: LanguageTrained(*_counts(examples, name), found.errors[name], before[name]) for name in languages}
    missed = (*human.not_read, *machine.not_read)
    return TrainResult(plan.output, found.detector.fingerprint, told, human.layouts, machine.layouts, missed)


def _check_apart(sides: list[Corpus]) -> None:
    human, machine = (fingerprints(found.documents) for found in sides)
    both = np.isin(machine[:, 0], human[:, 0]) & np.isin(machine[:, 1], human[:, 1])
    if both.any():
        row = int(np.flatnonzero(both)[0])
        where = f"{sides[1].documents.column('path')[row]} row {sides[1].documents.column('row')[row]}"
        raise DataError(
            f"{int(both.sum())} texts stand among the human ones too", where=where, hint="each text on one side only"
        )


def _table(found: Corpus, machine: int) -> pa.Table:
    """COLUMNS of examples: one of each near-duplicate cluster's texts after another, at most MOST, chosen by hash."""
    prints = fingerprints(found.documents)
    rows = np.argsort(prints[:, 0], kind="stable")[:MOST]
    texts = judged_texts(found, rows.tolist())
    keys = prints[found.clusters.representative[rows], 1]
    same = ["own"] * rows.size
    writer = ["machine" if machine else "human"] * rows.size
    values = {
        "text": [texts[int(row)] for row in rows],
        "label": writer,
        "lang": judged(found.documents).column("language").take(pa.array(rows)).to_pylist(),
        "domain": same,
        "generator": ["" if not machine else "own"] * rows.size,
        "set": same,
        "collection": part_names(keys),
    }
    return pa.table({name: pa.array(values[name], pa.large_string()) for name in COLUMNS})


def _languages(table: pa.Table) -> tuple[str, ...]:
    """Languages with LEAST texts of both classes."""
    counts: dict[str, dict[str, int]] = {}
    for language, label in zip(table["lang"].to_pylist(), table["label"].to_pylist(), strict=True):
        counts.setdefault(language or "", {"human": 0, "machine": 0})[label] += 1
    enough = sorted(name for name, one in counts.items() if name not in ("", "und") and min(one.values()) >= LEAST)
    if not enough:
        most = max(counts.items(), key=lambda item: (min(item[1].values()), sum(item[1].values())))
        raise DataError(
            f"too few texts of both classes in one language: {most[1]['human']} human and {most[1]['machine']} machine "
            f"in {most[0]}",
            hint=f"at least {LEAST} of each; more make a better detector",
        )
    return tuple(enough)


def _counts(examples: Examples, language: str) -> tuple[int, int]:
    here = examples.in_language(language)
    return int((here & (examples.machine == 0)).sum()), int((here & (examples.machine == 1)).sum())


def _before(sides: list[Corpus], language: str) -> Errors | None:
    """By the scores that the scans have given."""
    parts: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    for machine, found in enumerate(sides):
        here = np.array([name == language for name in judged(found.documents).column("language").to_pylist()])
        score = numbers(found.documents, "machine_score").astype(np.float64)[here]
        parts.append((score, np.full(score.size, bool(machine))))
    score, machine_written = (np.concatenate(column) for column in zip(*parts, strict=True))
    return None if np.isnan(score).all() else errors_of(score, machine_written)
