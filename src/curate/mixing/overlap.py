"""Which texts share a run of words with texts that must not be trained on; who asks for that is elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.known import fill, first_known, run_keys
from curate.measuring.batch import Batch

RUN: Final = 13  # tokens: as GPT-3 was decontaminated (Brown et al. 2020, arXiv:2005.14165, appendix C)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Overlap:
    """Column excluded_by: number of the excluded file whose text shares RUN tokens in a row, -1 for none; never null.

    Tokens are words (characters in scripts without spaces) and numbers, whatever their case, marks and line breaks.
    """

    name: ClassVar[str] = "excluded"
    fields: ClassVar[dict[str, pa.DataType]] = {"by": pa.int32()}
    version: ClassVar[int] = 1
    slots: NDArray[np.uint64]
    of: NDArray[np.int32]

    @classmethod
    def of_runs(cls, runs: Iterable[NDArray[np.uint64]]) -> Overlap:
        """`runs`: the keys of each file's runs, in the order that numbers them; a run of two files is the first's."""
        listed = [np.unique(keys) for keys in runs]
        keys = np.concatenate([np.zeros(0, np.uint64), *listed])
        values = np.repeat(np.arange(len(listed)), [len(each) for each in listed]).astype(np.int32)
        size = 1 << max(4, int(2 * len(keys)).bit_length())
        slots, of = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
        fill(keys, values, slots, of)
        return cls(slots, of)

    def measure(self, batch: Batch) -> list[pa.Array]:
        """int32, one a document."""
        tokens = batch.tokens
        out = np.empty(len(batch), np.int32)
        first_known(tokens.folded, tokens.kind, tokens.document_start, RUN, self.slots, self.of, out)
        return [pa.array(out)]


def runs_of(batch: Batch) -> NDArray[np.uint64]:
    """Keys of all runs of RUN tokens of a batch's documents; texts of fewer tokens have none."""
    tokens = batch.tokens
    keys = np.empty(len(tokens.kind), np.uint64)
    return keys[: run_keys(tokens.folded, tokens.kind, tokens.document_start, RUN, keys)]
