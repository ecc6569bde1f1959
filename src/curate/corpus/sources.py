"""What a document is declared to be: its source where no column says so, and the words that mean human or machine."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.paths import data_suffix

_WORDS = {
    **dict.fromkeys(("human", "h", "real"), "human"),
    **dict.fromkeys(("machine", "ai", "generated", "synthetic", "llm"), "machine"),
}
_COUNTER = re.compile(r"(?<=[^/])[-_.]\d+-of-\d+$")  # "train-00003-of-00010": ten files are one source


def file_source(name: str) -> str:
    """The file's name without suffix and without a counter of the form -00003-of-00010; folders stay."""
    return _COUNTER.sub("", name[: len(name) - len(data_suffix(name))])


def normal_labels(label: pa.Array) -> pa.Array:
    """string[n]: "human", "machine", or null for everything else; case and blanks around do not matter."""
    words = pc.utf8_lower(pc.utf8_trim_whitespace(label))
    index = pc.index_in(words, pa.array(list(_WORDS), pa.string()))
    return pa.array(list(_WORDS.values()), pa.string()).take(index)
