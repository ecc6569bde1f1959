"""Is a text in English a program or markup? By its words and its structural marks."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.operators import BRACKETS, JOINTS, count_countable, count_marks, find_marks


@kernel
def is_program(program: Any, row_of: Any, folded: Any, kind: Any, for_marks: int) -> Any:
    """Do the words of rows row_of int32[n] and the marks of a document speak for program text or markup?

    program int16[rows]: how much each word does, in 1/100 nats; for_marks: how much as many marks as words would, a
    word; more than half as many say no more. folded, kind: as in kernels.tokens.Tokens.
    """
    total, words = row_of.size, np.int64(0)
    for k in range(total):
        words += program[np.uint64(row_of[k])]
    if 2 * words + total * for_marks <= 0:  # whatever its marks: as of most prose
        return False
    countable, marks = count_countable(kind), count_structural(folded, kind)
    return 2 * words * countable + total * for_marks * min(countable, 2 * marks) > 0


@kernel
def count_structural(folded: Any, kind: Any) -> Any:
    """How many marks of a document are structural."""
    marks = np.empty(kind.size + 1, np.uint64)
    marks = marks[: find_marks(folded, kind, marks)]
    return count_marks(marks, BRACKETS) + count_marks(marks, JOINTS)
