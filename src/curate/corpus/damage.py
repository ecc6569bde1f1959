"""What libraries raise over damaged files: every reader of a file turns all of it into one of curate's own errors."""

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
