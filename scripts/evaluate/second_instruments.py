"""Second instruments beside the score: dense measures of a text and fastText, each learned from other collections."""

from __future__ import annotations

import re
import tempfile
import zlib
from pathlib import Path

import fasttext
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.optimize import minimize

from curate.detect.holdout import HeldOut
from curate.kernels.buffers import text_buffers
from curate.kernels.hashing import fingerprints

WORDS = 400
FOLDS = 5
COMMON = [  # words of English
    *("the", "of", "and", "to", "a", "in", "is", "it", "that", "this", "for", "with", "as", "on", "be", "by", "are"),
    *("was", "or", "from", "not", "but", "at", "which", "you", "have", "they", "can", "i", "we", "will", "their"),
    *("has", "if", "more", "there", "also", "however", "these", "may", "such", "so", "my", "just", "like", "would"),
]
CHINESE = "的了是在不和有这也就都而我你他们以可对但因为所其与或很如果能会要中"
MARKS = ",.;:!?-—()\"'，。；：！？、（）“”"
SPLIT = re.compile(r"[.!?。！？]+")
FORMATTING = re.compile(r"[*_#`>|~]+")


def plain(text: str) -> str:
    """Without case, line ends, marks of formatting."""
    return re.sub(r"\s+", " ", FORMATTING.sub(" ", text.lower())).strip()


def units(text: str, language: str) -> list[str]:
    """Words; of Chinese characters."""
    return [c for c in text if not c.isspace()][:WORDS] if language == "zh" else text.split()[:WORDS]


def measures(text: str, language: str) -> list[float]:
    """Of one plain text."""
    words = units(text, language)
    cut = ("" if language == "zh" else " ").join(words)
    count = max(1, len(words))
    sentences = np.array([len(units(one, language)) for one in SPLIT.split(cut) if one.strip()] or [count], float)
    windows = [len(set(words[i : i + 50])) / 50 for i in range(0, len(words) - 49, 50)] or [len(set(words)) / count]
    long = np.array([len(word) for word in words] or [0], float)
    common = COMMON if language != "zh" else list(CHINESE)
    found = [np.log(sentences.mean()), sentences.std() / sentences.mean(), np.log(count), float(np.mean(windows))]
    found += [long.mean(), long.std(), len(zlib.compress(cut.encode(), 6)) / max(1, len(cut.encode()))]
    found += [cut.count(mark) / count for mark in MARKS]
    held = [word.strip(MARKS) for word in words]
    return [*found, *(held.count(word) / count for word in common)]


def balanced(collection: np.ndarray, machine: np.ndarray) -> np.ndarray:
    """Weights: classes alike, collections of a class alike."""
    weight = np.zeros(machine.size)
    for side in (False, True):
        names, place, count = np.unique(collection[machine == side], return_inverse=True, return_counts=True)
        weight[machine == side] = (1 / count)[place] / names.size
    return weight / weight.mean()


def logistic(values: np.ndarray, machine: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Coefficients, the constant last."""
    design, sign = np.column_stack([values, np.ones(len(values))]), np.where(machine, 1.0, -1.0)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (design @ beta)
        slope = -(weight * sign / (1 + np.exp(np.clip(margin, -30, 30)))) @ design
        return float((weight * np.logaddexp(0, -margin)).sum() + (beta[:-1] ** 2).sum()), slope + 2 * np.append(
            beta[:-1], 0
        )

    return minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x


def with_measures(score: np.ndarray, dense: np.ndarray, machine: np.ndarray, collection: np.ndarray) -> np.ndarray:
    """Log-odds by score and measures, each collection by what the others teach."""
    found = np.zeros(score.size)
    values = np.column_stack([score, dense])
    for name in sorted(set(collection)):
        own = collection == name
        centre, scale = values[~own].mean(axis=0), values[~own].std(axis=0) + 1e-9
        known = (values - centre) / scale
        beta = logistic(known[~own], machine[~own], balanced(collection[~own], machine[~own]))
        found[own] = known[own] @ beta[:-1] + beta[-1]
    return found


def by_fasttext(texts: list[str], machine: np.ndarray, collection: np.ndarray, language: str) -> np.ndarray:
    """Log-odds in deviations of the human text learned from; a fifth of the collections is left out at a time."""
    names, found = sorted(set(collection)), np.zeros(machine.size)
    lines = [" ".join(units(text, language)) for text in texts]
    for fold in range(FOLDS):
        own = np.isin(collection, names[fold::FOLDS])
        weight = balanced(collection[~own], machine[~own])
        draw = np.random.default_rng(fold)
        rows = draw.choice(np.flatnonzero(~own), size=int((~own).sum()), p=weight / weight.sum())
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.writelines(f"__label__{'m' if machine[i] else 'h'} {lines[i]}\n" for i in rows)
            file.flush()
            model = fasttext.train_supervised(
                file.name, dim=16, epoch=3, lr=0.3, wordNgrams=2, bucket=200_000, minCount=3, thread=1, verbose=0
            )
        odds = np.array([_log_odds(model, line) for line in lines])
        human = odds[~own & ~machine]
        found[own] = (odds[own] - human.mean()) / human.std()
    return found


def _log_odds(model: fasttext.FastText._FastText, line: str) -> float:
    chance = {label: float(p) for p, label in model.f.predict(line, 2, 0.0, "strict")}  # `predict` fails under numpy 2
    chosen = min(max(chance.get("__label__m", 0.0), 1e-6), 1 - 1e-6)
    return float(np.log(chosen / (1 - chosen)))


def sampled(held: HeldOut, language: str, each: int) -> np.ndarray:
    """Places of whole texts of assistants and people, so many a class and collection."""
    kept = held.whole & held.assistant & (held.machine | (held.generator == "")) & (held.language == language)
    found = []
    for name in sorted(set(held.collection[kept])):
        for side in (False, True):
            rows = np.flatnonzero(kept & (held.collection == name) & (held.machine == side))
            found.append(np.random.default_rng(1).permutation(rows)[:each])
    return np.sort(np.concatenate(found))


def texts_of(keys: np.ndarray, data: Path, more: Path) -> list[str]:
    """Texts by the first half of their fingerprints."""
    wanted, found = np.unique(keys), {}
    for path in (data / "train.parquet", more / "train2.parquet"):
        column = pa.concat_arrays(pq.read_table(path, columns=["text"])["text"].cast(pa.large_string()).chunks)
        prints = np.empty((len(column), 2), np.uint64)
        fingerprints(*text_buffers(column), prints)
        for i in np.flatnonzero(np.isin(prints[:, 0], wanted)).tolist():
            found[int(prints[i, 0])] = column[i].as_py()
    return [found[int(key)] for key in keys]
