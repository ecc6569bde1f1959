"""Rounds of labels beside a mix, OUT/audits: what was drawn stands there before anything is labelled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.owned import refuse_link
from curate.corpus.whole_text import read_text
from curate.corpus.write import write_atomic
from curate.errors import VerdictError
from curate.jobs.run.columns import fingerprints, first_copies, numbers
from curate.jobs.run.file_hash import sha256
from curate.mixing.audits import MOST_DRAWS, Audit, audit_draw, audit_sequence
from curate.mixing.certificate import Certificate
from curate.statistics.draws import seed_of

FOLDER = "audits"
POOL = Path(FOLDER) / "pool"  # labels of a draw from the corpus, as they were given, with their own suffix


def rounds_drawn(folder: Path) -> dict[int, int]:
    """Draws of every round so far, also of those that were never labelled. Raises VerdictError for a broken file."""
    found = {}
    for path in sorted((folder / FOLDER).glob("round-*.json")):
        try:
            value = json.loads(read_text(path))
            round, draws = int(value["round"]), int(value["draws"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise VerdictError("is no round of an audit", where=str(path), hint="fetch the folder again") from error
        if not (0 < draws <= MOST_DRAWS and path.name == f"round-{round}.json"):
            raise VerdictError("is no round of an audit", where=str(path), hint="fetch the folder again")
        found[round] = draws
    return found


def begin_round(folder: Path, round: int, draws: int) -> None:
    """Note the number of draws of a round; drawing it again before its labels are counted replaces the note."""
    refuse_link(folder / FOLDER)
    (folder / FOLDER).mkdir(exist_ok=True)
    write_atomic(folder / FOLDER / f"round-{round}.json", note_of(round, draws))


def note_of(round: int, draws: int) -> bytes:
    """The whole of the file that notes a round."""
    return f'{{"round": {round}, "draws": {draws}}}\n'.encode()


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The one row of draws of a mix: by the texts written and their tokens, whatever files, order or settings.

    tokens int64[n], prints uint64[n, 2], of every document written.
    """

    tokens: NDArray[np.int64]
    prints: NDArray[np.uint64]
    seed: bytes

    @classmethod
    def of(cls, documents: pa.Table) -> Row:
        """Of documents with tokens and fingerprints."""
        prints = fingerprints(documents)
        return cls(numbers(documents, "tokens").astype(np.int64), prints, seed_of(prints))

    @property
    def short(self) -> str:
        """First 12 hex digits of its seed, by which a file of labels names the row it was drawn from."""
        return self.seed.hex()[:12]

    def sequence(self, start: int, draws: int) -> NDArray[np.int64]:
        """Return the place of the document of each draw, int64[draws]."""
        return audit_sequence(self.tokens, self.prints, self.seed, start, draws)

    def texts(self) -> NDArray[np.int64]:
        """Return the place of the first document of the same text for every document, int64[n]."""
        return first_copies(self.prints, self.tokens)

    def draw(self, start: int, draws: int) -> tuple[NDArray[np.int64], ...]:
        """Return the places of drawn documents, ascending, and how often each is drawn, both int64."""
        return audit_draw(self.tokens, self.prints, self.seed, start, draws)


def keep_labels(folder: Path, round: int, humans: list[int]) -> None:
    """The drawn documents, by their place in the mix, that are labelled human."""
    refuse_link(folder / FOLDER)
    path = folder / FOLDER / f"round-{round}.jsonl"
    write_atomic(path, "".join(f'{{"document": {place}, "label": "human"}}\n' for place in humans).encode())


def counted_round(folder: Path, row: Row, round: int, start: int, draws: int) -> Audit | None:
    """A round counted again from the kept labels and the same draws; None where they are missing or no labels."""
    path = folder / FOLDER / f"round-{round}.jsonl"
    try:
        rows = [json.loads(line) for line in read_text(path).splitlines()]
        human = {int(row["document"]) for row in rows if row["label"] == "human"}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    places, times = row.draw(start, draws)
    hits = int(times[np.isin(places, np.array(sorted(human), np.int64))].sum())
    return Audit(round, draws, hits, sha256(path))


def recounted(folder: Path, certificate: Certificate, documents: pa.Table) -> tuple[Audit, ...]:
    """Every round of the certificate up to the first that is not the next or cannot be counted: a difference."""
    found: list[Audit] = []
    if not certificate.audits or not numbers(documents, "tokens").sum():
        return ()
    row, start = Row.of(documents), 0
    for number, one in enumerate(certificate.audits, start=1):
        if one.round != number or not 0 < one.draws <= MOST_DRAWS:
            break
        again = counted_round(folder, row, number, start, one.draws)
        if again is None:
            break
        found.append(again)
        start += one.draws
    return tuple(found)
