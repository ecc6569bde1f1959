"""Changes of form between input and mix: types that JSON lacks, features of `datasets`."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa

from curate.corpus.arrow_types import is_binary, value_type
from curate.corpus.class_labels import FEATURES, declared_features
from curate.corpus.files import DataFile
from curate.corpus.tables import table_schema


def json_form(type: pa.DataType) -> str:
    """Replacement of values that JSON does not have; "" where it has them."""
    type = value_type(type)
    if isinstance(type, pa.BaseExtensionType):
        named = {"arrow.json": "what it says", "arrow.bool8": "true and false", "arrow.uuid": "text"}
        return named.get(type.extension_name) or json_form(type.storage_type) or "its storage has it"
    if pa.types.is_duration(type) or pa.types.is_interval(type):
        return "ISO 8601 periods"
    if pa.types.is_temporal(type):
        return "ISO 8601 text" + " in UTC" * bool(getattr(type, "tz", None))
    if pa.types.is_decimal(type) or is_binary(type):
        return "text" if pa.types.is_decimal(type) else "base64"
    if pa.types.is_map(type):
        return "lists of pairs"
    inner = [json_form(type.field(index).type) for index in range(type.num_fields)]
    return ", ".join(dict.fromkeys(filter(None, inner)))


def kept_features(files: Sequence[DataFile], dropped: Collection[str] = ()) -> dict[bytes, bytes]:
    """The metadata that declares the features of `datasets`, where all files declare the same of kept columns."""
    declared = [_declared(file) for file in files]
    if dropped:
        declared = [one and {name: of for name, of in one.items() if name not in dropped} for one in declared]
    if not declared[0] or any(one != declared[0] for one in declared):
        return {}
    return {FEATURES: json.dumps({"info": {"features": declared[0]}}).encode()}


def features_lost(files: Sequence[DataFile]) -> tuple[str, ...]:
    """The sentence that says so of a mix that does not keep them."""
    lost = ("features that `datasets` keeps beside a table (names of labels and the like) are not kept",)
    return lost if any(map(_declared, files)) else ()


def _declared(file: DataFile) -> Any:
    return declared_features(table_schema(file.path, file.format)) if file.is_table else None
