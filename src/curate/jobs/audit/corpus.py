"""Documents for a person to label: drawn from a corpus for its share, in the order of the draw, which tells nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from curate.corpus.label_csv import csv_text
from curate.corpus.not_read import NotRead, unread
from curate.corpus.taken_columns import TakenColumns
from curate.corpus.write import write_atomic
from curate.detect.label_estimate import labels_for, widest_of, width_of
from curate.detect.label_pool import AIMED, draw_name
from curate.errors import DataError, UsageError
from curate.jobs.audit.draw_record import write_record
from curate.jobs.run.columns import numbers
from curate.jobs.run.lost_files import refuse
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.highlights import judged_texts
from curate.jobs.scan.job import scan
from curate.jobs.scan.judged_turns import judged
from curate.jobs.scan.label_pool import content_seed, population
from curate.settings.mix import COUNT, WIDTH
from curate.visible import printable_json


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """Settings of a draw: its population, and so many draws, or (None) as few as that width of the interval takes."""

    scan: ScanPlan
    output: Path
    count: int | None = None
    width: float = AIMED

    def __post_init__(self) -> None:
        """Raises UsageError for settings that cannot be meant."""
        if self.count is not None:
            COUNT.check(self.count)
        WIDTH.check(self.width)
        check_target(self.output)


def check_target(output: Path) -> None:
    """Raises UsageError for a file that is there, or that no draw is written to."""
    if output.suffix.lower() not in (".jsonl", ".ndjson", ".csv"):
        raise UsageError("a draw is written as JSON lines or CSV", where=str(output), hint="-o labels.jsonl")
    if output.exists():
        raise UsageError("is there already, and labels are never overwritten", where=str(output), hint="-o NEW.jsonl")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file to label; `width` is what its labels are expected to give, `widest` the most that so many can."""

    output: Path
    documents: int
    draws: int
    width: float | None
    widest: float | None
    layouts: tuple[TakenColumns, ...] = field(default=(), kw_only=True)  # of the corpus
    not_read: tuple[NotRead, ...] = field(default=(), kw_only=True)  # files among it that nobody reads
    without_effect: tuple[str, ...] = field(default=(), kw_only=True)  # settings that changed nothing, a sentence each
    nothing_to_do: tuple[str, ...] = field(default=(), kw_only=True)  # and those that found nothing to do

    def to_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "output": str(self.output),
            "documents": self.documents,
            "draws": self.draws,
            "width": self.width,
            "widest": self.widest,
            "columns": [asdict(layout) for layout in self.layouts],
            "unread": asdict(unread(self.not_read)),
        }


def draw_audit(plan: AuditPlan) -> Job[Drawn]:
    """Scan (or reuse the scan), draw, write.

    Raises DataError where there is nothing to draw from, or most rows of a file are lost.
    """
    found = yield from scan(replace(plan.scan, labels=None))
    refuse(found.figures.mostly_quarantined)
    yield Progress("drawing")
    said, documents = found.said, judged(found.documents)
    pool = population(documents, said)
    if not pool.rows.size:
        raise _nothing_to_draw(plan, documents)
    confidence = plan.scan.confidence
    count = plan.count or labels_for(pool.strata(), plan.width, confidence=confidence)
    seed = content_seed(documents)
    drawn = pool.draw(count, seed)
    name = draw_name(pool, drawn, count, seed)
    lines = _lines(found, pool.rows[drawn.in_order].tolist(), name)
    counted = numbers(documents, "tokens").astype(np.int64)
    whole = int(counted.sum()), int(counted[said.machine].sum())
    write_record(plan.output, name, lines, drawn, whole=whole, confidence=confidence, paths=plan.scan.paths)
    write_lines(plan.output, lines)
    return Drawn(
        plan.output,
        len(lines),
        count,
        width_of(drawn.strata, count, confidence=confidence),
        widest_of(count, confidence=confidence),
        layouts=found.layouts,
        not_read=found.not_read,
        without_effect=(*found.figures.without_effect, *_rules(found)),
        nothing_to_do=found.figures.nothing_to_do,
    )


def _nothing_to_draw(plan: AuditPlan, documents: pa.Table) -> DataError:
    some = bool(numbers(documents, "tokens").any())
    why = "every document with a token declares who wrote it" if some else "no document has text"
    return DataError(why, where=" ".join(plan.scan.paths))


def _lines(found: Corpus, rows: list[int], draw: str) -> list[dict[str, object]]:
    """Documents to label, without a label yet."""
    texts = judged_texts(found, rows)
    lines: list[dict[str, object]] = []
    for row in rows:
        one = {column: found.documents.column(column)[row].as_py() for column in ("id", "path", "row", "source")}
        lines.append({**one, "text": texts[row], "label": None, "draw": draw})
    return lines


def _rules(found: Corpus) -> Iterator[str]:
    """A draw leaves no document out for a rule."""
    asked = found.book.asked
    if asked and asked.isdisjoint(one.id for one in found.book.evidence):
        yield "--rules: a draw leaves nothing out, and reads only the [[evidence]] of rule books"


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    """JSON lines, or CSV for a spreadsheet, all of them or none; dates and what else JSON does not know, as text."""
    if path.suffix.lower() == ".csv":
        write_atomic(path, csv_text(rows).encode("utf-8", "replace"))
        return
    lines = (printable_json(json.dumps(row, ensure_ascii=False, default=str)) + "\n" for row in rows)
    write_atomic(path, "".join(lines).encode("utf-8", "surrogatepass"))
