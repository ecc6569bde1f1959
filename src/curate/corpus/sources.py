"""The source of a document: what its column says, else the name of its file."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.suffixes import data_suffix

_OF = re.compile(
    r"(?:^|(?<=/)|[-_.])\d+[-_]of[-_]\d+(?:[-_.][0-9a-f]{8,64})?$"
)  # "train-00003-of-00010", and with a hash
_SPARK = re.compile(r"(?<=part)-\d{5,}-(?:tid-)?[0-9a-f-]{19,}.*$")  # "part-00000-<uuid>-c000.snappy"
_WORD = re.compile(r"(?<![^-_./])(part|shard|chunk|segment)[-_.]?\d+$", re.IGNORECASE)  # "part-0", "wiki_shard_12"
_PADDED = re.compile(r"(?<=[^\d/])[-_.]0\d{2,}$")  # "books-0007": no year begins so
_THREAD = re.compile(r"(?<![^/])data_\d{1,3}$")  # DuckDB, a file a thread
_NUMBER = re.compile(r"(?:(?<=/)|^)(?:\d+[-_])*0\d{3,}$")  # "0000", "000_00000"
_ALL_NUMBERS = "data"  # the source of shards whose names say nothing
_URL = r"(?is)^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+).*"


@lru_cache(maxsize=4096)
def file_source(name: str) -> str:
    """The file's name without suffix and without the number of a shard, so that a sharded set is one source."""
    stem = name[: len(name) - len(data_suffix(name))]
    for pattern, rest in ((_OF, ""), (_SPARK, ""), (_WORD, r"\1"), (_THREAD, "data"), (_PADDED, "")):
        found = pattern.sub(rest, stem)
        if found != stem:
            return found.rstrip("/") or _ALL_NUMBERS
    return _NUMBER.sub("", stem).rstrip("/") or _ALL_NUMBERS


def named_sources(values: pa.Array) -> pa.Array:
    """Sources as a column names them; a web address stands for its site."""
    if not pc.any(pc.starts_with(values, "http", ignore_case=True)).as_py():
        return values
    sites = pc.utf8_lower(pc.replace_substring_regex(values, _URL, r"\1"))
    return pc.if_else(pc.match_substring_regex(values, _URL), sites, values)
