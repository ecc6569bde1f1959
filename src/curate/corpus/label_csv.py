"""Labels as CSV for spreadsheets: no cell is taken for a formula, and all but long texts come back as they were."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.corpus.long_cells import LONG_CELLS

SUFFIXES = (".csv", ".tsv")
LONGEST_CELL = 32_000  # characters: a cell of Excel holds 767 more
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # what is computed, also behind quotation marks
_SHOWN = 5e-6  # of a long number a cell shows and saves six digits: 1.23457E+19
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(rf"\d{{1,4}}[-/.]\d{{1,4}}([-/.]\d{{1,4}})?|{_MONTH}[-/ ]?\d{{1,4}}|\d{{1,4}}[-/ ]?{_MONTH}", re.I)
_DATE_READ = re.compile(rf"{_DATE.pattern}|\d{{1,4}}[-/. ]{_MONTH}[-/. ]\d{{1,4}}|\d{{1,6}}", re.I)


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with all their columns; texts are cut at what a cell holds. Excel needs a byte order mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(map(escaped, names))
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return "\ufeff" + file.getvalue()


def csv_records(text: str, suffix: str) -> Iterator[tuple[str, list[str]]]:
    """Each record as it stands, and its fields; blank lines and the head first. Raises csv.Error."""
    taken: list[str] = []

    def feed() -> Iterator[str]:
        for line in _lines(text):
            taken.append(line)
            yield line

    with LONG_CELLS:
        for fields in csv.reader(feed(), delimiter=delimiter_of(text, suffix)):
            raw = "".join(taken)
            taken.clear()
            yield raw, fields


def csv_rows(text: str, suffix: str) -> Iterator[dict[str, str | None]]:
    """Rows by the names of the head, without blank lines; of a draw without the marks that keep formulas off.

    Raises csv.Error.
    """
    records = (fields for _, fields in csv_records(text, suffix) if fields)
    head = next(records, [])
    ours = "draw" in head
    head = [unescaped(name) for name in head] if ours else head
    for fields in records:
        values = [*(unescaped(value) if ours else value for value in fields), *[None] * (len(head) - len(fields))]
        yield dict(zip(head, values, strict=False))


def delimiter_of(text: str, suffix: str) -> str:
    """A spreadsheet writes semicolons where the comma stands in numbers: the head tells."""
    own = "\t" if suffix == ".tsv" else ","
    fits = (one for one in (own, ",", ";", "\t") if {"id", "label"} <= set(_head(text, one)))
    return next(fits, own)


def _head(text: str, delimiter: str) -> list[str]:
    with LONG_CELLS:
        return next((fields for fields in csv.reader(_lines(text), delimiter=delimiter) if fields), [])


def _lines(text: str) -> io.StringIO:
    """Lines of any end, as the library wants them."""
    return io.StringIO(text.removeprefix("\ufeff"), newline="")


def with_csv_label(record: str, label: str | None, column: int, delimiter: str) -> str:
    """The same record with another label: each value as it was."""
    with LONG_CELLS:
        fields = next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter))
    fields += [""] * (column + 1 - len(fields))
    fields[column] = label or ""
    file = io.StringIO(newline="")
    ending = record[len(record.rstrip("\r\n")) :]
    csv.writer(file, delimiter=delimiter, lineterminator=ending or "").writerow(fields)
    return file.getvalue()


def escaped(value: str) -> str:
    """With a quotation mark before what a spreadsheet would compute."""
    return f"'{value}" if _FORMULA.match(value) else value


def unescaped(value: str) -> str:
    """Undo the escapes."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def is_rewritten(written: str, read: str) -> bool:
    """Return whether a spreadsheet may have made the second text of the first: of a number, a date or a truth value."""
    if written == read:
        return False
    try:
        number, other = float(written), float(read)
    except ValueError:
        return written.upper() == read or bool(_DATE.fullmatch(written.strip()) and _DATE_READ.fullmatch(read.strip()))
    return number == other or abs(number - other) <= _SHOWN * abs(number)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    if len(text) > LONGEST_CELL:
        text = f"{text[:LONGEST_CELL]} […] ({LONGEST_CELL:,} of {len(text):,} characters)"
    return escaped(text)
