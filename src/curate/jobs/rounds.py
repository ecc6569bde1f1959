"""Rounds of labels beside a mix, OUT/audits: what was drawn stands there before anything is labelled."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curate.corpus.owned import refuse_link
from curate.corpus.write import write_atomic
from curate.errors import VerdictError
from curate.jobs.hashes import sha256
from curate.mixing.audits import MOST_DRAWS, Audit, audit_draw
from curate.mixing.certificate import Certificate, digest, with_audits

FOLDER = "audits"
POOL = Path(FOLDER) / "pool"  # labels of a draw from the corpus, as they were given, with their own suffix


def rounds_drawn(folder: Path) -> dict[int, int]:
    """Draws of every round so far, also of those that were never labelled. Raises VerdictError for a broken file."""
    found = {}
    for path in sorted((folder / FOLDER).glob("round-*.json")):
        try:
            value = json.loads(path.read_bytes())
            round, draws = int(value["round"]), int(value["draws"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise VerdictError("is no round of an audit", where=str(path), hint="fetch the folder again") from error
        if not (0 < draws <= MOST_DRAWS and path.name == f"round-{round}.json"):
            raise VerdictError("is no round of an audit", where=str(path), hint="fetch the folder again")
        found[round] = draws
    return found


def begin_round(folder: Path, round: int, draws: int) -> None:
    """Fix the number of draws of a round; from now on it counts."""
    refuse_link(folder / FOLDER)
    (folder / FOLDER).mkdir(exist_ok=True)
    write_atomic(folder / FOLDER / f"round-{round}.json", f'{{"round": {round}, "draws": {draws}}}\n'.encode())


def first_digest(certificate: Certificate) -> str:
    """Of the certificate as `mix` wrote it, without the texts that an audit writes again: what rounds are drawn by."""
    files = {name: hashed for name, hashed in certificate.files.items() if name not in ("README.md", "croissant.json")}
    return digest(with_audits(replace(certificate, files=files), ()))


def keep_labels(folder: Path, round: int, humans: list[int]) -> None:
    """The drawn documents, by their place in the mix, that are labelled human."""
    refuse_link(folder / FOLDER)
    path = folder / FOLDER / f"round-{round}.jsonl"
    write_atomic(path, "".join(f'{{"document": {place}, "label": "human"}}\n' for place in humans).encode())


def counted_round(
    folder: Path, certificate: Certificate, tokens: NDArray[np.int64], round: int, draws: int
) -> Audit | None:
    """A round counted again from the kept labels and the same draw; None where they are missing or no labels."""
    path = folder / FOLDER / f"round-{round}.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        human = {int(row["document"]) for row in rows if row["label"] == "human"}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    places, times = audit_draw(tokens, draws, digest=first_digest(certificate), round=round)
    hits = int(times[np.isin(places, np.array(sorted(human), np.int64))].sum())
    return Audit(round, draws, hits, sha256(path))


def recounted(folder: Path, certificate: Certificate, tokens: NDArray[np.int64]) -> tuple[Audit, ...]:
    """Every round of the certificate; one that cannot be counted again is left out, which is a difference."""
    if not certificate.audits or not tokens.sum():
        return ()
    found = (
        counted_round(folder, certificate, tokens, one.round, one.draws)
        for one in certificate.audits
        if 0 < one.draws <= MOST_DRAWS and one.round > 0
    )
    return tuple(one for one in found if one is not None)
