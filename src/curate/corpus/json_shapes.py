"""Types of the values of a JSON column over all rows, and the Arrow type that holds them all exactly."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

JSON = pa.json_(pa.string())
_DEEPEST = 20  # what lies deeper in lists and objects is left as JSON text
_WHOLE_DOUBLES = 2**53  # every whole number up to it is a double
_BOOL, _INT, _FLOAT, _STRING, _LIST, _OBJECT, _ANY = (1 << bit for bit in range(7))
_KIND = {bool: _BOOL, int: _INT, str: _STRING, list: _LIST, dict: _OBJECT}


class Unsure(Exception):
    """Arrow's reading of a block does not tell what its JSON said: it must be read value by value."""


class Shape:
    """Grows with the values that it is shown; `_ANY` is what only JSON text can hold."""

    __slots__ = ("depth", "exact", "fields", "high", "item", "kinds", "low", "names")

    def __init__(self, depth: int = 0) -> None:
        self.depth = depth
        self.kinds = 0 if depth < _DEEPEST else _ANY
        self.low = self.high = 0
        self.exact = True  # each whole number is a double too
        self.names: tuple[str, ...] | None = None
        self.fields: list[Shape] = []
        self.item: Shape | None = None

    def add(self, value: Any) -> None:
        """Add a parsed value of the column to its shape."""
        if value is None or self.kinds & _ANY:
            return
        kind = _FLOAT if isinstance(value, float) else _KIND[type(value)]
        self.kinds |= kind
        if kind == _INT:
            self._add_whole(value)
        elif (kind == _STRING and not _is_unicode(value)) or (kind == _FLOAT and math.isinf(value)):
            self.kinds |= _ANY
        elif kind == _LIST:
            self.item = self.item or Shape(self.depth + 1)
            for item in value:
                self.item.add(item)
        elif kind == _OBJECT:
            self._add_object(value)

    def _add_whole(self, value: int) -> None:
        self.low, self.high = min(self.low, value), max(self.high, value)
        self.exact = self.exact and (abs(value) <= _WHOLE_DOUBLES or _is_double(value))

    def _add_object(self, value: dict[str, Any]) -> None:
        names = tuple(value)
        if self.names is None:
            self.names, self.fields = names, [Shape(self.depth + 1) for _ in names]
            if not names or not all(map(_is_unicode, names)):
                self.kinds |= _ANY
        if self.names != names:
            self.kinds |= _ANY
            return
        for shape, inner in zip(self.fields, value.values(), strict=True):
            shape.add(inner)

    def add_array(self, column: pa.Array) -> None:
        """Add Arrow's reading of a JSON column. Raises Unsure, before or after it has grown."""
        type = column.type
        if pa.types.is_list(type):
            self.kinds |= _LIST * (column.null_count < len(column))
            self.item = self.item or Shape(self.depth + 1)
            self.item.add_array(column.flatten())
        elif pa.types.is_struct(type):
            raise Unsure  # a null may be a key that is not there
        elif column.null_count < len(column):
            self._add_scalars(column)

    def _add_scalars(self, column: pa.Array) -> None:
        type = column.type
        if pa.types.is_int64(type):
            found = pc.min_max(column).as_py()
            self.low, self.high = min(self.low, found["min"]), max(self.high, found["max"])
            self.exact = self.exact and _are_doubles(column, max(abs(found["min"]), found["max"]))
            self.kinds |= _INT
        elif pa.types.is_floating(type):
            if not pc.all(pc.less(pc.abs(column), float(_WHOLE_DOUBLES))).as_py():
                raise Unsure  # it may have been a whole number, and rounded
            self.kinds |= _FLOAT
        else:
            self.kinds |= _BOOL if pa.types.is_boolean(type) else _STRING

    @property
    def empty(self) -> bool:
        """It has seen nulls alone."""
        return not self.kinds

    @property
    def is_bool(self) -> bool:
        """Truth values alone."""
        return self.kinds == _BOOL

    @property
    def is_string(self) -> bool:
        """Strings alone."""
        return self.kinds == _STRING

    @property
    def is_list(self) -> bool:
        """Lists alone."""
        return self.kinds == _LIST

    @property
    def is_object(self) -> bool:
        """Objects alone, all with the same keys in one order."""
        return self.kinds == _OBJECT

    @property
    def is_whole(self) -> bool:
        """Whole numbers alone."""
        return self.kinds == _INT

    @property
    def is_double(self) -> bool:
        """Numbers alone, each of them a double."""
        return self.kinds in (_INT, _FLOAT, _INT | _FLOAT) and self.exact

    def type(self) -> pa.DataType:
        """The Arrow type that holds every value; JSON text where there is none."""
        if self.empty:
            return pa.null()
        if self.is_bool or self.is_string:
            return pa.bool_() if self.is_bool else pa.string()
        if self.is_whole:
            return self._whole_type()
        if self.is_double:
            return pa.float64()
        if self.is_list and self.item is not None:
            return pa.list_(pa.field("element", self.item.type()))  # as Parquet calls it: the same bytes from either
        if self.is_object and self.names is not None:
            return pa.struct([(name, shape.type()) for name, shape in zip(self.names, self.fields, strict=True)])
        return JSON

    def _whole_type(self) -> pa.DataType:
        if self.low >= -(2**63) and self.high < 2**63:
            return pa.int64()
        return pa.uint64() if self.low >= 0 and self.high < 2**64 else JSON


def _is_double(value: int) -> bool:
    try:
        return int(float(value)) == value
    except OverflowError:
        return False


def _are_doubles(column: pa.Array, largest: int) -> bool:
    if largest <= _WHOLE_DOUBLES:
        return True
    doubles = column.cast(pa.float64(), safe=False)
    return largest < 2**63 - 1024 and bool(doubles.cast(pa.int64(), safe=False).equals(column))


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
