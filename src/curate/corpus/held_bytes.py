"""The size of rows in memory, by any release of Arrow."""

from __future__ import annotations

import pyarrow as pa


def held_bytes(rows: pa.RecordBatch | pa.Table | pa.Array) -> int:
    """Bytes of these rows; of views of strings all that their buffers hold where Arrow cannot tell, as before 24."""
    try:
        return int(rows.nbytes)
    except pa.ArrowTypeError:
        return int(rows.get_total_buffer_size())
