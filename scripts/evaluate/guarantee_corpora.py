"""The simulated corpora of `scripts/evaluate/guarantee`: rows of scanned collections, and scores that are shifted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curate.detect.examples import BEFORE_ASSISTANTS
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import finish
from curate.jobs.scan import corpus as scanned
from curate.jobs.scan.job import scan
from curate.jobs.scan.second_pass import Asked, ask
from curate.mixing.request import MixRequest
from curate.neardup.clusters import Clusters
from curate.schema import Columns

SHARES = (0.05, 0.95)  # of the documents, by machines
SIZES = (300, 3000)  # documents
LARGEST = 6000  # rows of a collection
LOG_ODDS = (1.0, 3.0)  # how far scores are shifted: the range of a human and a machine median is about 4
ALL = "all English collections together"
COLLECTIONS = (
    "hc3",
    "biscope+raidar+l2r",
    "fastdetect_family_en",
    "autextification_es_en_part",
    "appliedstats_en",
    "hwag_gpt4_en",
    "end_en",
)
# kind of shift: times the distance that scores of human and of machine text are moved; None: machine text takes the
# scores of human text
SHIFTS: dict[str, tuple[float, float] | None] = {
    "all text scores more human": (-1, -1),
    "all text scores more machine": (1, 1),
    "human text scores more machine": (1, 0),
    "human text scores more human": (-1, 0),
    "machine text scores more human": (0, -1),
    "machine text scores as human text does": None,
}
ASSISTANTS, COMPLETION = "assistants", "completion models of before late 2022 too"
TRIES = 50  # until a collection has as many texts of these writers as were drawn


@dataclass(frozen=True)
class Pool:
    """A scanned collection whose rows corpora are drawn from: is it machine text, is that from an assistant."""

    name: str
    found: scanned.Corpus
    machine: np.ndarray
    assistant: np.ndarray


@dataclass(frozen=True)
class Corpus:
    """As if its documents alone had been scanned; `machine` bool, one a document; who wrote them."""

    asked: Asked
    machine: np.ndarray
    writers: str


def pool(table: pa.Table, folder: Path, name: str) -> Pool:
    """Scan the rows once, with labels that declare nothing by their names; a finished scan is found again."""
    named = table.select(["text"]).append_column("id", pa.array(range(len(table)), pa.int64()).cast(pa.string()))
    named = named.append_column("source", pa.array(["pool"] * len(table)))
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(named, folder / "all.parquet", row_group_size=2000)
    columns = Columns(text="text", id="id", source="source")
    plan = ScanPlan((str(folder / "all.parquet"),), output=folder / "run", columns=columns)
    found = finish(scan(plan))
    rows = found.documents["id"].cast(pa.int64()).to_numpy()
    machine = np.asarray(pc.equal(table["label"], "machine"))[rows]
    old = np.array([bool(BEFORE_ASSISTANTS.search(name or "")) for name in table["generator"].to_pylist()])[rows]
    return Pool(name, found, machine, machine & ~old)


def pools(table: pa.Table, work: Path) -> dict[str, Pool]:
    """By name."""
    english = table.filter(pc.equal(table["lang"], "en"))
    mixed = english.take(pa.array(np.random.default_rng(1).permutation(len(english))[: 2 * LARGEST]))
    found = {ALL: pool(mixed, work / "pools/all", ALL)}
    for name in COLLECTIONS:
        here = english.filter(pc.equal(english["collection"], name))
        here = here.take(pa.array(np.random.default_rng(1).permutation(len(here))[:LARGEST]))
        found[name] = pool(here, work / "pools" / name, name)
        print("scanned", name, flush=True)
    return found


def pool_of(seed: int) -> str:
    """Every second corpus from all collections, the others from one."""
    return ALL if seed % 2 else COLLECTIONS[seed // 2 % len(COLLECTIONS)]


def corpus(pool: Pool, draw: np.random.Generator) -> Corpus | None:
    """Some of the rows, none of which declares anything; None where the collection never has enough."""
    human = np.flatnonzero(~pool.machine)
    for _ in range(TRIES):
        writers = ASSISTANTS if draw.random() < 0.5 else COMPLETION
        machine = np.flatnonzero(pool.assistant if writers == ASSISTANTS else pool.machine)
        share, size = draw.uniform(*SHARES), int(np.exp(draw.uniform(*np.log(SIZES))))
        written = round(size * share)
        if written <= len(machine) and size - written <= len(human):
            parts = draw.permutation(machine)[:written], draw.permutation(human)[: size - written]
            rows = np.sort(np.concatenate(parts))
            documents = pool.found.documents.take(pa.array(rows))
            found = replace(pool.found, quarantined=()).with_documents(documents, no_clusters(size))
            return Corpus(_asked(found), pool.machine[rows], writers)
    return None


def declaring(corpus: Corpus, draw: np.random.Generator, wrong: float) -> Corpus:
    """The corpus with 20 to 100 % of its human documents declared human, and the part `wrong` of the machine ones."""
    size = len(corpus.machine)
    says = np.where(corpus.machine, draw.random(size) < wrong, draw.random(size) < draw.uniform(0.2, 1))
    label = pc.if_else(pa.array(says), "human", pa.scalar(None, pa.string()))
    found = corpus.asked.found
    documents = found.documents.set_column(found.documents.schema.get_field_index("label"), "label", label)
    return replace(corpus, asked=_asked(found.with_documents(documents)))


def shifted(corpus: Corpus, kind: str, draw: np.random.Generator) -> Corpus:
    """The corpus with other scores; texts without one keep none."""
    found = corpus.asked.found
    scores = found.documents["machine_score"].to_numpy().copy()
    moves = SHIFTS[kind]
    if moves is None:
        scores[corpus.machine] = draw.choice(scores[~corpus.machine], int(corpus.machine.sum()))
    else:
        scores += np.where(corpus.machine, moves[1], moves[0]).astype(scores.dtype) * draw.uniform(*LOG_ODDS)
    column = pa.array(scores, pa.float32(), mask=np.isnan(scores))
    at = found.documents.schema.get_field_index("machine_score")
    documents = found.documents.set_column(at, "machine_score", column)
    return replace(corpus, asked=_asked(found.with_documents(documents)))


def no_clusters(size: int) -> Clusters:
    """Nobody repeats anybody."""
    own = np.arange(size)
    none, floats = np.full(size, -1), np.zeros(0, np.float32)
    edges = np.zeros((0, 2), np.int64)
    return Clusters(none, own, np.ones(size, np.float32), np.zeros(size, np.bool_), own, own, edges, floats, False)


def _asked(found: scanned.Corpus) -> Asked:
    return finish(ask(found, MixRequest(0.5)))
