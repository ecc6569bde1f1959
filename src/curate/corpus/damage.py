"""Errors of libraries over damaged files, which every reader turns into one of curate's own."""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib

import pyarrow as pa

DAMAGE = (
    OSError, ValueError, LookupError, EOFError, ArithmeticError, TypeError, AttributeError, RuntimeError, SyntaxError,
    tokenize.TokenError, zipfile.BadZipFile, zlib.error, struct.error, pa.ArrowException,
)  # fmt: skip
_FEWER_BUFFERS = "buffer_index out of range"


def arrow_fault(error: Exception) -> str:
    """Why an Arrow file cannot be read, on one line."""
    said = (str(error) or type(error).__name__).splitlines()[0]
    if _FEWER_BUFFERS not in said:
        return said
    return "fewer buffers than its schema says; Arrow writes a dictionary of dictionaries so: write its values plain"
