"""Record of a draw beside its label file: the data that its interval needs, for labelling without the corpus.

A scan does not read it, it draws again from the corpus. It is packed, so that nobody who opens it by chance reads
scores off it before they label.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.corpus.labels import row_number
from curate.corpus.write import write_atomic
from curate.detect.label_estimate import MOST_LABELS, read_draw
from curate.detect.labels import HUNDREDTHS, STRATA, Draw, strata_of
from curate.statistics.stratified import Interval

SUFFIX = ".draw"
MOST_BYTES = 64 << 20  # of a record, unpacked: 100,000 draws take 5
MOST_TOKENS = 2**50
_ABOUT = "`curate audit label` tells the interval so far by this; packed, so that no labeller reads scores off it"
_SAID = {"machine": 1.0, "human": 0.0, None: float("nan")}

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A draw without its texts: `keys` are those of its documents, which come first among the draw's rows.

    tokens, machine: of the whole corpus, and of documents that are declared to be a machine's; paths: as typed.
    """

    name: str
    keys: tuple[str, ...]
    draw: Draw
    tokens: int
    machine: int
    confidence: float
    paths: tuple[str, ...]

    def interval(
        self, labels: Mapping[str, str | None], *, disputed: Collection[str] = (), confidence: float | None = None
    ) -> Interval:
        """The machine share of the corpus by labels so far, by key: as `scan --labels` has it of these labels alone.

        disputed: keys that were labelled, though nobody knows how: each may be either. confidence: else the draw's.
        """
        machine = {row: _SAID[labels.get(key)] for row, key in enumerate(self.keys)}
        drawn, known = self.draw.labelled(machine, {row for row, key in enumerate(self.keys) if key in disputed})
        unknown = int(self.draw.strata.tokens.sum())
        found = read_draw(drawn, known, confidence=confidence or self.confidence)
        return Interval(*(float((self.machine + unknown * value) / self.tokens) for value in found))

    def for_page(self, keys: Sequence[str]) -> dict[str, object] | None:
        """The record for label_interval.js; keys: of the rows of the page. None where a row is no document of it."""
        place = {key: number for number, key in enumerate(self.keys)}
        if not all(key in place for key in keys):
            return None
        strata, count = self.draw.strata, len(self.keys)
        return {
            "document": [place[key] for key in keys],
            "code": strata.code[:count].tolist(),
            "tokens": strata.tokens[:count].tolist(),
            "sequence": self.draw.sequence.tolist(),
            "mass": np.bincount(strata.code, strata.tokens).astype(np.int64).tolist(),
            "prior": np.rint(strata.prior * HUNDREDTHS).astype(np.int64).tolist(),
            "whole": self.tokens,
            "machine": self.machine,
            "confidence": self.confidence,
        }


def record_path(labels: Path) -> Path:
    """Where the record of a file of labels lies."""
    return labels.with_name(labels.name + SUFFIX)


def key_of(row: Mapping[str, Any]) -> str:
    """A document as the rows of a draw name it."""
    texts = ("" if row.get(name) is None else str(row[name]) for name in ("id", "path"))
    named = "\0".join((*texts, row_number(row.get("row"))))
    return blake2b(named.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def write_record(
    labels: Path,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    drawn: Draw,
    *,
    whole: tuple[int, int],
    confidence: float,
    paths: Sequence[str],
) -> None:
    """Beside the file of labels, whose rows are in the order of the draw. whole: tokens, and a machine's as declared.

    confidence: of the interval; paths: what was drawn from, as typed.
    """
    strata, order = drawn.strata, drawn.in_order
    place = np.empty(strata.code.size, np.int64)
    place[order] = np.arange(order.size)
    content = {
        "documents": [
            [key_of(row), int(strata.code[at]), int(strata.tokens[at])] for row, at in zip(rows, order, strict=True)
        ],
        "sequence": place[drawn.sequence].tolist(),
        "strata": np.bincount(strata.code, strata.tokens).astype(np.int64).tolist(),
        "prior": np.rint(strata.prior * HUNDREDTHS).astype(np.int64).tolist(),
        "whole": list(whole),
        "confidence": confidence,
        "paths": list(paths),
    }
    packed = base64.b64encode(zlib.compress(json.dumps(content).encode())).decode()
    lines = json.dumps({"draw": name, "about": _ABOUT, "packed": packed}) + "\n"
    write_atomic(record_path(labels), lines.encode())


def read_record(labels: Path) -> Record | None:
    """The record of a file of labels; None where none lies there or it is damaged: the interval is not told then."""
    try:
        with record_path(labels).open("rb") as file:
            outer = json.loads(_whole(file.read(MOST_BYTES + 1)))
        unpacked = zlib.decompressobj().decompress(base64.b64decode(outer["packed"], validate=True), MOST_BYTES)
        return _record(str(outer["draw"]), json.loads(unpacked))
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, zlib.error):
        return None


def _whole(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise ValueError(len(content))
    return content


def _record(name: str, content: dict[str, Any]) -> Record:
    """Raises one of what `read_record` catches for a record that cannot be."""
    keys, code, size = zip(*content["documents"], strict=True)
    codes, tokens, sequence = (np.array(part, np.int64) for part in (code, size, content["sequence"]))
    mass, prior = (np.array(content[part], np.int64) for part in ("strata", "prior"))
    whole, machine = (int(number) for number in content["whole"])
    sound = (
        codes.shape == tokens.shape == (len(keys),)
        and mass.shape == prior.shape
        and mass.ndim == sequence.ndim == 1
        and 0 < mass.size <= STRATA + 1  # scores, and one of documents without any
        and 0 < sequence.size <= MOST_LABELS
        and _within(sequence, 0, len(keys))
        and _within(codes, 0, mass.size)
        and _within(prior, 1, HUNDREDTHS)
        and _within(mass, 1, MOST_TOKENS)
        and _within(tokens, 1, MOST_TOKENS)
        and 0 <= machine <= machine + int(mass.sum()) <= whole < MOST_TOKENS
        and bool(np.all(np.bincount(codes, tokens, mass.size) <= mass))
        and 0 < content["confidence"] < 1
    )
    if not sound:
        raise ValueError(name)
    rest = mass - np.bincount(codes, tokens, mass.size).astype(np.int64)
    strata = strata_of(np.concatenate([codes, np.arange(mass.size)]), np.concatenate([tokens, rest]), prior)
    paths = tuple(str(path) for path in content["paths"])
    draw = Draw.of(strata, sequence)
    return Record(name, tuple(map(str, keys)), draw, whole, machine, float(content["confidence"]), paths)


def _within(values: Rows, least: int, beyond: int) -> bool:
    return bool(np.all((values >= least) & (values < beyond)))
