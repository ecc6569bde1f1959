"""Settings that were understood and found nothing to do: no mistake, and no protection either."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.scan.corpus import Corpus

if TYPE_CHECKING:  # a scan would load what only a mix needs
    from curate.jobs.scan.second_pass import Asked
    from curate.mixing.guarantee import Guarantee
    from curate.mixing.request import MixRequest
    from curate.mixing.selection import Selection
    from curate.neardup.clusters import Clusters


def idle_in_scan(found: Corpus) -> tuple[str, ...]:
    """Sentences; of a few new rows nothing can be expected."""
    return (*_source(found), *_scores(found), *_reference(found), *_measures(found)) if found.complete else ()


def idle_in_mix(
    asked: Asked, request: MixRequest, clusters: Clusters, chosen: Selection, promise: Guarantee
) -> tuple[str, ...]:
    """Settings of a mix that found nothing to do, with those that a scan has too."""
    found = asked.found
    told = [*_source(found), *_measures(found), *_exclude(asked)]
    if found.matches is not None and found.matches.corpora and not found.matches.found.any():
        told.append("--index: no document is a copy of one in it")
    if request.keep != "human" and (clusters.cluster < 0).all():
        told.append(f"--keep {request.keep}: no document repeats another")
    if request.max_repeat > 1 and chosen.times.max(initial=0) <= 1:
        told.append(f"--max-repeat {request.max_repeat}: no document comes again")
    if found.plan.labels is not None and promise.evidence == "declared":
        told.append("--labels: what the data declares keeps the floor alone, so no label counts")
    return tuple(told)


def _exclude(asked: Asked) -> Iterator[str]:
    """Files of texts of which no document holds any."""
    if asked.held is None:
        return
    seen = set(pc.unique(asked.held.table.column("excluded_file")).to_pylist())
    for file in asked.held.files:
        if file.name not in seen and file.short < file.rows:
            yield f"--exclude {file.name}: no document holds a text of it"


def _source(found: Corpus) -> Iterator[str]:
    named, values = found.plan.columns.source, pc.unique(found.documents.column("source")).to_pylist()
    if named and len(values) == 1 and found.documents.num_rows > 1:
        yield f"--source-column {named}: every document is of one source, {str(values[0])[:60]!r}"


def _scores(found: Corpus) -> Iterator[str]:
    if found.plan.detector is not None and found.documents.column("machine_score").null_count == len(found.documents):
        yield "--detector: it gives no document a score, as it knows none of their languages"


def _reference(found: Corpus) -> Iterator[str]:
    if found.plan.human_reference and _all(found.said.human | found.said.machine):
        yield "--human-reference: every document declares its writer, so none is compared with it"


def _measures(found: Corpus) -> Iterator[str]:
    """Rules on a measure that no document has."""
    documents, idle = found.documents, dict[str, list[str]]()
    for rule in found.book.rules:
        if rule.id in found.book.asked and rule.measure and _is_unknown(documents, rule.measure):
            idle.setdefault(rule.measure, []).append(rule.id)
    for measure, ids in idle.items():
        which = f"rule {ids[0]}" if len(ids) == 1 else f"rule {ids[0]} and {len(ids) - 1} more"
        yield f"{which}: no document has the measure {measure!r}"


def _is_unknown(documents: pa.Table, measure: str) -> bool:
    names: Set[str] = set(documents.column_names)
    return measure in names and documents.column(measure).null_count == documents.num_rows


def _all(which: NDArray[np.bool_]) -> bool:
    return bool(which.size and which.all())
