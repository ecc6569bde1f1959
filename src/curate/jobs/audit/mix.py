"""The audit of a mix: documents drawn from those written, and the certificate that their labels upgrade."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from curate.corpus.labels import Label, check_labelled, read_labels
from curate.corpus.whole_text import read_text
from curate.corpus.write import write_atomic
from curate.errors import DataError, UsageError, VerdictError
from curate.jobs.audit.corpus import Drawn, check_target, write_lines
from curate.jobs.audit.draw_record import write_record
from curate.jobs.audit.labelling import MIX_DRAW
from curate.jobs.audit.written_mix import draw_lines, draw_name, read_written, row_of, texts_drawn
from curate.jobs.mix.audit_rounds import Row, begin_round, counted_round, keep_labels, rounds_drawn
from curate.jobs.mix.bound_files import CARD, CERTIFICATE, CROISSANT, files_beside
from curate.jobs.mix.croissant_columns import columns_of
from curate.jobs.run.progress import Job, Progress
from curate.jobs.verify.job import Verification, verify
from curate.mixing.audits import MOST_DRAWS, counted_draws, draws_for, machine_at_most
from curate.mixing.certificate import Certificate, certificate_text, with_audits
from curate.report.card import dataset_card
from curate.report.croissant import croissant_text

_NAME = re.compile(rf"{MIX_DRAW}-(?P<round>[1-9]\d{{0,6}})-(?P<draws>[1-9]\d{{0,6}})-(?P<row>[0-9a-f]{{12}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class MixDrawn(Drawn):
    """`machine_at_most`: so many machine documents among the draws still prove the ratio of the mix."""

    round: int
    ratio: float
    machine_at_most: int


def is_mix(path: Path) -> bool:
    """Return whether `curate mix` wrote this folder."""
    return (path / "certificate.json").is_file()


def draw_from_mix(
    folder: Path, output: Path, *, draws: int | None, tokenizer: str = "", workers: int = 1
) -> Job[MixDrawn]:
    """Write the documents of the next draws to label, and note their number beside the mix.

    `tokenizer`: what counted the mix. A round that was drawn and not counted is drawn again, by as many draws as asked.
    """
    check_target(output)
    certificate, files, documents = yield from read_written(folder, tokenizer, workers)
    if draws is not None and not 1 <= draws <= MOST_DRAWS:
        raise UsageError(f"-n is {draws} but must lie between 1 and {MOST_DRAWS:,}")
    round, before = len(certificate.audits) + 1, counted_draws(certificate.audits)
    told: dict[str, Any] = {"confidence": certificate.confidence, "before": before}
    ratio = certificate.human_ratio
    count = draws or draws_for(ratio, **told)
    row = row_of(files, documents, folder)
    drawn = texts_drawn(row, before[1], count)
    yield Progress("drawing")
    name = f"{MIX_DRAW}-{round}-{count}-{row.short}"
    lines = draw_lines(folder, files, documents, drawn.in_order, certificate, name)
    begin_round(folder, round, count)
    whole = int(row.tokens.sum()), 0
    write_record(output, name, lines, drawn, whole=whole, confidence=certificate.confidence, paths=[str(folder)])
    write_lines(output, lines)
    return MixDrawn(output, len(lines), count, None, None, round, ratio, machine_at_most(ratio, count, **told))


def apply_audit(
    folder: Path,
    labels: Path,
    *,
    detector: Path | None = None,
    tokenizer: str = "",
    workers: int = 1,
    mapping: Mapping[str, str] | None = None,
) -> Job[Verification]:
    """Count the labels of a round into the certificate, then verify it. A missing label counts as machine.

    Raises DataError for labels that fit no draw, VerdictError where the mix does not verify as it is.
    """
    rows = read_labels(labels, mapping)
    before = yield from verify(folder, detector=detector, tokenizer=tokenizer, workers=workers)
    if not before.holds:
        raise VerdictError(
            "does not verify, so nothing can be added to it",
            where=str(folder),
            hint=f"curate verify {shlex.quote(str(folder))}",
        )
    certificate, files, documents = yield from read_written(folder, tokenizer, workers)
    row = row_of(files, documents, folder)
    round, draws = _round(folder, certificate, row, rows)
    start = counted_draws(certificate.audits)[1]
    places, _ = row.draw(start, draws)
    text = row.texts()
    asked = np.unique(np.concatenate([places, text[places]]))  # copies of earlier versions were asked for one by one
    humans = _humans(rows, {draw_name(files, documents, int(place)): int(text[place]) for place in asked})
    begin_round(folder, round, draws)  # the draw may have been noted in another copy of the mix, or anew since
    keep_labels(folder, round, places[np.isin(text[places], np.array(humans, np.int64))].tolist())
    audit = counted_round(folder, row, round, start, draws)
    assert audit is not None
    upgraded = with_audits(certificate, (*certificate.audits, audit))
    columns = columns_of(read_text(folder / CROISSANT))
    write_atomic(folder / CARD, dataset_card(upgraded.to_json()).encode())
    write_atomic(folder / CROISSANT, croissant_text(upgraded.to_json(), columns).encode())
    bound = replace(upgraded, files=files_beside(folder))
    write_atomic(folder / CERTIFICATE, certificate_text(bound).encode())
    return (yield from verify(folder, detector=detector, tokenizer=tokenizer, workers=workers))


def _round(folder: Path, certificate: Certificate, row: Row, labels: tuple[Label, ...]) -> tuple[int, int]:
    """Which round the labels are of, and its draws."""
    drawn, next = rounds_drawn(folder), len(certificate.audits) + 1
    names = {label.draw for label in labels if label.draw}
    if len(names) > 1:
        raise DataError("holds labels of several draws", where=labels[0].where, hint="one draw a file")
    hint = f"curate audit draw {shlex.quote(str(folder))} -o labels.jsonl"
    if not names:
        if next not in drawn:
            raise DataError("nothing was drawn from this mix", where=str(folder), hint=hint)
        return next, drawn[next]
    found = _NAME.fullmatch(names.pop())
    if not found or found["row"] != row.short or not 1 <= int(found["draws"]) <= MOST_DRAWS:
        raise DataError("is a draw from another mix", where=labels[0].where, hint=hint)
    if int(found["round"]) < next:
        raise UsageError(
            f"round {found['round']} has been counted, and counts once", where=str(folder), hint="draw another round"
        )
    if int(found["round"]) > next:
        raise DataError(f"is of round {found['round']}, and round {next} comes first", where=labels[0].where, hint=hint)
    return next, int(found["draws"])


def _humans(labels: tuple[Label, ...], place: dict[str, int]) -> list[int]:
    """Places of the drawn documents that are labelled human, ascending."""
    check_labelled(labels)
    said: dict[int, tuple[str, Label]] = {}
    for label in labels:
        if label.id not in place:
            raise DataError(f"{label.id[:60]!r} was not drawn", where=label.where, hint="ids are those of the draw")
        here = place[label.id]
        before, first = said.get(here, (label.writer or "", label))
        if label.writer and before and before != label.writer:
            raise DataError(
                f"says {label.writer} of {label.id[:60]!r}, and {first.where} says {before}",
                where=label.where,
                hint="one label a document",
            )
        if label.writer:
            said[here] = (label.writer, first)
    return sorted(here for here, (writer, _) in said.items() if writer == "human")
