"""Rows of a shard, and those without a readable text or with too long a value moved to quarantine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.amounts import size as shown
from curate.corpus.arrow_strings import bad_utf8
from curate.corpus.held_bytes import held_bytes
from curate.corpus.json_values import no_text
from curate.corpus.line_limits import too_long
from curate.schema import Columns, Quarantined, Shard

_LONGEST_NAME = 64 << 10  # bytes of an id, source or date


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some rows in order: rows int64[n], text large_string[n] without nulls, values string[n] by setting.

    Where another text than the whole is judged, `values` has it as large_string[n] without nulls, by the name of
    schema.JUDGED.
    """

    rows: NDArray[np.int64]
    text: pa.Array
    values: dict[str, pa.Array]
    bad: list[Quarantined]  # and remarks on rows that are kept


def readable_rows(shard: Shard, columns: Columns, stretch: Stretch, reasons: dict[int, str]) -> Stretch:
    """Rows with null or invalid texts moved to `bad`; `reasons` are those that are known, by row."""
    null, invalid = stretch.text.null_count, bad_utf8(stretch.text)
    if not null and not invalid.any():
        return stretch
    missing = stretch.text.is_null().to_numpy(zero_copy_only=False)
    keep = ~(missing | invalid)
    bad = [
        Quarantined(shard.name, int(row), _reason(columns, reasons.get(int(row)), broken=broken))
        for row, broken in zip(stretch.rows[~keep], invalid[~keep], strict=True)
    ]
    return _only(stretch, keep, bad)


def without_long_values(shard: Shard, columns: Columns, stretch: Stretch) -> Stretch:
    """Rows whose text is longer than a document may be, or another value than such values may be, moved to `bad`."""
    longest = columns.longest
    sound = _without_long(shard, stretch, stretch.text, longest, lambda size: f"the text {too_long(size, longest)}")
    for setting, most in _bounds(columns).items():
        sound = _without_long(shard, sound, sound.values[setting], most, partial(_long_value, setting, most))
    return sound


def _bounds(columns: Columns) -> dict[str, int]:
    """Bytes of a value, by setting. Names are kept of every document; of labels only their beginning is."""
    most = max(columns.longest, _LONGEST_NAME)
    bounds = dict.fromkeys((*columns.extra, columns.label), most)
    bounds |= dict.fromkeys((columns.id, columns.source, columns.date), _LONGEST_NAME)
    bounds.pop("", None)
    return bounds


def _long_value(setting: str, most: int, size: int) -> str:
    return f"column {setting!r} holds {shown(size)}, and may hold {shown(most)}"


def _without_long(shard: Shard, stretch: Stretch, values: pa.Array, most: int, reason: Callable[[int], str]) -> Stretch:
    if held_bytes(values) <= most:
        return stretch
    sizes = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
    keep = sizes <= most
    if keep.all():
        return stretch
    lost = zip(stretch.rows[~keep].tolist(), sizes[~keep].tolist(), strict=True)
    return _only(stretch, keep, [Quarantined(shard.name, row, reason(size)) for row, size in lost])


def _only(stretch: Stretch, keep: NDArray[np.bool_], bad: list[Quarantined]) -> Stretch:
    mask = pa.array(keep)
    values = {setting: array.filter(mask) for setting, array in stretch.values.items()}
    return Stretch(stretch.rows[keep], stretch.text.filter(mask), values, [*stretch.bad, *bad])


def _reason(columns: Columns, known: str | None, *, broken: bool) -> str:
    return known or ("the text is invalid UTF-8" if broken else no_text(columns.text))
