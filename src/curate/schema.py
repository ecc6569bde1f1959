"""Schema of a batch of documents and of shards; nothing here reads or measures.

A batch of documents is a `pa.RecordBatch` whose first columns are DOCUMENTS; columns that rules ask for
by name follow, as strings. Text is never null: a row without a readable text is in quarantine instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from curate.settings.columns import TXT

DOCUMENTS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),  # the user's own, or made: "part-0.jsonl#17"
        pa.field("row", pa.int64(), nullable=False),  # 0-based row, element of an array, record of CSV, or line (JSONL)
        pa.field("text", pa.large_string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),  # a column, or the file's name
        pa.field("label", pa.string()),  # declared: as it stands in the data, cut after 100 letters
        pa.field("date", pa.string()),  # declared: as it stands in the data, ISO when it was a timestamp
    ]
)

JUDGED = pa.field("turns judged by the machine share", pa.large_string(), nullable=False)  # the last column of a batch

TABLES = ("parquet", "arrow")
TEXT_UNITS = dict(zip(TXT.choices, ("text", "lines of text", "paragraphs"), strict=True))  # and as a Shard has it
DOUBLED = "doubled key"  # kind of a remark: a key that is read stands twice in the row
MOST = "most"  # kind of a loss: of rows whose number nobody knows, and which may be most of the file
LONGEST = 64 << 20  # bytes of a document: what is longer goes to quarantine


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file mean what, and how long a text may be; "" is "not given".

    `text` may be a dotted path ("messages.content", its parts joined by newlines), turns of a chat
    ("messages[role=assistant].content") or several names joined by "+" ("instruction+output"); of alternatives
    ("text|body") each row has the first that has text.
    """

    text: str = ""
    id: str = ""
    source: str = ""
    label: str = ""
    date: str = ""
    extra: tuple[str, ...] = ()  # read as strings for evidence rules; absent columns are null
    longest: int = LONGEST  # bytes of UTF-8
    role: str = ""  # as asked for: whose turns of chats are the text; a settled `text` names them itself
    txt: str = ""  # as asked for: what a document of plain text is; settled files have it in their shards
    judged: str = ""  # settled: the turns of a chat that the machine share judges; "": the whole text
    rival: str = ""  # settled: a column that nobody named and that names machines, beside a date that was guessed


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row (or one whole file, row None) that could not be read, and why.

    kept: a remark only; no row is lost. kind: DOUBLED, MOST or "". rows: how many consecutive rows are lost from
    `row` on, 0 where that is all to the end of the file. size: bytes of a whole file that is damaged or cannot be
    opened; None for one without text. counted: one of so many rows from `row` on whose numbers are not kept, 0 for
    one that is listed.
    """

    path: str
    row: int | None
    reason: str
    kept: bool = False
    rows: int = 1
    size: int | None = None
    kind: str = ""
    counted: int = 0

    def to_json(self) -> dict[str, object]:
        """As quarantine.jsonl has it."""
        said: dict[str, object] = {"path": self.path, "row": self.row, "reason": self.reason}
        more = {
            "kept": (self.kept, False), "rows": (self.rows, 1), "size": (self.size, None), "kind": (self.kind, ""),
            "counted": (self.counted, 0),
        }  # fmt: skip
        return said | {key: value for key, (value, usual) in more.items() if value != usual}


@dataclass(frozen=True, slots=True)
class Amount:
    """Documents and their tokens."""

    documents: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Shard:
    """Part of a file that one task reads; it names data and holds none.

    Shards depend on the file alone, not on workers or memory, so that annotation files are the same on any machine.
    start, stop: row groups (Parquet), record batches (Arrow) or bytes (text). fingerprint: identifies the content of
    the whole file.
    """

    path: str  # as opened
    name: str  # relative to the argument the user gave: what reports and made ids show
    format: str  # "parquet" | "arrow" | "jsonl" | "json" (an array) | "csv" | "tsv" | one of TEXT_UNITS
    compression: str  # "" | "gz" | "zst" | "bz2" | "xz", text only
    start: int
    stop: int  # exclusive; -1: to the end (compressed, or text that is no JSONL)
    first_row: int  # row (Parquet, Arrow) or line (JSONL) of the file at which the shard begins
    fingerprint: str

    @property
    def is_table(self) -> bool:
        """Columns of Arrow types; else rows of text, read as lines of JSON."""
        return self.format in TABLES
