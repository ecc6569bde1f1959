"""The size of rows in memory, and of what they hold, by any release of Arrow."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrays import fields_of, items_of, plain_layout
from curate.corpus.arrow_types import is_binary, is_string
from curate.corpus.column_paths import is_list


def held_bytes(rows: pa.RecordBatch | pa.Table | pa.Array) -> int:
    """Bytes of these rows; of views of strings all that their buffers hold where Arrow cannot tell, as before 24."""
    try:
        return int(rows.nbytes)
    except pa.ArrowTypeError:
        return int(rows.get_total_buffer_size())


def content_bytes(values: pa.Array) -> int:
    """Memory of the values, in bytes: the bytes of texts, eight for any other value."""
    if isinstance(values.type, pa.BaseExtensionType):
        values = values.storage
    values = plain_layout(values)
    kind = values.type
    if is_string(kind) or is_binary(kind):
        return int(pc.sum(pc.binary_length(values)).as_py() or 0)
    if is_list(kind):
        return content_bytes(items_of(values))
    if pa.types.is_struct(kind):
        return sum(content_bytes(one) for one in fields_of(values))
    return 8 * len(values)
