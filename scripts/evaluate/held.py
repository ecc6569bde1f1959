"""Collections left out: calibrations that never saw them, and their texts as corpora; shared by several scripts.

Held-out scores are what `scripts/train/detector --scores FILE` writes: every text scored by a model trained without its
collection. Not nested: the models that scored the other collections have seen this one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.stats import rankdata

from curate.detect.calibrating import histograms, log_odds_of_unseen
from curate.detect.calibration import Calibration, LanguageCalibration
from curate.detect.coverage import both_classes, estimate_reach, hull_excess, left_out_cells
from curate.detect.detector import MIN_TOKENS, Detector
from curate.detect.examples import Examples, read_examples
from curate.detect.holdout import HeldOut
from curate.detect.training import LANGUAGES
from curate.kernels.linear import SLOTS
from curate.neardup.clusters import Clusters

LEAST = 100  # whole texts of a class or generator
APART = 0.85  # AUROC from which a generator counts as told apart
ALL = "(all)"
HOME = Path(__file__).parents[2]


@dataclass(frozen=True)
class LeftOut:
    """A collection, its texts with log-odds, and a calibration of its language that never saw it."""

    language: str
    name: str
    texts: HeldOut
    calibration: LanguageCalibration
    scale: tuple[float, float]  # log-odds = scale[0] * score + scale[1]

    def on_scale_of(self, other: LeftOut) -> HeldOut:
        """Its texts with the log-odds that another collection's calibration gives them."""
        (slope, intercept), (new, shift) = self.scale, other.scale
        return replace(self.texts, score=new * (self.texts.score - intercept) / slope + shift)


def parser(about: str | None, page: str) -> argparse.ArgumentParser:
    """Options that these scripts share; `--out` alone writes docs/evidence/PAGE."""
    found = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--scores", type=Path, required=True, nargs="+", help="held-out scores")
    found.add_argument("--language", nargs="+", default=["en", "zh"])
    found.add_argument("--most", type=int, default=0, help="generators a collection, evenly by name (0: all)")
    default = HOME / "docs/evidence" / page
    found.add_argument("--out", type=Path, nargs="?", const=default, help=f"page to write (docs/evidence/{page})")
    return found


def read_scores(paths: list[Path]) -> HeldOut:
    """Texts of assistants and of people, the latter as they wrote them."""
    held = HeldOut.concatenate([HeldOut.load(path) for path in paths])
    return held.where(held.assistant & (held.machine | (held.generator == "")))


def left_out(held: HeldOut, language: str) -> Iterator[LeftOut]:
    """Every collection of a language: log-odds, edges, histograms, kinds and reach are learned from the others."""
    held = held.in_language(language)
    slope, intercept = log_odds_of_unseen(held.where(held.whole))
    scaled = replace(held, score=slope * held.score + intercept)
    cells, tested = left_out_cells(scaled, histograms(scaled)), both_classes(held)
    for name in held.collections():
        others = held.where(held.collection != name)
        slope, intercept = log_odds_of_unseen(others.where(others.whole))
        rest = [cell for cell in cells if cell.collection != name]
        calibration = replace(
            histograms(replace(others, score=slope * others.score + intercept)),
            reach=estimate_reach(rest),
            hull_excess=hull_excess(rest),
            tested=sum(other != name for other in tested),
        )
        own = held.where(held.collection == name)
        yield LeftOut(
            language, name, replace(own, score=slope * own.score + intercept), calibration, (slope, intercept)
        )


def examples_behind(held: HeldOut, data: Path, more: Path) -> tuple[Examples, np.ndarray]:
    """The training data, and the place there of every entry, -1 of crops: whole texts stand in its order."""
    found = np.full(held.score.size, -1)
    examples = read_examples(data, (), more)
    for language in LANGUAGES:
        here = examples.in_language(language) & (examples.counted >= MIN_TOKENS)
        for name in sorted(set(examples.collection[here])):
            rows = np.flatnonzero(here & (examples.collection == name))
            mine = np.flatnonzero((held.language == language) & (held.collection == name) & held.whole)
            same = mine.size == rows.size and np.array_equal(held.tokens[mine], examples.counted[rows])
            assert same, f"{language} {name}: scores are of other data"
            found[mine] = rows
    return examples, found


def domains(held: HeldOut, data: Path, more: Path) -> np.ndarray:
    """The domain of every entry, "" of crops."""
    examples, place = examples_behind(held, data, more)
    return np.where(place >= 0, examples.domain[place], "")


def auroc(human: np.ndarray, machine: np.ndarray) -> float:
    """Chance that a machine text scores above a human one; nan without either."""
    if not human.size or not machine.size:
        return float("nan")
    ranks = rankdata(np.concatenate([human, machine]))
    return float((ranks[human.size :].sum() - machine.size * (machine.size + 1) / 2) / (human.size * machine.size))


def generators(own: HeldOut, most: int, asked: frozenset[str] = frozenset()) -> list[str]:
    """Generators with enough texts: `most` evenly by name, those asked for, ALL too where there are several."""
    names, counts = np.unique(own.generator[own.machine], return_counts=True)
    enough = [str(name) for name, count in zip(names, counts, strict=True) if count >= LEAST]
    if most and len(enough) > most:
        enough = [enough[int(i)] for i in np.linspace(0, len(enough) - 1, most)]
    present = [name for name in sorted({*enough, *asked}) if (own.generator == name).sum() >= LEAST]
    return [*present, ALL] if names.size > 1 else present


def made_by(own: HeldOut, generator: str) -> np.ndarray:
    """Places of its texts; of everybody's for ALL."""
    return np.flatnonzero(own.machine & ((own.generator == generator) | (generator == ALL)))


def drawn(human: np.ndarray, machine: np.ndarray, share: float, size: int, seed: int) -> np.ndarray:
    """Places of so many documents, or as many as there are, `share` of them by the machine; without replacement."""
    full = min(human.size / (1 - share) if share < 1 else np.inf, machine.size / share if share else np.inf)
    documents = int(min(size, full))
    written, draw = round(documents * share), np.random.default_rng(seed)
    return np.concatenate([draw.permutation(human)[: documents - written], draw.permutation(machine)[:written]])


def true_share(own: HeldOut, rows: np.ndarray) -> float:
    """Of tokens, by machines."""
    return float(own.tokens[rows][own.machine[rows]].sum() / own.tokens[rows].sum())


def documents(own: HeldOut, rows: np.ndarray, language: str) -> pa.Table:
    """Annotations of these texts as the share reads them; one source, no dates."""
    hashes = np.random.default_rng(5).integers(0, 2**63, (own.score.size, 2)).astype(np.uint64)[rows]
    return pa.table(
        {
            "id": pa.array([str(i) for i in range(rows.size)]),
            "path": pa.array(["made"] * rows.size),
            "row": np.arange(rows.size),
            "source": pa.array(["made"] * rows.size),
            "language": pa.array([language] * rows.size),
            "dated:date": pa.nulls(rows.size, pa.string()),
            "tokens": own.tokens[rows],
            "machine_score": own.score[rows].astype(np.float32),
            "fingerprint_high": hashes[:, 0],
            "fingerprint_low": hashes[:, 1],
        }
    )


def alone(size: int) -> Clusters:
    """No document repeats another."""
    rows, nothing = np.arange(size), np.zeros(size, bool)
    edges = np.zeros((0, 2), np.int64)
    return Clusters(
        np.full(size, -1), rows, np.ones(size, np.float32), nothing, rows, rows, edges, np.zeros(0, np.float32), False
    )


def judge(language: str, calibration: LanguageCalibration) -> Detector:
    """A detector that is all calibration: scores are known."""
    one = np.ones(1)
    tables, common = np.zeros((1, 2), np.int8), np.zeros((1, SLOTS // 8), np.uint8)
    return Detector((language,), tables, common, one, one, one, Calibration({language: calibration}))


def write_page(path: Path, name: str, text: str) -> None:
    """Put the text between the page's marks of this name, or at its end."""
    begin, end = f"<!-- printed by scripts/evaluate/{name} -->", "<!-- end -->"
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    before, found, rest = old.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    path.write_text(
        f"{before if found else before.rstrip() + chr(10) * 2}{begin}\n\n{text.strip()}\n\n{end}{after}", "utf-8"
    )
