"""Claims of new rows about their writers; they count as human only where a policy trusts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.report.verdict import Claim
from curate.rulebook.decide import LABEL_COLUMN
from curate.rulebook.gates import CLAIMS
from curate.rulebook.rules import Evidence, RuleBook

LABEL, DATE, PROVENANCE = CLAIMS


def without_claims(book: RuleBook, label: pa.ChunkedArray, trusted: Sequence[str]) -> tuple[RuleBook, pa.ChunkedArray]:
    """The evidence and the labels that count: all that says machine, and of what says human the kinds trusted."""
    evidence = tuple(one for one in book.evidence if one.says == "machine" or _kind(one) in trusted)
    kept = label if LABEL in trusted else pc.if_else(pc.equal(label, "machine"), label, None)
    return replace(book, evidence=evidence), kept


def claims_of(book: RuleBook, who: pa.Array, by: pa.Array, trusted: Sequence[str]) -> tuple[Claim, ...]:
    """Count the documents that each claim calls human. who, by: string arrays, verdict and its origin by document."""
    human = by.filter(pc.fill_null(pc.equal(who, "human"), False))
    kinds = {one.id: _kind(one) for one in book.evidence} | {LABEL_COLUMN: LABEL}
    counts = Counter(human.to_pylist())
    return tuple(Claim(kinds[name], name, count, kinds[name] in trusted) for name, count in sorted(counts.items()))


def new_rows(old: int, new: int) -> NDArray[np.bool_]:
    """Return bool[old + new]: the rows of the change, which follow those of the baseline."""
    return np.arange(old + new) >= old


def _kind(one: Evidence) -> str:
    return DATE if one.before is not None else PROVENANCE
