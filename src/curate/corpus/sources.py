"""The source of a document where no column says so."""

from __future__ import annotations

import re

from curate.corpus.suffixes import data_suffix

_COUNTER = re.compile(r"(?<=[^/])[-_.]\d+-of-\d+$")  # "train-00003-of-00010": ten files are one source


def file_source(name: str) -> str:
    """The file's name without suffix and without a counter of the form -00003-of-00010; folders stay."""
    return _COUNTER.sub("", name[: len(name) - len(data_suffix(name))])
