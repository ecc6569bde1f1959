"""Arrow rows as JSON lines: what JSON cannot say is written as text, what it cannot hold is refused by name."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

ROWS = 1000  # made into Python objects at a time


def json_lines(table: pa.Table) -> Iterator[bytes]:
    """UTF-8 lines, a thousand rows at a time, every column in every row.

    Times are ISO 8601, bytes base64, decimals text, NaN and infinities null.
    """
    for batch in table.to_batches(max_chunksize=ROWS):
        lines = []
        for row in batch.to_pylist():
            try:
                line = json.dumps(row, ensure_ascii=False, allow_nan=False, default=_said)
            except ValueError:
                line = json.dumps(_finite(row), ensure_ascii=False, default=_said)
            lines.append(line)
        yield ("\n".join(lines) + "\n").encode() if lines else b""


def _said(value: Any) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (Decimal, timedelta)):
        return str(value)
    raise TypeError(f"JSON has no {type(value).__name__}")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
