"""A certificate against what was recomputed from the written bytes, field by field and in whole tokens.

A certificate that carries its own hash proves nothing: whoever edits the files and the certificate alike is found only
by the digest that was published (certificate.digest).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from curate.mixing.audits import Audit
from curate.mixing.certificate import Certificate, Input, Output, Tails
from curate.mixing.classes import CLASSES
from curate.mixing.guarantee import guarantee
from curate.mixing.request import exact_ratio
from curate.schema import Amount

SETTLED = ("human_ratio", "confidence")  # stand both as fields and among the settings
INPUTS = "inputs"  # begins the fields that tell of other inputs
NEEDS_INPUTS = ("detected.machine_below_threshold_at_most", "detected.pool_tokens")
AGAIN = (  # what the same mix of the same inputs has to say again
    "rules",
    "detector",
    "documents",
    "tokens",
    "tokens_by_class",
    "detected",
    "languages",
    "sources",
    "removed",
    "tails",
)
BASIS = "basis"  # sentences, which versions word differently
TOLERANCE = 1e-9
NEVER = ("settings", "versions")


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures of the written files. None: could not be recomputed, and is named as not re-checked.

    `tokens_by_class` from the scores and the declared evidence of the written documents, at the certificate's own
    threshold; `removed` from removed.parquet; `rules` and `detector` are the fingerprints of those at hand; of `tails`
    the figures of the mix.
    """

    documents: int
    tokens: int
    outputs: tuple[Output, ...]
    tokens_by_class: dict[str, int] | None = None
    languages: dict[str, Amount] | None = None
    sources: dict[str, Amount] | None = None
    removed: dict[str, int] | None = None
    rules: str | None = None
    detector: str | None = None
    audits: tuple[Audit, ...] = ()
    tails: Tails | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One field ("outputs.data/0.parquet.sha256") that is not what the certificate says; None: not there."""

    field: str
    certified: Any
    found: Any


def recheck(certificate: Certificate, facts: Facts) -> list[Finding]:
    """Every difference between the certificate and the facts, and between the certificate's own fields."""
    findings = list(_counted(certificate, facts))
    findings += _settled(certificate)
    findings += _promised(certificate, facts)
    return findings


def other_inputs(certificate: Certificate, inputs: tuple[Input, ...]) -> list[Finding]:
    """Files that a certificate does not name, or names with other bytes, and those that are not there."""
    told, found = ([asdict(one) for one in side] for side in (certificate.inputs, inputs))
    return list(_differences(INPUTS, told, found))


def differences_of(certificate: Certificate, again: Certificate) -> list[Finding]:
    """Between a certificate and that of the same mix of the same inputs, in AGAIN; audits come later."""
    certified, found = asdict(certificate), asdict(again)
    return [finding for name in AGAIN for finding in _differences(name, certified[name], found[name])]


def not_rechecked(certificate: Certificate, facts: Facts, *, again: bool = False) -> tuple[str, ...]:
    """Fields that the facts say nothing about: what needs the inputs, and what is only told.

    `again`: the mix was decided again from its inputs.
    """
    if again:
        return NEVER
    unknown = [name for name, value in asdict(facts).items() if value is None]
    bound = certificate.detected
    told = NEEDS_INPUTS if certificate.evidence == "detected" or (bound and bound.labels) else ("detected",)
    tails = certificate.tails
    compressed = ("tails.mix.compression_ratio",) if tails and "compression_ratio" in tails.mix else ()
    corpus = ("tails.corpus", "tails.interval", *compressed) if tails else ()
    return ("inputs", *unknown, *(told if bound else ()), *corpus, *NEVER)


def _counted(certificate: Certificate, facts: Facts) -> Iterator[Finding]:
    certified = asdict(certificate)
    for name, found in asdict(facts).items():
        if found is not None:
            yield from _differences(name, certified[name], found)


def _settled(certificate: Certificate) -> Iterator[Finding]:
    for name in SETTLED:
        setting = certificate.settings.get(name)
        if setting is not None and setting.value != getattr(certificate, name):
            yield Finding(name, getattr(certificate, name), setting.value)
    setting = certificate.settings.get("max_tail_loss")
    most, tails = setting.value if setting else None, certificate.tails
    if most is not None and not (isinstance(most, int | float) and tails and tails.keeps(most)):
        yield Finding("settings.max_tail_loss", most, tails.interval if tails else None)


def _promised(certificate: Certificate, facts: Facts) -> Iterator[Finding]:
    """Recompute what follows from the tokens by class and the detector's bound, as `mix` did."""
    tokens = certificate.tokens_by_class if facts.tokens_by_class is None else facts.tokens_by_class
    if tokens.keys() != set(CLASSES) or sum(tokens.values()) != facts.tokens:
        yield Finding("tokens_by_class", certificate.tokens_by_class, facts.tokens)
    if not 0 <= certificate.human_ratio <= 1:
        yield Finding("human_ratio", certificate.human_ratio, None)
        return
    if not 0 < certificate.confidence < 1:
        yield Finding("confidence", certificate.confidence, None)
        return
    again = guarantee(
        {name: tokens.get(name, 0) for name in CLASSES},
        exact_ratio(certificate.human_ratio),
        confidence=certificate.confidence,
        detected=certificate.detected,
        audits=certificate.audits,
    )
    if not again.met:
        yield Finding("human_ratio", certificate.human_ratio, again.bound)
    for name in ("evidence", "guarantee", "bound", "basis"):
        yield from _differences(name, getattr(certificate, name), getattr(again, name))
    yield from _differences("human_tokens_at_least", certificate.human_tokens_at_least, again.human_tokens)


def _differences(path: str, certified: Any, found: Any) -> Iterator[Finding]:
    """Leaf by leaf; files are matched by name, and two of one name are a difference."""
    if isinstance(certified, dict) and isinstance(found, dict):
        for name in sorted(certified.keys() | found.keys()):
            yield from _differences(f"{path}.{name}", certified.get(name), found.get(name))
    elif _named(certified) and _named(found):
        if len(certified) != len(found):
            yield Finding(path, len(certified), len(found))
        yield from _differences(
            path, {each["name"]: each for each in certified}, {each["name"]: each for each in found}
        )
    elif not _same(certified, found):
        yield Finding(path, certified, found)


def _same(certified: Any, found: Any) -> bool:
    """Equal; fractions within TOLERANCE, as processors and libraries differ in the last digits of a sum."""
    if isinstance(certified, float) and isinstance(found, float):
        return math.isclose(certified, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(certified, list | tuple) and isinstance(found, list | tuple):
        return len(certified) == len(found) and all(map(_same, certified, found))
    return bool(certified == found)


def _named(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(each, dict) and "name" in each for each in value)
