"""Rows without some of their columns; all else stands as it stood."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from curate.corpus.tables import table_schema
from curate.schema import Shard

_BLANKS = re.compile(r"[ \t\r\n]*")
_VALUES = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)  # numbers of any length: only their ends count


def kept_names(shard: Shard, dropped: Collection[str]) -> list[str] | None:
    """The columns of a table that are read of it; None for all."""
    if not dropped:
        return None
    return [name for name in table_schema(shard.path, shard.format).names if name not in dropped]


def without_columns(lines: list[bytes], dropped: Collection[str]) -> list[bytes]:
    """JSON objects without these keys; the others keep their order and every digit of their values."""
    if not dropped:
        return lines
    spelt = [json.dumps(name, ensure_ascii=False).encode(errors="surrogatepass") for name in dropped]
    return [_without(line, dropped) if b"\\" in line or any(one in line for one in spelt) else line for line in lines]


def _without(line: bytes, dropped: Collection[str]) -> bytes:
    text = line.decode(errors="surrogatepass")
    kept, is_whole = [], True
    at = _after_blanks(text, _after_blanks(text, 0) + 1)
    while text[at] != "}":
        start = at
        name, at = _VALUES.raw_decode(text, at)
        at = _after_blanks(text, _after_blanks(text, at) + 1)
        _, at = _VALUES.raw_decode(text, at)
        if name in dropped:
            is_whole = False
        else:
            kept.append(text[start:at])
        at = _after_blanks(text, at)
        if text[at] == ",":
            at = _after_blanks(text, at + 1)
    return line if is_whole else f"{{{', '.join(kept)}}}".encode(errors="surrogatepass")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
