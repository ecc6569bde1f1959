"""Why a mix is not written: what human evidence there is, what it supports, what was asked, what would work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from curate.errors import VerdictError
from curate.mixing.chain import detected_takes_over
from curate.mixing.guarantee import supported_total

GIVE_EVIDENCE = (
    "label drawn documents, the cheapest proof (`curate audit draw PATH -o labels.jsonl`, then --labels labels.jsonl); "
    "or say what is known to be human: a column (--label-column), a date (--date-column), a provenance rule (--rules)"
)
RULE = "rule:"  # begins the reason of a document that a rule removes
_NAMED = 3  # reasons in a message
EXCLUDED = "excluded-text"
_WITHOUT = {EXCLUDED: "leave --exclude out", "indexed-copy": "leave --index out"}


@dataclass(frozen=True, slots=True)
class Supply:
    """Candidate tokens by class, and what detected tokens must outweigh before they count."""

    declared: int
    detected: int
    other: int
    ratio: Fraction
    machine_tokens: int
    repeats: int = 1  # times that a declared document may come

    @property
    def total(self) -> int:
        """All candidate tokens."""
        return self.declared * self.repeats + self.detected + self.other

    @property
    def supported(self) -> int:
        """The largest total that the evidence supports at the ratio."""
        takes_over = detected_takes_over(
            self.declared, self.detected, self.other, ratio=self.ratio, machine_tokens=self.machine_tokens
        )
        credit = self.declared * self.repeats + (self.detected - self.machine_tokens if takes_over else 0)
        return min(self.total, supported_total(credit, self.ratio))

    def largest_ratio(self, budget: int) -> Fraction:
        """The largest ratio at which this budget could be met, 0 where the corpus is smaller than the budget."""
        if budget > self.total:
            return Fraction(0)
        declared = self.declared * self.repeats
        human = min(budget, declared + self.detected) - self.machine_tokens
        return Fraction(max(min(budget, declared), human), budget)

    def evidence(self) -> str:
        """The supply in one clause."""
        times = f" and may come {self.repeats} times" if self.repeats > 1 else ""
        if self.detected == 0:
            return f"{self.declared:,} tokens are declared human{times}, none counts by its score, among {self.total:,}"
        proved = max(0, self.detected - self.machine_tokens)
        return (
            f"{self.declared:,} tokens are declared human{times} and {self.detected:,} score as human, of which "
            f"{proved:,} count ({self._may_be_machine()} may be machine), among {self.total:,}"
        )

    def _may_be_machine(self) -> str:
        return "all" if self.machine_tokens >= self.detected else f"up to {self.machine_tokens:,}"


def nothing_to_write(supply: Supply, budget: int | None) -> VerdictError:
    """No document can be written at all: there is no evidence, or the budget is shorter than any document."""
    if budget is not None and supply.supported > 0:
        return VerdictError(
            f"no document that may open this mix fits in {budget:,} tokens; {supply.evidence()}",
            where="--budget",
            hint=f"ask for more: --budget {supply.supported} is the most that is supported",
        )
    return VerdictError(
        f"nothing can be written at a human ratio of {float(supply.ratio):g}: {supply.evidence()}",
        where="--human-ratio",
        hint=_ways_out(supply, supply.declared * supply.repeats + supply.detected if budget is None else budget, 0),
    )


def none_left(counts: Mapping[str, int], excluded: str = "") -> VerdictError:
    """No document is left to choose from. counts: documents by the kind of reason that they were left out for.

    excluded: a sentence on the excluded text that most documents hold.
    """
    named = sorted((kind for kind, count in counts.items() if count), key=lambda kind: -counts[kind])[:_NAMED]
    why = ", ".join(f"{kind} {counts[kind]:,}" for kind in named) or "none holds a token"
    rules = [kind.removeprefix(RULE) for kind in named if kind.startswith(RULE)]
    hint = _WITHOUT.get(named[0], "") if named else ""
    hint = hint or (f"a rule with the id {rules[0]} in --rules mine.toml replaces that rule" if rules else "")
    told = f"; {excluded}" if excluded and counts.get(EXCLUDED) else ""
    return VerdictError(f"nothing can be written: every document is left out ({why}){told}", hint=hint)


def budget_refused(supply: Supply, budget: int, *, works: tuple[int, int]) -> VerdictError:
    """The floor, not the budget, ends the mix too early.

    `works`: up to the first total the floor holds, and from the second on again (0: never).
    """
    up_to, again = works
    gap = again > budget
    supported = f"that supports {supply.supported:,} tokens, {budget - supply.supported:,} too few"
    if gap:
        smaller = f"a mix of at most {up_to:,} tokens, or " if up_to else ""
        supported = (
            f"that supports {smaller}one of {again:,} to {supply.supported:,} tokens, in which the text that scores as "
            "human outweighs what of it may be machine"
        )
    return VerdictError(
        f"{budget:,} tokens at a human ratio of {float(supply.ratio):g} cannot be met: {supply.evidence()}; "
        f"{supported}",
        where="--budget",
        hint=_ways_out(supply, budget, again if gap else 0),
    )


def _ways_out(supply: Supply, budget: int, again: int) -> str:
    ways = [f"--budget {again}"] if again else []
    if supply.supported and not again:
        ways.append(f"--budget {supply.supported}")
    ratio = supply.largest_ratio(budget) * 10_000 // 1 / 10_000 if budget else 0
    if ratio > 0:
        ways.append(f"--human-ratio {float(ratio):g}")
    return f"{' or '.join(ways)} would work; or {GIVE_EVIDENCE}" if ways else GIVE_EVIDENCE


def weights_refused(supply: Supply, budget: int | None, supported: int, ways: list[str]) -> VerdictError:
    """The sources cannot share so much, or nothing at all, at the ratio; `ways`: options with which they can."""
    asked = f"{budget:,} tokens" if budget is not None else "any mix"
    works = [f"{' or '.join(ways)} would work with these weights"] if ways else []
    return VerdictError(
        f"{asked} at a human ratio of {float(supply.ratio):g} cannot be shared by these weights: {supply.evidence()}; "
        f"the source that runs out first, or the floor, supports {supported:,} tokens",
        where="--weights",
        hint="; or ".join([*works, f"other weights, or {GIVE_EVIDENCE}"]),
    )
