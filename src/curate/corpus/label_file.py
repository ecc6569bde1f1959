"""A file of labels while a person fills it in: one label at a time, saved at once, all other rows left byte for byte.

In the row that is labelled, JSON keeps all else as it is written; cells of CSV keep their values, quoted anew.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curate.corpus.json_numbers import value_of
from curate.corpus.label_csv import SUFFIXES, csv_records, csv_rows, delimiter_of, with_csv_label
from curate.corpus.labels import read_labels
from curate.corpus.write import atomic_path, machine_errors
from curate.errors import DataError, MachineError

FILLED = (".jsonl", ".ndjson", *SUFFIXES)  # what labels can be written into
_DECODER = json.JSONDecoder(parse_int=str)  # finds where values end, also numbers of more digits than Python reads
_BLANK = re.compile(r"[ \t\n\r]*")

Stamp = tuple[int, int, int]
_Parts = tuple[list[str], list[int], list[dict[str, Any]], Callable[[str, str | None], str]]


@dataclass(slots=True)
class LabelFile:
    """Rows in file order: `labels` human, machine or None; `texts`; `lines` of the file, of which `places` hold rows.

    `stamp` tells whether anybody else has written the file.
    """

    path: Path
    lines: list[str]
    places: list[int]
    rows: list[dict[str, Any]] = field(repr=False)
    labels: list[str | None]
    stamp: Stamp
    relabel: Callable[[str, str | None], str]  # of a line

    def text(self, row: int) -> str:
        """The document, or "" for a row without one."""
        found = self.rows[row].get("text")
        return found if isinstance(found, str) else "" if found is None else json.dumps(found, ensure_ascii=False)

    def set_label(self, row: int, label: str | None) -> None:
        """Write one label, or take it back. Raises DataError if the file was changed since, MachineError."""
        if self.labels[row] == label:
            return
        if stamp_of(self.path) != self.stamp:
            raise DataError(
                "was changed by somebody else while it was labelled: the last label is not saved",
                where=str(self.path),
                hint="the same command again shows what the file holds now",
            )
        place = self.places[row]
        before = self.lines[place]
        self.lines[place] = self.relabel(before, label)
        try:
            with atomic_path(self.path) as temporary:
                temporary.write_bytes("".join(self.lines).encode("utf-8"))
                shutil.copymode(self.path, temporary)
        except MachineError:
            self.lines[place] = before
            raise
        self.labels[row] = label
        self.stamp = stamp_of(self.path)

    def around_labels(self) -> list[str | tuple[int, list[str]]]:
        """Lines of the file; of a row its number and what stands before, between and after its labels."""
        mark = secrets.token_hex(16)
        found: list[str | tuple[int, list[str]]] = list(self.lines)
        cut = mark if self.path.suffix.lower() in SUFFIXES else f'"{mark}"'
        for row, place in enumerate(self.places):
            found[place] = (row, self.relabel(self.lines[place], mark).split(cut))
        return found


def stamp_of(path: Path) -> Stamp:
    """Values that change when a file is written. Raises DataError for one that is gone."""
    try:
        found = path.stat()
    except OSError as error:
        raise DataError(
            f"cannot be read any more: {(error.strerror or str(error)).lower()}",
            where=str(path),
            hint="every label but the last is in the file, wherever it is now",
        ) from error
    return found.st_mtime_ns, found.st_size, found.st_ino


def open_label_file(path: Path) -> LabelFile:
    """Read a file to label. Raises DataError for one that is none, MachineError for one that cannot be written."""
    if path.suffix.lower() not in FILLED:
        raise DataError(
            f"labels are not written into {path.suffix.lower() or 'a file without suffix'}",
            where=str(path),
            hint=f"name a file of `curate audit draw`: {', '.join(FILLED)}",
        )
    labels = read_labels(path)
    path = path.resolve()  # a link stays a link
    _check_writable(path)
    stamp = stamp_of(path)
    lines, places, rows, relabel = (_csv if path.suffix.lower() in SUFFIXES else _json)(path)
    if len(rows) != len(labels):
        raise DataError("was changed while it was read", where=str(path), hint="the same command again")
    found = LabelFile(path, lines, places, rows, [label.writer for label in labels], stamp, relabel)
    if not any(found.text(row) for row in range(len(rows))):
        raise DataError(
            "holds no text to read: its rows have no column text",
            where=str(path),
            hint="curate audit draw PATH -o NEW.jsonl writes one with texts",
        )
    return found


def with_label(line: str, label: str | None) -> str:
    """The same line of JSON with another label, everything else as it stands, byte for byte."""
    value = json.dumps(label)
    spans, end, empty = _label_spans(line)
    for start, stop in reversed(spans):
        line = line[:start] + value + line[stop:]
    if spans:
        return line
    return f'{line[:end]}{"" if empty else ", "}"label": {value}{line[end:]}'


def _label_spans(line: str) -> tuple[list[tuple[int, int]], int, bool]:
    """Where the values of "label" stand, where the object's last value ends, and whether it has none."""
    place = end = _after_blanks(line, line.index("{") + 1)
    spans, empty = [], line[place] == "}"
    while line[place] == '"':
        key, place = _DECODER.raw_decode(line, place)
        start = _after_blanks(line, _after_blanks(line, place) + 1)
        _, end = _DECODER.raw_decode(line, start)
        if key == "label":
            spans.append((start, end))
        place = _after_blanks(line, end)
        if line[place] == ",":
            place = _after_blanks(line, place + 1)
    return spans, end, empty


def _after_blanks(line: str, place: int) -> int:
    found = _BLANK.match(line, place)
    return found.end() if found else place


def _check_writable(path: Path) -> None:
    """Raises MachineError before anybody labels in vain."""
    with machine_errors(path):
        for place, rights in ((path, os.W_OK), (path.parent, os.W_OK | os.X_OK)):
            if not os.access(place, rights):
                raise PermissionError(13, "permission denied")


def _json(path: Path) -> _Parts:
    """Lines with their ends; only a line feed ends one."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", path.read_bytes().decode("utf-8"))
    places = [place for place, line in enumerate(lines) if line.strip("\ufeff \t\r\n")]
    return lines, places, [value_of(lines[place].lstrip("\ufeff")) for place in places], with_label


def _csv(path: Path) -> _Parts:
    """Records with their ends; the byte order mark stands before the first."""
    text, kind = path.read_bytes().decode("utf-8"), path.suffix.lower()
    records = list(csv_records(text, kind))
    head = next(place for place, (_, fields) in enumerate(records) if fields)
    places = [place for place, (_, fields) in enumerate(records) if fields and place > head]
    lines = [raw for raw, _ in records]
    lines[0] = ("\ufeff" if text.startswith("\ufeff") else "") + lines[0]
    column, delimiter = records[head][1].index("label"), delimiter_of(text, kind)

    def relabel(record: str, label: str | None) -> str:
        return with_csv_label(record, label, column, delimiter)

    return lines, places, list(csv_rows(text, kind)), relabel
