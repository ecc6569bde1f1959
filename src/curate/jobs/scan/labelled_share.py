"""The share that labels of a few documents prove, whatever the detector thinks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.amounts import counted, percent
from curate.corpus.labels import Label
from curate.detect.labels import (
    MOST_LABELS,
    SECONDS,
    Draw,
    Strata,
    draw,
    labels_for,
    read_draw,
    read_sample,
    score_strata,
    width_of,
)
from curate.detect.share import Share
from curate.detect.sides import WIDEST
from curate.errors import DataError
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.scan.label_places import places, writers
from curate.jobs.scan.provenance import Said
from curate.settings.mix import WIDTH
from curate.statistics.draws import seed_of
from curate.statistics.stratified import Interval

AIMED = WIDTH.value  # width that the next step aims at: of half of that an answer takes four times as many labels
DRAW = "share"  # begins the column `draw` of a file of `curate audit draw PATH`
FEWEST = 10  # labels from which anything is said
_DRAWN = "drawn by `curate audit draw`: true of any text, whatever the detector is worth, and however often one draws"
_TAKEN = "taken to be drawn at random from all documents, as many as were planned"
_UNCHECKED = (
    "curate cannot check how these labels came to be: the answer is wrong if they were picked, or if labelling went on "
    "until it pleased; `curate audit draw` is free of both (keep its column `draw`)"
)

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Documents with tokens whose writer nothing declares: rows of the scan, log-odds, tokens, 64 bits of the text."""

    rows: Rows
    score: NDArray[np.float64]
    tokens: Rows
    key: NDArray[np.uint64]

    def strata(self) -> Strata:
        """By score."""
        return score_strata(self.score, self.tokens, self.key)

    def draw(self, count: int, seed: bytes) -> Draw:
        """Its rows are places in `rows`."""
        return draw(self.strata(), self.key, seed, count)


def population(documents: pa.Table, said: Said) -> Population:
    """Population of a draw; the other documents count as they declare."""
    tokens = numbers(documents, "tokens").astype(np.int64, copy=False)
    rows = np.flatnonzero(~said.human & ~said.machine & (tokens > 0))
    score = numbers(documents, "machine_score")[rows].astype(np.float64)
    return Population(rows, score, tokens[rows], numbers(documents, "fingerprint_high")[rows])


def content_seed(documents: pa.Table) -> bytes:
    """Random seed of a draw: a hash of all texts, also of those that declare their writer."""
    return seed_of(fingerprints(documents))


def draw_name(pool: Population, drawn: Draw, count: int, seed: bytes) -> str:
    """Says how many were drawn and, by a digest, from what: the analysis draws again and compares."""
    digest = blake2b(seed, digest_size=6)
    order = np.lexsort((pool.key, drawn.strata.code))
    for array in (pool.key, drawn.strata.code, drawn.strata.mass):
        digest.update(np.ascontiguousarray(array[order]).tobytes())
    return f"{DRAW}-{count}-{digest.hexdigest()}"


def next_step(pool: Population, confidence: float, *, labelled: bool = False) -> str:
    """Advice that bounds the share from above: number of labels, time, and width of the answer."""
    strata = pool.strata()
    count = labels_for(strata, AIMED, confidence=confidence)
    width = width_of(strata, count, confidence=confidence)
    there = min(count, len(pool.rows))
    minutes = max(1, round(there * SECONDS / 60))
    told = f"{counted(there, 'document')}, about {counted(minutes, 'minute')}"
    why = "more labels narrow it" if labelled else "no score bounds the share from above, labels do"
    return (
        f"{why}: {told} at {SECONDS} seconds each; "
        f"`curate audit draw PATH -n {count} -o labels.jsonl` draws them, `curate audit label labels.jsonl` asks for "
        f"one key a document, and `--labels labels.jsonl` makes an answer about {width:.2f} wide"
    )


def audited_share(
    documents: pa.Table, said: Said, labels: Sequence[Label], detected: Share, *, confidence: float
) -> Share:
    """The share of the whole corpus by these labels; what documents declare counts as before.

    Raises DataError, with the row of the file, for labels that contradict each other or fit no document.
    """
    pool = population(documents, said)
    if _draw_name(labels):
        drawn, known = drawn_labels(documents, pool, labels)
        found = read_draw(drawn, known, confidence=confidence)
        left = int(_draw_name(labels).split("-")[1]) - int(drawn.times.sum())
        early = f"{left} draws behind the last label are left out, as if fewer had been drawn"
        how = (_DRAWN, *((early,) if left else ()))
    else:
        place = places(documents, pool.rows, labels)
        machine = writers(labels, place)
        rows = np.array(sorted(machine), np.int64)
        known = np.array([machine[int(row)] for row in rows])
        if rows.size < FEWEST:
            raise DataError(
                f"{rows.size} labels of documents that do not declare their writer say too little",
                where=labels[0].where.rpartition(" row ")[0],
                hint=f"at least {FEWEST}; `curate audit draw PATH -o labels.jsonl` draws them",
            )
        found = read_sample(pool.score, pool.tokens, rows, known, confidence=confidence)
        declared = place.count(-1)
        more = f"{declared} more labels are of documents that declare their writer, and count as those say"
        how = (_TAKEN, _UNCHECKED, *((more,) if declared else ()))
    return _concluded(documents, said, found, detected, _sentences(known, how))


def drawn_labels(documents: pa.Table, pool: Population, labels: Sequence[Label]) -> tuple[Draw, NDArray[np.float64]]:
    """The draw that the labels are of, and of each drawn document 1 for machine, 0 for human, nan for no label.

    Of a draw that is labelled in its order and not to its end, so many draws as have labels: a smaller draw.
    Raises DataError for labels that are of no draw, or of one from another corpus.
    """
    name = _draw_name(labels)
    if not name:
        raise DataError(
            "are of no draw",
            where=labels[0].where.rpartition(" row ")[0],
            hint="curate audit draw PATH -o labels.jsonl",
        )
    place = places(documents, pool.rows, labels)
    machine = writers(labels, place)
    drawn = _drawn_again(pool, content_seed(documents), name, labels)
    inside = set(drawn.rows.tolist())
    outside = [i for i, where in enumerate(place) if where not in inside]
    if outside:
        raise DataError("was not drawn", where=labels[outside[0]].where, hint="labels of other documents go apart")
    return drawn.labelled(machine)


def _sentences(known: NDArray[np.float64], how: tuple[str, ...]) -> tuple[str, ...]:
    missing = int(np.isnan(known).sum())
    told = (f"{counted(known.size - missing, 'label')}, {how[0]}", *how[1:])
    without = (
        f"{counted(missing, 'document')} drawn {'has' if missing == 1 else 'have'} no label: each may be either, "
        "which widens the interval"
    )
    said = {float(value) for value in known[~np.isnan(known)]}
    if len(said) == 1:
        writer = "machine" if said == {1.0} else "human"
        told = (*told, f"every label says {writer}: the answer is wrong if only such documents were given a label")
    return (*told, without) if missing else told


def _concluded(documents: pa.Table, said: Said, found: Interval, detected: Share, told: tuple[str, ...]) -> Share:
    tokens = numbers(documents, "tokens").astype(np.int64)
    total, machine = int(tokens.sum()), int(tokens[said.machine].sum())
    unknown = total - machine - int(tokens[said.human].sum())
    estimate, low, high = (float((machine + unknown * value) / total) for value in found)
    told = (*told, *_contradicted(low, high, detected))
    if low < detected.low <= estimate:  # two proofs add up, unless labels speak against the other
        told = (
            *told,
            f"labels alone prove at least {percent(low)}; the scores at least {percent(detected.low)}, if human text "
            "here is of kinds that the detector or the reference covers",
        )
        low = detected.low
    verdict = "estimated" if high - low <= WIDEST else "at-least" if low > 0 else "cannot-tell"
    settled = estimate if verdict == "estimated" else None
    return replace(detected, verdict=verdict, estimate=settled, low=low, high=high, evidence="audited", reasons=told)


def _contradicted(low: float, high: float, detected: Share) -> tuple[str, ...]:
    """Reasons why labels contradict the scores."""
    known = detected.if_known_kinds
    if high < detected.low:
        return (
            f"the scores alone say at least {percent(detected.low)}: human text here is of a kind that the detector "
            "does not know",
        )
    if known is not None and low > known.high:
        return (f"at most {percent(known.high)} reads as machine-written: the rest reads as human",)
    return ()


def _draw_name(labels: Sequence[Label]) -> str:
    """The draw that all rows name, or "" where none does."""
    names = {label.draw: label for label in labels if label.draw}
    if len(names) > 1:
        other = list(names.values())[1]
        raise DataError("belongs to another draw than the rows before it", where=other.where, hint="one draw a file")
    return next(iter(names), "")


def _drawn_again(pool: Population, seed: bytes, name: str, labels: Sequence[Label]) -> Draw:
    parts = name.split("-")
    fits = len(parts) == 3 and parts[0] == DRAW and parts[1].isdecimal() and len(parts[1]) <= len(str(MOST_LABELS))
    if fits and 1 <= int(parts[1]) <= MOST_LABELS and pool.rows.size:
        drawn = pool.draw(int(parts[1]), seed)
        if draw_name(pool, drawn, int(parts[1]), seed) == name:
            return drawn
    raise DataError(
        "is a draw from another corpus, by another detector or with other declarations",
        where=labels[0].where,
        hint="scan what it was drawn from with the same options, or draw again",
    )
