"""Labels from a file that a person filled in: JSON, CSV or Parquet with an id and a label a row."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.json_numbers import value_of
from curate.corpus.label_csv import SUFFIXES, csv_rows
from curate.corpus.label_words import UNKNOWN, normal_labels, spelling
from curate.errors import DataError

_FLOAT = re.compile(r"(\d+)\.0*")
KINDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")


@dataclass(frozen=True, slots=True)
class Label:
    """One row of the file: who wrote the document ("human", "machine" or None: not judged) and which document it is.

    `path`, `row` and `draw` stand only in rows that `curate audit draw` wrote; row -1 and "" elsewhere.
    """

    where: str  # "labels.jsonl row 3"
    id: str
    writer: str | None
    path: str
    row: int
    draw: str


def label_words(file: Path) -> frozenset[str]:
    """Every word that stands as a label in a file that `read_labels` reads, as `spelling` has it."""
    words = [_text(row.get("label")) for _, row in _rows(file)]
    return frozenset(spelling(pa.array(words, pa.string())).to_pylist()) - {None}


def read_labels(file: Path, mapping: Mapping[str, str] | None = None) -> tuple[Label, ...]:
    """Every row, in order; `mapping` is what --label-map says.

    Raises DataError, with the row, for what cannot be read and for words that nobody knows, which it counts.
    """
    return tuple(label for label, _ in _labelled(file, mapping, whole=False))


def check_labelled(labels: Sequence[Label]) -> None:
    """Raises DataError for rows of a file of which none says who wrote."""
    if not any(label.writer for label in labels):
        where = labels[0].where.rpartition(" row ")[0]
        words = f"holds no label yet: none of its {len(labels):,} rows says human or machine"
        raise DataError(words, where=where, hint="write human or machine into its column label")


def read_labelled_rows(file: Path, mapping: Mapping[str, str] | None = None) -> list[tuple[Label, dict[str, Any]]]:
    """The same, each with all columns of its row as the file has them."""
    return _labelled(file, mapping, whole=True)


def row_number(value: Any) -> str:
    """A row's number as digits, also where a table holds it as a float (3.0), as it does beside missing numbers."""
    return found[1] if (found := _FLOAT.fullmatch(text := _text(value))) else text


def _labelled(file: Path, mapping: Mapping[str, str] | None, *, whole: bool) -> list[tuple[Label, dict[str, Any]]]:
    try:
        rows = list(_rows(file, whole=whole))
    except FileNotFoundError:
        raise DataError(
            "no such file of labels", where=str(file), hint="curate audit draw PATH -o labels.jsonl"
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"is not UTF-8 (it has the byte {error.object[error.start]:02X})",
            where=str(file),
            hint="save it as UTF-8: a spreadsheet calls it CSV UTF-8",
        ) from error
    except (OSError, pa.ArrowException, csv.Error) as error:
        raise DataError(
            f"cannot be read as labels: {error}", where=str(file), hint=f"write {', '.join(KINDS)}"
        ) from error
    if not rows:
        raise DataError("holds no label", where=str(file), hint="one row a document, with id and label")
    words = [_text(row.get("label")) for _, row in rows]
    array = pa.array(words, pa.string())
    known = normal_labels(array, "label", mapping).to_pylist()
    spelt = spelling(array).to_pylist()
    aside = {word for word, writer in (mapping or {}).items() if writer == UNKNOWN}
    _check_words(file, rows, words, [writer or word in aside for writer, word in zip(known, spelt, strict=True)])
    found = zip(rows, known, strict=True)
    return [(_label(f"{file} row {number}", row, writer), row) for (number, row), writer in found]


def _check_words(
    file: Path, rows: list[tuple[int, dict[str, Any]]], words: Sequence[str], known: Sequence[object]
) -> None:
    """Raises DataError for words that say neither, with the first row and how many more there are."""
    strange = [place for place, word in enumerate(words) if word and not known[place]]
    if not strange:
        return
    first = strange[0]
    counted = Counter(words[place][:40] for place in strange).most_common(4)
    more = f"; {len(strange):,} labels are such: " + ", ".join(f"{word!r} {count:,}" for word, count in counted)
    raise DataError(
        f"label {words[first][:40]!r} is neither human nor machine{more if len(strange) > 1 else ''}",
        where=f"{file} row {rows[first][0]}",
        hint="write human, machine or nothing, or say what it means: --label-map WORD=machine",
    )


def _label(where: str, row: dict[str, Any], writer: str | None) -> Label:
    if "id" not in row or "label" not in row:
        raise DataError(
            f"has no {'id' if 'id' not in row else 'label'}",
            where=where,
            hint="each row needs a column id and a column label",
        )
    place, draw = row_number(row.get("row")), _text(row.get("draw"))
    name = "" if row["id"] is None else str(row["id"])
    return Label(
        where,
        name if draw else name.strip(),  # a draw holds ids as the corpus has them
        writer,
        _text(row.get("path")),
        int(place) if place.isdigit() else -1,
        draw,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _rows(file: Path, *, whole: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Numbered from 1, as editors count; of CSV from the first below its head. whole: all columns of Parquet, too."""
    kind = file.suffix.lower()
    if kind == ".parquet":
        names = pq.read_schema(file).names
        wanted = [name for name in ("id", "label", "path", "row", "draw") if name in names]
        yield from enumerate(pq.read_table(file, columns=None if whole else wanted).to_pylist(), start=1)
    elif kind in SUFFIXES:
        yield from enumerate(csv_rows(file.read_bytes().decode("utf-8"), kind), start=1)
    elif kind in (".jsonl", ".ndjson", ".json"):
        yield from _json_rows(file)
    else:
        raise DataError(
            f"labels are not written as {kind or 'a file without suffix'}",
            where=str(file),
            hint=f"write {', '.join(KINDS)}",
        )


def _json_rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines of objects, or an array of them, whose elements are numbered."""
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix.lower() == ".json" and text.lstrip().startswith("["):
        found = _value(text, f"{file}")
        yield from ((number, _row(one, f"{file} row {number}")) for number, one in enumerate(found, start=1))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{file} row {number}"
            yield number, _row(_value(line, where), where)


def _value(text: str, where: str) -> Any:
    """Raises DataError."""
    try:
        found = value_of(text)
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise DataError("holds half a surrogate pair: it is no text", where=where) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"is not JSON: {error}", where=where) from error
    return found


def _row(found: Any, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise DataError("is no JSON object", where=where)
    return found
