"""How many tokens of a mix are proved human, and by what; which documents go in is select's business.

The floor is `human >= ratio * total` in whole tokens of the documents WRITTEN. Declared tokens count in full.
Detected tokens count in the worst case: all machine text that may lie below the threshold anywhere in the scored pool
is taken to have been written, so that T_D detected tokens prove T_D - M_U * T_pool human ones (h_D = 1 - M_U * T_pool /
T_D). That holds whatever rules, deduplication or selection did to the pool. Detected text counts only where declared
text alone does not reach the floor; where it does, the certificate rests on `declared` and detected text rides along as
0 % human.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.mixing.audits import Audit, audit_sentence, proved_tokens
from curate.mixing.classes import DETECTED, classify
from curate.mixing.request import RATIO_STEPS

UNBOUNDED = 2**62  # "more tokens than any corpus has": what no promise at all leaves room for
CONDITION = "if its machine text is of kinds that read as machine-written (AUROC at least 0.85 in its own collection)"
CONDITIONAL = "conditional"
GUARANTEES = {"audited": "unconditional", "declared": "declared", "detected": CONDITIONAL}


@dataclass(frozen=True, slots=True)
class DetectedBound:
    """Bound on one pool: machine tokens scoring below `threshold` are at most this many.

    By the detector's calibration; or, where `labels` is the SHA-256 of a file of them, by labels of drawn documents,
    whatever the scores are worth. `pool_tokens` are the tokens that the bound speaks of; it holds at the request's
    confidence. Choosing among several is valid where they hold together. Stands in certificate.json as it is.
    """

    threshold: float
    machine_below_threshold_at_most: int
    pool_tokens: int
    labels: str = ""

    @classmethod
    def of_share(cls, threshold: float, machine_share: float, pool_tokens: int, labels: str = "") -> DetectedBound:
        """A bound that is a share of the pool's tokens (as detect.below.MachineBelow has it), in tokens; rounded up."""
        share = Fraction(min(max(machine_share, 0.0), 1.0))
        return cls(float(threshold), ceil(share * pool_tokens), int(pool_tokens), labels)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Promise of a certificate: `human_tokens` at least, `bound` their share rounded down, resting on `evidence`."""

    evidence: str  # the weakest evidence counted: "audited" | "declared" | "detected"
    guarantee: str  # "unconditional" | "declared" | "conditional"
    human_tokens: int
    bound: float
    met: bool  # the floor holds in whole tokens
    basis: tuple[str, ...]  # plain sentences


def supports(credit: NDArray[np.int64], ratio: Fraction) -> NDArray[np.int64]:
    """The largest total of which `credit` human tokens are at least `ratio`; exact, UNBOUNDED at ratio 0.

    Negative credit gives a negative total. Split as credit = whole * p + rest, lest credit * q leaves int64.
    """
    if ratio == 0:
        return np.full(len(credit), UNBOUNDED, dtype=np.int64)
    p, q = ratio.numerator, ratio.denominator
    whole, rest = np.divmod(credit, p)
    out: NDArray[np.int64] = np.minimum(whole, UNBOUNDED // q) * q + rest * q // p
    return out


def supported_total(credit: int, ratio: Fraction) -> int:
    """`supports` of one credit."""
    return min(UNBOUNDED, credit * ratio.denominator // ratio.numerator) if ratio else UNBOUNDED


def counted(declared: NDArray[np.int64], detected: NDArray[np.int64], machine_tokens: int) -> NDArray[np.int64]:
    """Tokens proved human by declared and detected text together."""
    return declared + np.maximum(detected - machine_tokens, 0)


def choose_bound(
    bounds: Sequence[DetectedBound], *, declared: pa.Array, machine_score: pa.Array, tokens: NDArray[np.int64]
) -> DetectedBound | None:
    """Return the bound that proves most human tokens among candidates; the lowest of equals, None without bounds."""

    def proved(bound: DetectedBound) -> tuple[int, float]:
        classes = classify(declared, machine_score, threshold=bound.threshold)
        return int(tokens[classes == DETECTED].sum()) - bound.machine_below_threshold_at_most, -bound.threshold

    return max(bounds, key=proved, default=None)


def guarantee(
    tokens: Mapping[str, int],
    ratio: Fraction,
    *,
    confidence: float,
    detected: DetectedBound | None,
    audits: tuple[Audit, ...] = (),
) -> Guarantee:
    """The strongest promise that these tokens by class keep; `met` is false where none keeps the floor.

    `tokens` has the keys of classes.CLASSES. Labels come first where they keep the floor; else they are only told of.
    """
    total = sum(tokens.values())
    declared, scored = tokens["declared"], tokens["detected"]
    proved = max(scored - detected.machine_below_threshold_at_most, 0) if detected else 0
    rides = total <= supported_total(declared, ratio) or proved == 0
    human = declared if rides else declared + proved
    audited = proved_tokens(audits, total, confidence)
    told = (audit_sentence(audits, total, confidence),) if audits else ()
    if audits and total <= supported_total(audited, ratio):
        return _promise("audited", audited, total, ratio, told)
    evidence = "declared" if rides else _weakest(declared, detected)
    basis = _declared(tokens, total, ratio) if rides else _detected(tokens, total, confidence, detected)
    return _promise(evidence, human, total, ratio, (*basis, *told))


def _promise(evidence: str, human: int, total: int, ratio: Fraction, basis: tuple[str, ...]) -> Guarantee:
    return Guarantee(
        evidence=evidence,
        guarantee=GUARANTEES[evidence],
        human_tokens=human,
        bound=human * RATIO_STEPS // total / RATIO_STEPS if total else 0.0,
        met=total <= supported_total(human, ratio),
        basis=basis,
    )


def _weakest(declared: int, bound: DetectedBound | None) -> str:
    """Of the evidence that counts beside scores; what labels prove is weaker only than nothing."""
    by_labels = bound is not None and bound.labels
    return ("declared" if declared else "audited") if by_labels else "detected"


def _declared(tokens: Mapping[str, int], total: int, ratio: Fraction) -> tuple[str, ...]:
    worth = "the promise is as good as those declarations" if ratio else "no share of human text is promised"
    basis = [
        f"{tokens['declared']:,} of {total:,} tokens are human by declaration (a label column or a provenance rule); "
        f"{worth}."
    ]
    if tokens["detected"]:
        below = f"{tokens['detected']:,} tokens that score below the threshold"
        basis.append(f"{below} ride along and are counted as 0 % human.")
    return tuple(basis)


def _detected(tokens: Mapping[str, int], total: int, confidence: float, bound: DetectedBound | None) -> tuple[str, ...]:
    assert bound is not None
    scored, machine = tokens["detected"], bound.machine_below_threshold_at_most
    if bound.labels:
        told = (
            f"Of {scored:,} tokens that score below {bound.threshold}, at least {scored - machine:,} are human: labels "
            f"of documents drawn from all {bound.pool_tokens:,} tokens that declare nothing leave room for at most "
            f"{machine:,} machine tokens below that score (exact, confidence {confidence}, if the labels are right), "
            "and all of them are taken to be here."
        )
        return (told, *_in_full(tokens, total))
    basis = [
        f"CONDITIONAL: the floor holds {CONDITION}{_if_right(tokens, total)}.",
        f"By the detector's calibration, of {scored:,} tokens that score below {bound.threshold}, at least "
        f"{scored - machine:,} are human: the whole pool of {bound.pool_tokens:,} scored tokens holds at most "
        f"{machine:,} machine tokens below that score (confidence {confidence}), and all of them are taken to be here.",
        "The shift that no test can see: machine text that scores as human text does (a new generator, a base model of "
        "before late 2022, paraphrase, editing, a prompt that asks for a human style). Then fewer tokens are human "
        "than promised.",
    ]
    return (*basis, *_in_full(tokens, total))


def _if_right(tokens: Mapping[str, int], total: int) -> str:
    """The second condition of a floor that declarations carry, too."""
    if not tokens["declared"]:
        return ""
    return (
        f", and if what declares {tokens['declared']:,} of the {total:,} tokens human (labels, dates, provenance "
        "rules) is right"
    )


def _in_full(tokens: Mapping[str, int], total: int) -> tuple[str, ...]:
    if not tokens["declared"]:
        return ()
    return (f"{tokens['declared']:,} of {total:,} tokens are human by declaration and are counted in full.",)
