"""Declarations of documents, and documents that a mix leaves out whatever is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.mix.conflicts import conflicts
from curate.jobs.mix.removal_reasons import known_before, rule_reasons
from curate.jobs.scan.label_column import UNCLEAR
from curate.jobs.scan.provenance import contested, declarations, early_days
from curate.jobs.scan.second_pass import Asked
from curate.mixing.removed import Reason
from curate.rulebook.decide import fired

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Evidence on each of n documents.

    said: "human", "machine" or null; by: the id of what says so; scores: of the detector; unclear bool[n]: its label is
    no word that is known. ruled_out: rules that remove it, a list a document; fires bool[n]: there are some; would
    bool[n]: there were, had it no date. disputed bool[n]: declared human, and the same text elsewhere machine.
    """

    said: pa.Array
    by: pa.Array
    scores: pa.Array
    unclear: Mask
    ruled_out: pa.ListArray
    fires: Mask
    would: Mask
    disputed: Mask
    known: Reason  # copies of earlier corpora
    passed: Mask  # nothing of this speaks against it

    def reasons(self, asked: Asked) -> list[Reason]:
        """Reasons that come before duplicates and the floor, in the order of the steps."""
        ruled = rule_reasons(asked.found, self.ruled_out)
        return [*ruled, Reason("contested", self.disputed), self.known, asked.excluded]

    def conflicts(self, asked: Asked) -> pa.Table:
        """Documents of which one piece of evidence contradicts another, see conflicts.CONFLICTS."""
        return conflicts(asked, self.said, self.fires, self.disputed, self.would & ~self.fires)


def evidence_of(asked: Asked) -> Evidence:
    """Read the evidence from the annotations."""
    found = asked.found
    documents = found.documents
    said, by = declarations(found.book, documents, found.tasks)
    ruled_out = fired(found.book, asked.measured, days=early_days(documents, said))
    fires, would = (_any(ids) for ids in (ruled_out, fired(found.book, asked.measured)))
    disputed, known = contested(documents, said), known_before(found)
    return Evidence(
        said=said,
        by=by,
        scores=documents.column("machine_score").combine_chunks(),
        unclear=np.asarray(documents.column(UNCLEAR)),
        ruled_out=ruled_out,
        fires=fires,
        would=would,
        disputed=disputed,
        known=known,
        passed=~fires & ~disputed & ~known.documents & ~asked.excluded.documents,
    )


def _any(ids: pa.ListArray) -> Mask:
    return np.asarray(pc.greater(pc.list_value_length(ids), 0))
