"""How long a line of text may be to be read, and with how much memory."""

from __future__ import annotations

from dataclasses import dataclass

from curate.amounts import size
from curate.memory import PARSED, SHORTER, check, share

LINE_BYTES = 16 << 20  # a line of so many bytes is always read, however short a document may be


def line_limit(longest: int) -> int:
    """Bytes of the longest line that is read: JSON writes many letters as escapes, and has other columns."""
    return max(LINE_BYTES, 2 * longest)


def too_long(bytes_: int, longest: int) -> str:
    """Why a line or a document is not read."""
    return f"takes {size(bytes_)}, more than --max-document-size {size(longest)} lets in"


@dataclass(frozen=True, slots=True)
class LineLimit:
    """Bounds of what stands for a line: a record of CSV, a file of text.

    what: its name in messages, such as "record"; longest: bytes of a document; where: the file.
    """

    what: str
    longest: int
    where: str

    def holds(self, bytes_: int) -> bool:
        """Tell whether so many bytes are kept until its end is found."""
        return bytes_ <= min(line_limit(self.longest), share(PARSED))

    def why_not(self, bytes_: int) -> str:
        """Why one of so many bytes is passed over; "" where it is read. Raises MachineError for a small --memory."""
        if bytes_ > line_limit(self.longest):
            return f"the {self.what} {too_long(bytes_, self.longest)}"
        if bytes_ > share(PARSED):
            shorter = SHORTER if bytes_ > LINE_BYTES else ""
            check(PARSED * bytes_, f"a {self.what} of {size(bytes_)}", self.where, instead=shorter)
        return ""
