"""The tables of docs/evidence/guarantee.md from the lines that `scripts/evaluate/guarantee` keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scipy.stats import binomtest

Line = dict[str, Any]
HEADS = (
    "mixes asked",
    "refused",
    "written",
    "broken",
    "corpora with a mix",
    "with a broken one",
    "of those",
    "p of at most 5 %",
    "worst shortfall",
)


@dataclass
class Tally:
    """By corpus, by how much the human share of each written mix is above its promise (below 0: broken)."""

    asked: int = 0
    spare: list[list[float]] = field(default_factory=list)

    def add(self, pairs: Iterable[tuple[float | None, float]]) -> None:
        """Of a corpus, mix by mix: its true human share, None where it was refused, and what was promised."""
        found = list(pairs)
        self.asked += len(found)
        self.spare.append([human - promised for human, promised in found if human is not None])

    def cells(self) -> tuple[str, ...]:
        """As in HEADS."""
        mixes = [one for corpus in self.spare for one in corpus]
        trials = [min(corpus) for corpus in self.spare if corpus]
        broken = sum(one < 0 for one in trials)
        counts = (self.asked, self.asked - len(mixes), len(mixes), sum(one < 0 for one in mixes), len(trials), broken)
        part = f"{broken / len(trials):.1%}" if trials else "-"
        exact = f"{binomtest(broken, len(trials), 0.05, alternative='greater').pvalue:.2g}" if trials else "-"
        worst = max((0.0, *(-one for one in mixes)))
        return (*(f"{count:,}" for count in counts), part, exact, f"{worst:.3f}")


def tally(lines: Iterable[Line]) -> Tally:
    """Every mix of these lines against the ratio it was asked for."""
    found = Tally()
    for line in lines:
        found.add((mix["human"], mix["ratio"]) for mix in line["mixes"])
    return found


def tables(lines: list[Line], shifts: Iterable[str]) -> str:
    """All of them, in Markdown. `shifts`: in this order."""
    parts = [
        _head(lines),
        "## Where the condition of the promise holds\n",
        _table(("promise", *HEADS), _kept(lines)),
        "## G2 by whether scores are shifted\n",
        _table(("scores", *HEADS), _labelled(lines, shifts)),
        "## G4 by wrong declarations\n",
        _table(("machine text declared human", *HEADS), _wrong(lines)),
    ]
    return "\n".join(parts) + "\n"


def _head(lines: list[Line]) -> str:
    """How many corpora, of what."""
    names: dict[str, set[int]] = {}
    for line in lines:
        names.setdefault(line["pool"], set()).add(line["seed"])
    told = ", ".join(f"{len(seeds)} of {name}" for name, seeds in sorted(names.items()))
    return f"{len({line['seed'] for line in lines}):,} simulated corpora: {told}.\n"


def _kept(lines: list[Line]) -> Iterable[tuple[str, ...]]:
    """The promises whose breaches must be at most 5 %."""
    bound, ratio = Tally(), Tally()
    for mix in (mix for line in lines for mix in line["mixes"] if "proved" in mix):
        bound.add([(mix["human"], mix["proved"])])
        ratio.add([(mix["human"] if mix["proved"] >= mix["ratio"] else None, mix["ratio"])])
    yield "G1, the bound that labels of drawn documents prove", *bound.cells()
    yield "G1, where the labels prove the ratio", *ratio.cells()

    def row(of: Callable[[Line], bool]) -> tuple[str, ...]:
        return tally(line for line in lines if of(line)).cells()

    yield "G2, a threshold by labels, scores shifted or not", *row(lambda line: line["task"] == "G2")
    yield "G4, declarations true", *row(lambda line: line["task"] == "G4" and line["wrong"] == 0)


def _labelled(lines: list[Line], shifts: Iterable[str]) -> Iterable[tuple[str, ...]]:
    for shift in ("", *shifts):
        some = [line for line in lines if line["task"] == "G2" and line["shift"] == shift]
        if some:
            yield shift or "as they are", *tally(some).cells()


def _wrong(lines: list[Line]) -> Iterable[tuple[str, ...]]:
    lines = [line for line in lines if line["task"] == "G4"]
    for wrong in sorted({line["wrong"] for line in lines}):
        yield f"{wrong:.0%}", *tally(line for line in lines if line["wrong"] == wrong).cells()


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
