"""Columns that croissant.json tells of: read from it, and those that a table would have there."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa


def columns_of(croissant: str) -> list[tuple[str, str]]:
    """Names and types of the columns that croissant.json has. Raises ValueError, KeyError, TypeError for another."""
    found: dict[str, Any] = json.loads(croissant)
    columns = []
    for field in found.get("recordSet", [{"field": []}])[0]["field"]:
        extract = field["source"]["extract"]
        name = extract["column"] if "column" in extract else json.loads(extract["jsonPath"][2:-1])
        columns.append((str(name), str(field["dataType"])))
    return columns


def croissant_columns(schema: pa.Schema) -> list[tuple[str, str]]:
    """Columns of one plain value; nested ones are left to the files themselves."""
    kinds = (
        (pa.types.is_string, "sc:Text"),
        (pa.types.is_boolean, "sc:Boolean"),
        (pa.types.is_integer, "sc:Integer"),
        (pa.types.is_floating, "sc:Float"),
    )
    return [(field.name, kind) for field in schema for is_kind, kind in kinds if is_kind(field.type)]
