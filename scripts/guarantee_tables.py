"""The tables of docs/guarantee.md from the lines that `scripts/evaluate-guarantee` keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scipy.stats import binomtest

Line = dict[str, Any]
HEADS = ("mixes asked", "refused", "written", "broken", "of the written", "p of at most 5 %", "worst shortfall")


@dataclass
class Tally:
    """Mixes asked for, and by how much the human share of each written one is above its promise (below 0: broken)."""

    asked: int = 0
    spare: list[float] = field(default_factory=list)

    def add(self, human: float | None, promised: float) -> None:
        """`human`: the true share of the mix, None where it was refused."""
        self.asked += 1
        if human is not None:
            self.spare.append(human - promised)

    @property
    def broken(self) -> int:
        """Written mixes whose promise does not hold."""
        return sum(one < 0 for one in self.spare)

    def cells(self) -> tuple[str, ...]:
        """As in HEADS."""
        written = len(self.spare)
        counts = (self.asked, self.asked - written, written, self.broken)
        part = f"{self.broken / written:.1%}" if written else "-"
        exact = binomtest(self.broken, written, 0.05, alternative="greater").pvalue if written else 1.0
        worst = max(0.0, *(-one for one in self.spare)) if written else 0.0
        return (*(f"{count:,}" for count in counts), part, f"{exact:.2g}", f"{worst:.3f}")


def tables(lines: list[Line], shifts: Iterable[str], everything: str) -> str:
    """All of them, in Markdown. `everything`: the name of all collections together; `shifts`: in this order."""
    good = [line for line in lines if "void" not in line]
    scored = [line for line in good if line["task"] in ("G3", "G3 shifted")]
    named = [line["named"] for line in scored if line.get("evidence") == "detected"]
    parts = [
        _head(good),
        "## Where the condition of the promise holds\n",
        _table(("promise", *HEADS), _kept(good, everything)),
        "## G4 by wrong declarations\n",
        _table(("machine text declared human", *HEADS), _wrong(good)),
        "## G3 by kind of text, scores as they are\n",
        _table(("text; its machines", *HEADS, "broken if misfit refused nothing"), _by_text(good, everything)),
        "## G3 where scores are shifted\n",
        _table(("text", *HEADS, "broken if misfit refused nothing"), _by_shift(good, shifts, everything)),
        f"The certificate of {sum(named):,} of the {len(named):,} mixes that rest on the detector names the shift that "
        "no test can see.",
    ]
    return "\n".join(parts) + "\n"


def _head(good: list[Line]) -> str:
    """How many corpora, of what."""
    names: dict[str, set[int]] = {}
    for line in good:
        name = line["pool"] + ("" if line["pool"] == line["kind"] else f" ({line['kind']})")
        names.setdefault(name, set()).add(line["seed"])
    told = ", ".join(f"{len(seeds)} of {name}" for name, seeds in sorted(names.items()))
    return f"{len({line['seed'] for line in good}):,} simulated corpora: {told}.\n"


def _kept(good: list[Line], everything: str) -> Iterable[tuple[str, ...]]:
    """The promises whose breaches must be at most 5 %."""
    bound, ratio, g2, g4, g3 = (Tally() for _ in range(5))
    for line in good:
        if "proved" in line:
            bound.add(line["human"], line["proved"])
            ratio.add(line["human"] if line["proved"] >= line["ratio"] else None, line["ratio"])
        if line["task"] == "G2":
            g2.add(line["human"], line["ratio"])
        if line["task"] == "G4" and line["wrong"] == 0:
            g4.add(line["human"], line["ratio"])
        if line["task"] == "G3" and line["kind"] == everything and line["writers"] == "assistants":
            g3.add(line["human"], line["ratio"])
    yield "G1, the bound that labels of drawn documents prove", *bound.cells()
    yield "G1, where the labels prove the ratio", *ratio.cells()
    if g2.asked:
        yield "G2, a threshold by labels, scores shifted or not", *g2.cells()
    yield "G3, a mixture of the calibration collections, assistants", *g3.cells()
    yield "G4, declarations true", *g4.cells()


def _wrong(good: list[Line]) -> Iterable[tuple[str, ...]]:
    for wrong in sorted({line["wrong"] for line in good if line["task"] == "G4"}):
        tally = Tally()
        for line in good:
            if line["task"] == "G4" and line["wrong"] == wrong:
                tally.add(line["human"], line["ratio"])
        yield f"{wrong:.0%}", *tally.cells()


def _by_text(good: list[Line], everything: str) -> Iterable[tuple[str, ...]]:
    lines = [line for line in good if line["task"] == "G3"]
    for kind in (everything, "seen", "not seen"):
        for writers in sorted({line["writers"] for line in lines}):
            some = [line for line in lines if line["kind"] == kind and line["writers"] == writers]
            if some:
                name = "all collections together" if kind == everything else f"one collection, {kind}"
                yield f"{name}; {writers}", *_with_bare(some)


def _by_shift(good: list[Line], shifts: Iterable[str], everything: str) -> Iterable[tuple[str, ...]]:
    lines = [line for line in good if line["task"] == "G3 shifted"]
    for shift in shifts:
        for mixture in (True, False):
            some = [
                line
                for line in lines
                if line["shift"] == shift
                and (line["kind"] == everything) == mixture
                and (line["writers"] == "assistants" or not mixture)
            ]
            if some:
                name = "all collections, assistants" if mixture else "one collection, any machines"
                yield f"{shift}; {name}", *_with_bare(some)


def _with_bare(lines: list[Line]) -> tuple[str, ...]:
    """The cells, and what would be broken of what would be written if a misfit were no reason to refuse."""
    tally, bare = Tally(), Tally()
    for line in lines:
        tally.add(line["human"], line["ratio"])
        bare.add(line["bare"], line["ratio"])
    return (*tally.cells(), f"{bare.broken} of {len(bare.spare)}")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
